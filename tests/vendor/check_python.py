"""check_python.py COSTATE FOLDER: what emit --python writes, against central differences and torch's gradcheck."""
import importlib
import json
import os
import pathlib
import subprocess
import sys

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent


def emit(costate, folder, name, *options):
    """The module of an emitted solver, freshly imported."""
    target = folder / "-".join([name, *(option.strip("-") for option in options if "/" not in option)])
    subprocess.run([costate, "emit", str(HERE / f"{name}.lua"), "--python", "--force", "-o", str(target), *options],
                   check=True, stdout=subprocess.DEVNULL)
    sys.path.insert(0, str(target))
    sys.modules.pop(name, None)
    importlib.invalidate_caches()
    module = importlib.import_module(name)
    sys.path.pop(0)
    return module


def arguments(module, samples=7):
    random = np.random.default_rng(1)
    params = random.normal(size=module.PARAMETERS).astype(module.REAL)
    if "dt" in module.TENSORS:
        module.tensor(params, "dt")[:] = 0.25
    return (random.normal(size=(samples, module.INPUTS)).astype(module.REAL),
            random.random((samples, module.OUTPUTS)).astype(module.REAL), params)


def check_numpy(module, bound):
    x, target, params = arguments(module)
    random = np.random.default_rng(2)
    _, bar = module.gradient(x, target, params)
    learnt = bar != 0
    direction = np.where(learnt, random.normal(size=params.shape), 0).astype(module.REAL)
    step = 1e-5 if module.REAL == np.float64 else 1e-2
    ahead, behind = (module.gradient(x, target, params + sign * step * direction)[0] for sign in (1, -1))
    assert abs((ahead - behind) / (2 * step) - bar @ direction) <= bound * np.abs(bar * direction).sum()
    moved = module.pushforward(x, random.normal(size=x.shape), params, direction)
    assert moved.shape == module.forward(x, params).shape == (len(x), module.OUTPUTS)
    x_dot, prediction_bar = random.normal(size=x.shape), random.normal(size=target.shape)
    x_bar, bar = module.pullback(x, params, prediction_bar)
    forth = (module.pushforward(x, x_dot, params, direction) * prediction_bar).sum()
    back = (x_bar * x_dot).sum() + bar @ direction
    assert abs(forth - back) <= bound * (abs(x_bar * x_dot).sum() + abs(bar * direction).sum())
    assert np.array_equal(module.forward(x[::-1].copy()[::-1], params), module.forward(x, params))
    for wrong in (x[:, :1], x[0]):
        try:
            module.forward(wrong, params)
        except ValueError:
            continue
        raise AssertionError("a wrong shape is taken")


def write_safetensors(path, module, params):
    """params as the file that --params takes."""
    spans = {name: (offset, offset + int(np.prod(shape)), shape) for name, (offset, shape) in module.TENSORS.items()}
    header = json.dumps({name: {"dtype": "F64", "shape": shape, "data_offsets": [8 * first, 8 * last]}
                         for name, (first, last, shape) in spans.items()}).encode()
    path.write_bytes(len(header).to_bytes(8, "little") + header + params.astype("<f8").tobytes())


def check_baked(costate, folder, name, module):
    """With constant parameters the prediction is the same, and there is nothing else."""
    x, _, params = arguments(module)
    model = folder / f"{name}.safetensors"
    write_safetensors(model, module, params)
    baked = emit(costate, folder, name, "--params", str(model))
    assert np.allclose(baked.forward(x), module.forward(x, params), rtol=1e-12, atol=0)
    assert not hasattr(baked, "gradient") and not hasattr(baked, "function")


def check_torch(module):
    import torch
    x, _, params = (torch.from_numpy(a) for a in arguments(module))
    # tensors that are not learnt are constants, so differences are taken along the others
    _, bar = module.gradient(*arguments(module))
    learnt = torch.from_numpy(np.flatnonzero(bar))
    entries = params[learnt].clone().requires_grad_()
    assert torch.autograd.gradcheck(lambda a, b: module.function(a, params.index_put((learnt,), b)),
                                    (x.requires_grad_(), entries))
    layers = torch.nn.Sequential(torch.nn.Linear(module.INPUTS, module.INPUTS).double(), module.Module(params))
    layers(x).square().sum().backward()  # the sum of a softmax alone is constant
    assert layers[0].weight.grad.abs().sum() > 0 and layers[1].params.grad.abs().sum() > 0


def main():
    costate, folder = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve()
    os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
    for name in ("n241", "n4163", "steps", "moments", "plain", "flow"):
        module = emit(costate, folder, name)
        check_numpy(module, 1e-6)
        check_torch(module)
        check_baked(costate, folder, name, module)
        check_numpy(emit(costate, folder, name, "--real", "float"), 2e-2)
        check_numpy(emit(costate, folder, name, "--amalgamate"), 1e-6)
        print(f"{name}: passed")


main()

"""The module that emit --python writes, against central differences and torch's gradcheck."""
import importlib
import json
import pathlib
import sys

import numpy as np
import pytest

from costate import program

HERE = pathlib.Path(__file__).resolve().parents[1] / "vendor"


def emit(folder, name, *options):
    """The module of an emitted solver, freshly imported."""
    target = folder / "-".join([name, *(option.strip("-") for option in options if "/" not in option)])
    program.run("emit", str(HERE / f"{name}.lua"), "--python", "-o", str(target), *options)
    sys.path.insert(0, str(target))
    sys.modules.pop(name, None)
    importlib.invalidate_caches()
    module = importlib.import_module(name)
    sys.path.pop(0)
    return module


class Case:
    """A module with samples: the arrays that its functions take, in their order."""

    def __init__(self, module, spec, samples=7):
        random = np.random.default_rng(1)
        text = (HERE / f"{spec}.lua").read_text()
        self.module, self.learns_x = module, '"x"' in text
        self.shape = (samples, *([module.OBSERVATIONS] if hasattr(module, "OBSERVATIONS") else []), module.OUTPUTS)
        params = 0.5 * random.normal(size=module.PARAMETERS)
        if "dt" in module.TENSORS:
            module.tensor(params, "dt")[...] = 0.25
        self.x, self.params = self.real(random.normal(size=(samples, module.INPUTS))), self.real(params)
        self.signals = []
        if hasattr(module, "SIGNALS"):
            self.signals = [self.real(random.normal(size=(samples, module.SIGNAL_ROWS, module.SIGNALS)))]
        self.target = [self.real(random.random(self.shape))] if "loss =" in text else []
        if self.target and "observe =" in text:
            self.target[0].reshape(-1)[3::5] = np.nan  # missing

    def real(self, array):
        return array.astype(self.module.REAL)

    def gradient(self, x, params):
        return self.module.gradient(x, *self.signals, *self.target, params)

    def forward(self, x, params):
        return self.module.forward(x, *self.signals, params)


def check_numpy(case, bound):
    module, x, params = case.module, case.x, case.params
    random = np.random.default_rng(2)
    bar = case.gradient(x, params)[-1]
    direction = case.real(np.where(bar != 0, random.normal(size=params.shape), 0))
    step = 1e-5 if module.REAL == np.float64 else 1e-2
    ahead, behind = (case.gradient(x, params + sign * step * direction)[0] for sign in (1, -1))
    assert abs((ahead - behind) / (2 * step) - bar @ direction) <= bound * np.abs(bar * direction).sum()
    if case.learns_x:
        x_bar, x_dot = case.gradient(x, params)[1], case.real(random.normal(size=x.shape))
        ahead, behind = (case.gradient(x + sign * step * x_dot, params)[0] for sign in (1, -1))
        assert abs((ahead - behind) / (2 * step) - (x_bar * x_dot).sum()) <= bound * np.abs(x_bar * x_dot).sum()
    x_dot, prediction_bar = random.normal(size=x.shape), random.normal(size=case.shape)
    signals_dot = [random.normal(size=s.shape) for s in case.signals]
    moved = module.pushforward(x, x_dot, *case.signals, *signals_dot, params, direction)
    assert moved.shape == case.forward(x, params).shape == case.shape
    *bars, bar = module.pullback(x, *case.signals, params, prediction_bar)
    forth = (moved * prediction_bar).sum()
    ways = [*zip(bars, (x_dot, *signals_dot)), (bar, direction)]
    assert len(bars) == 1 + len(case.signals)
    assert abs(forth - sum((b * d).sum() for b, d in ways)) <= bound * sum(abs(b * d).sum() for b, d in ways)
    assert np.array_equal(case.forward(x[::-1].copy()[::-1], params), case.forward(x, params))
    for wrong in (x[:, :1], x[0]):
        try:
            case.forward(wrong, params)
        except ValueError:
            continue
        raise AssertionError("a wrong shape is taken")


def check_second(case, bound):
    """The tangent of the pullback, and the product of the Hessian, against differences."""
    module, x, params, step = case.module, case.x, case.params, 1e-5
    random = np.random.default_rng(4)
    direction = np.where(case.gradient(x, params)[-1] != 0, random.normal(size=params.shape), 0)
    prediction_bar, prediction_bar_dot = random.normal(size=case.shape), random.normal(size=case.shape)
    x_dot, signals_dot = random.normal(size=x.shape), [random.normal(size=s.shape) for s in case.signals]

    def near(found, above, below):
        wanted = (above - below) / (2 * step)
        assert np.abs(found - wanted).max() <= bound * np.abs(wanted).max()

    def pulled(step):
        signals = [s + step * d for s, d in zip(case.signals, signals_dot)]
        return module.pullback(x + step * x_dot, *signals, params + step * direction,
                               prediction_bar + step * prediction_bar_dot)

    tangents = module.pullback_tangent(x, x_dot, *case.signals, *signals_dot, params, direction, prediction_bar,
                                       prediction_bar_dot)
    for sides in zip(tangents, pulled(step), pulled(-step)):
        near(*sides)
    x_dots = [x_dot] if case.learns_x else []
    products = module.hessian(x, *case.signals, *case.target, params, *x_dots, direction)
    above, below = (case.gradient(x + sign * step * (x_dot if case.learns_x else 0), params + sign * step * direction)[1:]
                    for sign in (1, -1))
    for sides in zip(products if case.learns_x else [products], above, below):
        near(*sides)


def check_jacobian(case, bound):
    """Its rows, weighted, against the pullback of the weights; the field and steps refuse layers that are not there."""
    module, x, params = case.module, case.x, case.params
    weights = np.random.default_rng(5).normal(size=case.shape).reshape(len(x), -1)
    prediction, *rows = module.jacobian(x, *case.signals, params)
    assert np.allclose(prediction, case.forward(x, params), rtol=1e-12, atol=1e-15)
    wanted = module.pullback(x, *case.signals, params, weights.reshape(case.shape))
    for k, (found, bar) in enumerate(zip(rows, wanted)):
        summed = np.einsum("nr,nrk->nk", weights, found.reshape(*weights.shape, -1))
        summed = summed.sum(0) if k + 1 == len(rows) else summed.reshape(bar.shape)
        assert np.abs(summed - bar).max() <= bound * np.abs(bar).max()
    y = np.zeros((2, module.WIDTH))
    if not case.signals:
        assert module.step_jacobian(0, y, params)[1].shape == (2, module.WIDTH, module.WIDTH)
        assert module.field(0, y, params).shape == module.step(0, y, params).shape == y.shape
        with pytest.raises(ValueError):
            module.step(module.LAYERS, y, params)


def write_safetensors(path, module, params):
    """params as the file that --params takes."""
    spans = {name: (offset, offset + int(np.prod(shape)), shape) for name, (offset, shape) in module.TENSORS.items()}
    header = json.dumps({name: {"dtype": "F64", "shape": shape, "data_offsets": [8 * first, 8 * last]}
                         for name, (first, last, shape) in spans.items()}).encode()
    path.write_bytes(len(header).to_bytes(8, "little") + header + params.astype("<f8").tobytes())


def check_baked(folder, name, case):
    """With constant parameters the prediction is the same, and there is nothing else."""
    model = folder / f"{name}.safetensors"
    write_safetensors(model, case.module, case.params)
    baked = emit(folder, name, "--params", str(model))
    assert np.allclose(baked.forward(case.x, *case.signals), case.forward(case.x, case.params), rtol=1e-12, atol=1e-15)
    assert not hasattr(baked, "gradient") and not hasattr(baked, "function")


def check_torch(case):
    import torch
    module = case.module
    x, params, *signals = (torch.from_numpy(a.copy()) for a in (case.x, case.params, *case.signals))
    # tensors that are not learnt are constants, so differences are taken along the others
    learnt = torch.from_numpy(np.flatnonzero(case.module.pullback(case.x, *case.signals, case.params,
                                                                  np.random.default_rng(3).random(case.shape))[-1]))
    entries = params[learnt].clone().requires_grad_()
    assert torch.autograd.gradcheck(lambda a, b, *s: module.function(a, *s, params.index_put((learnt,), b)),
                                    (x.requires_grad_(), entries, *(s.requires_grad_() for s in signals)))
    layers = torch.nn.Linear(module.INPUTS, module.INPUTS).double()
    network = module.Module(params)
    network(layers(x), *signals).square().sum().backward()  # the sum of a softmax alone is constant
    assert layers.weight.grad.abs().sum() > 0 and network.params.grad.abs().sum() > 0


def check_torch_twice(case):
    """Second derivatives of everything, by the module that has them."""
    import torch
    module = case.module
    arguments = [torch.from_numpy(a[:2].copy()).requires_grad_() for a in (case.x, *case.signals)]
    params = torch.from_numpy(case.params.copy())
    learnt = torch.from_numpy(np.flatnonzero(case.gradient(case.x, case.params)[-1])[:6])
    entries = params[learnt].clone().requires_grad_()
    assert torch.autograd.gradgradcheck(lambda p, *a: module.function(*a, params.index_put((learnt,), p)),
                                        (entries, *arguments))


@pytest.mark.parametrize("name", ["n241", "n4163", "steps", "moments", "plain", "flow", "driven", "begun", "rates", "force"])
def test_module(name, tmp_path, monkeypatch):
    monkeypatch.setenv("CFLAGS", "-O1")
    case = Case(emit(tmp_path, name), name)
    check_numpy(case, 1e-6)
    check_torch(case)
    check_baked(tmp_path, name, case)
    check_numpy(Case(emit(tmp_path, name, "--real", "float"), name), 2e-2)
    check_numpy(Case(emit(tmp_path, name, "--amalgamate"), name), 1e-6)
    check_jacobian(Case(emit(tmp_path, name, "--step"), name), 1e-9)
    second = Case(emit(tmp_path, name, "--hessian"), name)
    check_second(second, 1e-6)
    check_torch_twice(second)
    with pytest.raises(NotImplementedError, match="second derivatives need a solver that was emitted with --hessian"):
        case.module._pullback_second((), ())

"""emit --onnx: onnxruntime predicts the same."""
import numpy as np
import pytest

import costate
from costate import program

onnx = pytest.importorskip("onnx")
onnxruntime = pytest.importorskip("onnxruntime")

# every operation that a prediction may have
EVERY = """return network {
  name = "every", inputs = 3, width = 4, layers = 3, step = 0.25, start = 0.5, method = "kutta3", signals = 2,
  hold = "linear", controls = { K = matrix(4, 4), b = vector(4), c = scalar(), A = matrix(2, 4) },
  span = { K = "all", b = 2, A = "all", c = "all" },
  field = function(y, u, t, s)
    local M = u.K - u.K:T()
    local a = tanh(M * y + u.b) + u.A:T() * (u.A * y) * u.c + sin(t) * y
    local n = exp(-abs(y)) + log(1 + y^2) + sqrt(1 + y^2) + max(y, 0.1 * y) + min(y, u.b) + log1p(y^2) + expm1(-y^2)
    local d = dot(y, softmax(y)) + logsumexp(y) * mean(y) + sum(logsoftmax(y)) / 8
    local r = concat(y[2] * s[1], u.c, sigmoid(y:slice(2, 3))) * cos(s[2]) + log1pexp(y)
    return 0.1 * (a + n + d * y + r + sign(y) * y / (2 + y^2)) end,
  lift = function(x, u) return concat(x, u.c) end, learn = { "K", "b", "c", "A" },
  observe = { 0, 2, 3 }, head = { outputs = 2, link = "softmax" }, loss = "crossentropy",
  init = { c = 0.3, b = normal(1), A = normal(0.5) },
}"""


def session(folder, net, text, *options):
    """What onnxruntime makes of the emitted model of the network's parameters."""
    (folder / "spec.lua").write_text(text)
    net.save(folder / "p.safetensors")
    program.run("emit", str(folder / "spec.lua"), "--onnx", "--params", str(folder / "p.safetensors"), "-o",
                str(folder / "emitted"), *options)
    path = next((folder / "emitted").glob("*.onnx"))
    onnx.checker.check_model(str(path), full_check=True)
    assert onnx.load(str(path)).opset_import[0].version == 17
    return onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])


def check(folder, net, text, bound, *options):
    random = np.random.default_rng(1)
    net.params += 0.1 * random.normal(size=net.params.shape) * (net.params != 0)
    real = np.float32 if "float" in options else np.float64
    arrays = {"x": random.normal(size=(7, net.inputs))}
    if net.signals:
        arrays["signals"] = random.normal(size=(7, net.signal_rows, net.signals))
    found, = session(folder, net, text, *options).run(None, {name: array.astype(real) for name, array in arrays.items()})
    wanted = net.predict(**arrays)
    assert found.shape == wanted.shape and np.abs(found - wanted).max() <= bound * max(1, np.abs(wanted).max())


@pytest.mark.parametrize("name", ["n241", "n4163", "steps", "plain", "driven", "begun", "rates"])
def test_specs(vendor, tmp_path, name):
    text = (vendor / f"{name}.lua").read_text()
    check(tmp_path, costate.load(vendor / f"{name}.lua"), text, 1e-12)


@pytest.mark.parametrize("name", ["flow", "moments"])
def test_erf_in_float(vendor, tmp_path, name):
    check(tmp_path, costate.load(vendor / f"{name}.lua"), (vendor / f"{name}.lua").read_text(), 1e-6, "--real", "float")


def test_every_operation(tmp_path):
    check(tmp_path, costate.load(EVERY), EVERY, 1e-12)


@pytest.mark.parametrize("activation", ["gelu", "swish", "softplus", "leaky_relu"])
def test_activations_in_float(tmp_path, activation):
    text = f"return network {{ name = 'n', inputs = 2, width = 3, layers = 4, method = 'kutta4', activation = '{activation}'," \
           " head = { outputs = 1, link = 'identity' }, loss = 'squared', init = { W = normal(1) } }"
    check(tmp_path, costate.load(text), text, 1e-6, "--real", "float")


def test_rows_are_raw(specs, tmp_path):
    """Standardised rows are scaled in the model."""
    data = specs.parent / "tests" / "data" / "penguins.csv"
    program.run("train", str(specs / "penguins.lua"), "--data", str(data), "--out", str(tmp_path / "run"))
    net = costate.load(specs / "penguins.lua").load(tmp_path / "run" / "model.safetensors")
    rows = np.array([[39.1, 18.7, 181, 3750], [46.5, 17.9, 192, 3500]])
    found, = session(tmp_path, net, (specs / "penguins.lua").read_text()).run(None, {"x": rows})
    assert np.abs(found - net.predict(rows)).max() <= 1e-12


def test_it_is_written_again_unless_it_was_edited(tmp_path):
    net, text = costate.load(EVERY), EVERY
    session(tmp_path, net, text)
    session(tmp_path, net, text)
    path = tmp_path / "emitted" / "every.onnx"
    path.write_bytes(path.read_bytes() + b"\0")
    with pytest.raises(costate.Error, match="every.onnx: was changed after costate wrote it; --force replaces it"):
        session(tmp_path, net, text)


class TestErrors:
    def emit(self, folder, text, *options):
        (folder / "spec.lua").write_text(text)
        program.run("emit", str(folder / "spec.lua"), "--onnx", "-o", str(folder / "emitted"), *options)

    def test_no_parameters(self, tmp_path):
        with pytest.raises(costate.Error, match=r"spec.lua:1: --onnx: a model of ONNX holds its parameters: add --params FILE"):
            self.emit(tmp_path, EVERY)
        assert not (tmp_path / "emitted").exists()

    @pytest.mark.parametrize("method, activation, message", [
        ("gauss4", "tanh", "stages that solve equations are no operations of ONNX: take an explicit method"),
        ("kutta4", "gelu", "Erf is there in float alone, for those who run models: add --real float"),
    ])
    def test_operations_that_are_none(self, tmp_path, method, activation, message):
        text = f"return network {{ inputs = 2, layers = 2, method = '{method}', activation = '{activation}'," \
               " head = { outputs = 1, link = 'sigmoid' }, loss = 'squared' }"
        costate.load(text).save(tmp_path / "p.safetensors")
        with pytest.raises(costate.Error, match=f"spec.lua:1: --onnx: {message}"):
            self.emit(tmp_path, text, "--params", str(tmp_path / "p.safetensors"))
        assert not (tmp_path / "emitted").exists()

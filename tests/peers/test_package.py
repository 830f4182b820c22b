"""The package costate: against the program, differences, and the libraries that it serves."""
import csv
import doctest
import importlib
import pickle
import re

import numpy as np
import pytest
import safetensors.numpy

import costate
from costate import program

RATE = """return network {
  name = "rate", inputs = 1, layers = 8, method = "kutta4",
  controls = { k = scalar() }, span = { k = "all" }, init = { k = 0.5 },
  field = function(y, u) return -u.k * y end, loss = "squared", average = true,
}"""


@pytest.mark.parametrize("module", ["costate", "costate.net", "costate.spec", "costate.estimator"])
def test_examples_of_the_docstrings(module):
    failed, attempted = doctest.testmod(importlib.import_module(module))
    assert attempted and not failed


def test_the_page(monkeypatch, tmp_path, specs):
    """The blocks of the package's README, one after the other."""
    (tmp_path / "specs").symlink_to(specs)
    monkeypatch.chdir(tmp_path)
    page = (specs.parent / "runtime" / "python" / "README.md").read_text()
    blocks = re.findall(r"```python\n(.*?)```", page, re.S)
    assert len(blocks) >= 2
    names = {}
    for block in blocks:
        exec(block, names)
    assert names["module"].params.grad is not None


@pytest.fixture
def spiral(specs):
    return costate.load(specs / "spiral.lua")


def test_a_fit_is_the_programs_training(spiral, specs, tmp_path):
    program.run("train", str(specs / "spiral.lua"), "--iterations", "20", "--out", str(tmp_path / "run"))
    spiral.fit(iterations=20)
    there = safetensors.numpy.load_file(tmp_path / "run" / "model.safetensors")
    assert set(there) == set(spiral.tensors)
    assert all(np.array_equal(there[name], tensor) for name, tensor in spiral.tensors.items())
    assert list(spiral.history["iteration"]) == list(range(21)) and spiral.report["iterations"] == 20


def test_a_fit_to_arrays(random, tmp_path):
    net, x = costate.load(RATE), random.uniform(1, 2, size=(6, 1))
    net.fit(x, x * np.exp(-2), iterations=200, out=tmp_path / "run", test=(x, x * np.exp(-2)))
    assert net["k"] == pytest.approx(2, abs=1e-3)
    assert (tmp_path / "run" / "report.json").exists()


def test_arrays_stand_in_for_a_specs_own_data(specs, random):
    """Whatever these are: a file with columns, trajectories with signals, a generator."""
    net = costate.load(specs / "penguins.lua")
    rows = random.normal(size=(60, 4)) * [5, 2, 10, 500] + [40, 18, 190, 4000]
    net.fit(rows, np.arange(60) % 3, iterations=5)
    assert np.allclose(net.predict(rows).sum(axis=1), 1) and "mean" in net._metadata
    net = costate.load(specs / "driven.lua")
    net.fit(np.ones((3, 1)), np.ones((3, 80, 1)), np.zeros((3, 81, 1)), iterations=2)
    assert net.report["iterations"] == 2
    assert costate.load(specs / "spiral.lua").fit(random.normal(size=(9, 2)), np.arange(9) % 2, iterations=3).history


def test_steps_are_those_of_a_training(random):
    """costate train's objectives, by the emitted step."""
    net, x = costate.load(RATE), random.uniform(1, 2, size=(6, 1))
    target = x * np.exp(-2)
    steps = [net.train_step(x, target) for _ in range(5)]
    assert np.allclose(steps, costate.load(RATE).fit(x, target, iterations=5).history["objective"][1:], rtol=1e-12)
    for _ in range(1000):
        try:
            net.train_step(x, target)
        except costate.Ended as end:
            assert "gradient" in str(end) or "search" in str(end)
            break
    assert net["k"] == pytest.approx(2, abs=1e-3)


def test_gradient_is_the_programs(spiral, tmp_path, random):
    x, labels = random.normal(size=(70, 2)), random.integers(0, 2, size=(70, 1)).astype(float)
    np.save(tmp_path / "x.npy", x)
    np.save(tmp_path / "labels.npy", labels)
    spiral.save(tmp_path / "at.safetensors")
    program.run("gradient", spiral._spec.path, "--data", str(tmp_path / "x.npy"), "--labels", str(tmp_path / "labels.npy"),
                "--init", str(tmp_path / "at.safetensors"), "-o", str(tmp_path / "gradient.safetensors"))
    _, gradient = spiral.gradient(x, labels)
    for name, tensor in safetensors.numpy.load_file(tmp_path / "gradient.safetensors").items():
        assert np.allclose(spiral.named(gradient)[name], tensor, rtol=1e-11, atol=1e-13 * np.abs(tensor).max())


def test_products(spiral, random):
    """<J v, w> = <v, J^T w>, and the Hessian against differences of the gradient."""
    x, target = random.normal(size=(5, 2)), random.random((5, 1))
    x_dot, params_dot, bar = random.normal(size=(5, 2)), random.normal(size=108), random.normal(size=(5, 1))
    params_dot *= spiral.gradient(x, target)[1] != 0
    x_bar, params_bar = spiral.vjp(x, bar)
    forth = (spiral.jvp(x, x_dot, params_dot) * bar).sum()
    assert forth == pytest.approx((x_bar * x_dot).sum() + params_bar @ params_dot, rel=1e-12)
    assert np.allclose(spiral.jvp(x, x_dot) + spiral.jvp(x, params_dot=params_dot), spiral.jvp(x, x_dot, params_dot))
    step = 1e-5
    ends = [spiral.gradient(x, target, params=spiral.params + sign * step * params_dot)[1] for sign in (1, -1)]
    assert np.allclose(spiral.hessian_product(x, target, params_dot), (ends[0] - ends[1]) / (2 * step), atol=1e-7)


def test_learnt_inputs_and_missing_targets(vendor, random):
    net = costate.load(vendor / "begun.lua")
    x, target = random.normal(size=(4, 2)), np.full((4, 2, 3), np.nan)
    target[:, 0] = np.eye(3)[[0, 1, 2, 0]]
    objective, x_bar, gradient = net.gradient(x, target)
    assert np.isfinite(objective) and x_bar.shape == x.shape and gradient.shape == net.params.shape
    x_product, product = net.hessian_product(x, target, np.zeros_like(net.params), x_direction=np.ones_like(x))
    step = 1e-5
    ends = [net.gradient(x + sign * step, target) for sign in (1, -1)]
    assert np.allclose(x_product, (ends[0][1] - ends[1][1]) / (2 * step), atol=1e-7)
    assert np.allclose(product, (ends[0][2] - ends[1][2]) / (2 * step), atol=1e-7)
    before = x.copy()
    first, second = net.train_step(x, target), net.train_step(x, target)
    assert second < first == pytest.approx(objective) and not np.array_equal(x, before)
    net.fit(before, target, iterations=2)
    assert net.x.shape == x.shape


def test_signals(vendor, random):
    net = costate.load(vendor / "driven.lua")
    x, signals = random.normal(size=(3, net.inputs)), random.normal(size=(3, net.signal_rows, net.signals))
    bar = random.normal(size=net.predict(x, signals).shape)
    x_bar, signals_bar, params_bar = net.vjp(x, bar, signals)
    dots = random.normal(size=x.shape), params_bar * 1.0, random.normal(size=signals.shape)
    forth = (net.jvp(x, dots[0], dots[1], signals, dots[2]) * bar).sum()
    assert forth == pytest.approx((x_bar * dots[0]).sum() + params_bar @ dots[1] + (signals_bar * dots[2]).sum(), rel=1e-12)


def test_rows_are_raw(specs, tmp_path):
    """A standardised spec's network takes rows as the data have them, as costate predict does."""
    data = specs.parent / "tests" / "data" / "penguins.csv"
    program.run("train", str(specs / "penguins.lua"), "--data", str(data), "--out", str(tmp_path / "run"))
    with pytest.warns(costate.Warning, match="2 rows with missing values have no prediction"):
        program.run("predict", str(tmp_path / "run"), "--data", str(data), "--drop-missing", "-o", str(tmp_path / "p.csv"))
    net = costate.load(specs / "penguins.lua").load(tmp_path / "run" / "model.safetensors")
    names = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]
    with open(data, newline="") as file:
        rows = [row for row in csv.DictReader(file) if all(row[name] not in ("", "NA") for name in names)]
    with open(tmp_path / "p.csv", newline="") as file:
        known = np.array([[float(row[f"p{i}"]) for i in (1, 2, 3)] for row in csv.DictReader(file) if row["p1"]])
    assert np.allclose(net.predict([[float(row[name]) for name in names] for row in rows]), known, atol=1e-9)
    net.save(tmp_path / "again.safetensors")
    assert (tmp_path / "again.safetensors").read_bytes() == (tmp_path / "run" / "model.safetensors").read_bytes()


def test_files_hold_the_parameters_by_name(spiral, tmp_path):
    spiral["K"] = 0.5
    spiral.save(tmp_path / "p.safetensors")
    assert np.all(safetensors.numpy.load_file(tmp_path / "p.safetensors")["K"] == 0.5)
    other = costate.load(spiral._spec.path).load(tmp_path / "p.safetensors")
    assert np.array_equal(other.params, spiral.params) and not np.array_equal(other.initial(), spiral.params)
    assert not np.array_equal(other.initial(seed=2), other.initial(seed=3))
    with pytest.raises(ValueError, match="parameters of another network"):
        costate.load(RATE).load(tmp_path / "p.safetensors")
    (tmp_path / "short").write_bytes(b"\4")
    with pytest.raises(ValueError, match="is no file of parameters"):
        spiral.load(tmp_path / "short")
    with pytest.raises(OSError):
        spiral.save(tmp_path / "none" / "p.safetensors")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["p.safetensors", "short"]


def test_a_pickle_needs_no_spec(tmp_path, random):
    (tmp_path / "rate.lua").write_text(RATE)
    net = costate.load(tmp_path / "rate.lua")
    stored = pickle.dumps(net)
    (tmp_path / "rate.lua").unlink()
    x = random.normal(size=(3, 1))
    assert np.array_equal(pickle.loads(stored).predict(x), net.predict(x))


def test_a_notebook_shows_it(spiral):
    assert "15 × 2 × 2" in spiral._repr_html_() and "<svg" not in spiral._repr_html_()
    assert spiral.fit(iterations=5)._repr_html_().count("<svg") == 2


def test_specs_have_names():
    assert costate.load("spiral").layers == 15


def test_changes():
    assert costate.load(RATE, layers=3).layers == 3
    assert costate.load(RATE, **{"train.iterations": 3}).fit([[1.0]], [[0.5]]).report["iterations"] == 3


class TestErrors:
    def test_a_spec_that_is_wrong(self):
        with pytest.raises(costate.Error, match=r'network.lua:2: .*"kuta4"'):
            costate.load(RATE.replace("kutta4", "kuta4"))

    def test_no_spec(self):
        with pytest.raises(costate.Error, match="nowhere.lua: cannot read: No such file"):
            costate.load("nowhere.lua")

    def test_a_change_that_is_no_value(self):
        with pytest.raises(TypeError, match="a spec takes numbers, strings, .* not function"):
            costate.load(RATE, activation=lambda x: x)

    def test_arrays(self, spiral, vendor):
        with pytest.raises(ValueError, match=r"an array has shape \(3, 1\), not \(None, 2\)"):
            spiral.predict(np.zeros((3, 1)))
        with pytest.raises(ValueError, match="this network takes no signals"):
            spiral.predict(np.zeros((3, 2)), np.zeros((3, 1)))
        with pytest.raises(ValueError, match="this network takes signals"):
            costate.load(vendor / "driven.lua").predict(np.zeros((3, 2)))
        with pytest.raises(ValueError, match="this network's loss needs targets"):
            spiral.gradient(np.zeros((3, 2)))

    def test_an_algorithm_without_a_step(self):
        net = costate.load(RATE.replace("average", 'train = { algorithm = "newton" }, average'))
        with pytest.raises(costate.Error, match="has no training step to emit; .* have one"):
            net.train_step([[1.0]], [[0.5]])

    @pytest.mark.parametrize("compiler, message", [("no-such-cc", "there is no C compiler no-such-cc .*: install one, or "
                                                    "name it in CC"), ("false", "CC and CFLAGS name another compiler")])
    def test_the_compiler(self, monkeypatch, tmp_path, compiler, message):
        monkeypatch.setenv("CC", compiler)
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
        with pytest.raises(RuntimeError, match=message):
            costate.load(RATE)
        assert not list((tmp_path / "costate").iterdir())

    def test_no_program(self, monkeypatch):
        monkeypatch.setenv("COSTATE", "/nowhere/costate")
        with pytest.raises(OSError):
            costate.load(RATE)


def test_torch(vendor, random):
    torch = pytest.importorskip("torch")
    for name in ("n241", "driven"):
        net = costate.load(vendor / f"{name}.lua")
        module, x = net.torch(), torch.from_numpy(random.normal(size=(2, net.inputs))).requires_grad_()
        signals = [torch.from_numpy(random.normal(size=(2, net.signal_rows, net.signals)))] if net.signals else []
        predicted = module(x, *signals)
        learnt = torch.from_numpy(np.flatnonzero(net.vjp(x.detach(), random.random(predicted.shape), *signals)[-1]))
        params = module.params.detach()
        entries = params[learnt].clone().requires_grad_()
        function = net._module("--hessian").function

        def of(x, entries, *signals):
            return function(x, *signals, params.index_put((learnt,), entries))
        arguments = (x, entries, *(s.requires_grad_() for s in signals))
        assert torch.autograd.gradcheck(of, arguments) and torch.autograd.gradgradcheck(of, arguments)
        module(x, *signals).square().sum().backward()
        assert module.params.grad.abs().sum() > 0


def test_jax(random, specs):
    jax = pytest.importorskip("jax")
    jax.config.update("jax_enable_x64", True)
    net = costate.load(specs / "spiral.lua")
    function, x, bar = net.jax(), random.normal(size=(3, 2)), random.normal(size=(3, 1))

    def objective(x, params):
        return (function(x, params) * bar).sum()
    assert np.allclose(jax.jit(function)(x, net.params), net.predict(x))
    x_bar, params_bar = jax.jit(jax.grad(objective, (0, 1)))(x, net.params)
    assert np.allclose(x_bar, net.vjp(x, bar)[0]) and np.allclose(params_bar, net.vjp(x, bar)[1])
    rows = jax.vmap(lambda row: function(row[None], net.params)[0])(x)
    assert np.allclose(rows, net.predict(x))
    direction = random.normal(size=net.params.shape) * (params_bar != 0)
    product = jax.grad(lambda p: jax.grad(objective, 1)(x, p) @ direction)(net.params)
    ends = [net.vjp(x, bar, params=net.params + sign * 1e-5 * direction)[1] for sign in (1, -1)]
    assert np.allclose(product, (ends[0] - ends[1]) / 2e-5, atol=1e-7)


@pytest.mark.filterwarnings("ignore")
def test_scikit_learn(monkeypatch):
    checks = pytest.importorskip("sklearn.utils.estimator_checks")
    monkeypatch.setenv("CFLAGS", "-O1")
    for estimator in (costate.Classifier(iterations=60), costate.Regressor(iterations=60)):
        checks.check_estimator(estimator)


def test_an_estimator_of_a_spec(specs, random):
    x = random.normal(size=(20, 2))
    known = costate.Classifier(str(specs / "spiral.lua"), iterations=20, random_state=1).fit(x, x[:, 0] > 0)
    assert known.net_.layers == 15
    with pytest.raises(ValueError, match="the spec has 2 inputs and 1 outputs; the data have 3 and 1"):
        costate.Classifier(str(specs / "spiral.lua")).fit(np.c_[x, x[:, 0]], x[:, 0] > 0)

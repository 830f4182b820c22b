"""What lies between raw rows and answers goes along: a standardised model answers everywhere as `costate predict` does."""
import csv
import subprocess

import numpy as np
import pytest

import costate
from costate import program

SPEC = """return network {
  name = "drift", inputs = 2, width = 2, layers = 6, step = 0.1, method = "kutta4", signals = 1,
  controls = { A = matrix(2, 2), B = vector(2), c = vector(2) }, span = { A = "all", B = "all", c = "all" },
  init = { A = normal(0.3), B = normal(0.3), c = 0 },
  field = function(y, u, t, s) return tanh(u.A * y + u.B * s[1] + u.c) end,
  observe = "all", loss = "squared", average = true,
  data = { "runs.csv", trajectory = "run", time = "t", features = "q,w", label = "q,w", signals = "s",
           standardize = true, standardize_labels = true },
  train = { algorithm = "lbfgs", iterations = 40 },
}"""
RUNS, LAYERS = 5, 6


@pytest.fixture
def trained(tmp_path, random):
    """(network, x, signals, what costate predict says), of states of very different sizes; parameters are in p."""
    x, signals = np.column_stack([1e6 + 3e5 * random.normal(size=RUNS), 0.01 * random.normal(size=RUNS)]), []
    with open(tmp_path / "runs.csv", "w") as file:
        file.write("run,t,q,w,s\n")
        for run, y in enumerate(x.copy()):
            force = 50 + 20 * np.sin(0.5 * np.arange(LAYERS) + run)
            for n in range(LAYERS + 1):
                file.write(f"{run},{0.1 * n:.1f},{y[0]:.17g},{y[1]:.17g},{force[min(n, LAYERS - 1)]:.17g}\n")
                y += [1e6 * y[1] + 100 * force[min(n, LAYERS - 1)], -1e-9 * (y[0] - 1e6)]
            signals.append(force[:, None])
    (tmp_path / "spec.lua").write_text(SPEC)
    program.run("train", str(tmp_path / "spec.lua"), "--out", str(tmp_path / "run"))
    program.run("predict", str(tmp_path / "run"), "-o", str(tmp_path / "p.csv"))
    with open(tmp_path / "p.csv", newline="") as file:
        known = np.array([[float(row["p1"]), float(row["p2"])] for row in csv.DictReader(file)])
    net = costate.load(tmp_path / "spec.lua").load(tmp_path / "run" / "model.safetensors")
    return net, x, np.array(signals), known.reshape(RUNS, LAYERS, 2)


def near(found, known, bound=1e-12):
    assert np.shape(found) == known.shape and np.all(np.abs(found - known) <= bound * np.abs(known))


def emit(folder, *options):
    program.run("emit", str(folder / "spec.lua"), "--params", str(folder / "run" / "model.safetensors"), "-o",
                str(folder / "emitted"), *options)


def test_the_package(trained, tmp_path):
    net, x, signals, known = trained
    near(net.predict(x, signals), known)
    objective, gradient = net.gradient(x, known, signals)
    assert objective == pytest.approx(0, abs=1e-20) and np.abs(gradient).max() < 1e-9
    dot = np.array([1e4, -2e-3]) * np.ones(x.shape)
    moved = (net.predict(x + 1e-4 * dot, signals) - net.predict(x - 1e-4 * dot, signals)) / 2e-4
    near(net.jvp(x, dot, signals=signals), moved, 1e-6)
    net.save(tmp_path / "again.safetensors")
    assert (tmp_path / "again.safetensors").read_bytes() == (tmp_path / "run" / "model.safetensors").read_bytes()


def test_targets_of_very_different_sizes(tmp_path, random):
    """A regression of 4e6 and 1e-3, in the emitted module as in costate predict; arrays are scaled as its columns are."""
    x = random.normal(size=(40, 2)) * [5, 100] + [20, -300]
    y = np.column_stack([1e6 * (3 + 0.1 * x[:, 0]) + 2e3 * x[:, 1], 1e-3 * np.sin(x[:, 0]) + 1e-5 * x[:, 1]])
    np.savetxt(tmp_path / "two.csv", np.hstack([x, y]), "%.17g", ",", header="a,b,u,v", comments="")
    (tmp_path / "spec.lua").write_text('''return network { name = "two", inputs = 2, width = 3, layers = 4,
        method = "kutta3", activation = "tanh", head = { outputs = 2, link = "identity" }, loss = "squared", average = true,
        data = { "two.csv", label = "u,v", standardize = true, standardize_labels = true },
        train = { algorithm = "lbfgs", iterations = 30 } }''')
    program.run("train", str(tmp_path / "spec.lua"), "--out", str(tmp_path / "run"))
    program.run("predict", str(tmp_path / "run"), "-o", str(tmp_path / "p.csv"))
    known = np.loadtxt(tmp_path / "p.csv", delimiter=",", skiprows=1)
    net = costate.load(tmp_path / "spec.lua").load(tmp_path / "run" / "model.safetensors")
    near(net.predict(x), known)
    again = costate.load(tmp_path / "spec.lua").fit(x, y)
    near(again.predict(x), known)


def test_scales_that_nobody_knows_yet(tmp_path, trained):
    """A network is made with the scales of its data; without them it says what it lacks, until it is trained."""
    _, x, signals, known = trained
    net = costate.load(tmp_path / "spec.lua")
    assert np.abs(net.predict(x, signals)[:, :, 0]).max() > 1e5
    net = costate.load(SPEC.replace("runs.csv", "nowhere.csv"))
    with pytest.warns(costate.Warning, match="nothing says by what before fit or load"):
        assert np.abs(net.predict(x, signals)).max() < 1e8
    net.fit(x, known, signals, iterations=1)
    assert np.abs(net.predict(x, signals)[:, :, 0]).max() > 1e5


def test_onnx(trained, tmp_path):
    onnxruntime = pytest.importorskip("onnxruntime")
    _, x, signals, known = trained
    emit(tmp_path, "--onnx")
    found, = onnxruntime.InferenceSession(str(tmp_path / "emitted" / "drift.onnx")).run(None, {"x": x, "signals": signals})
    near(found, known)


def test_casadi(trained):
    pytest.importorskip("casadi")
    net, x, signals, known = trained
    function = net.casadi()
    near(np.array([np.array(function(x[i], signals[i].T)).T for i in range(RUNS)]), known)


def test_fmi(trained, tmp_path):
    fmpy = pytest.importorskip("fmpy")
    _, x, signals, known = trained
    emit(tmp_path, "--fmu", "--step")
    subprocess.run(["make", "-s", "-f", "fmu.mk"], check=True, cwd=tmp_path / "emitted")
    start = {"y[1]": x[0, 0], "y[2]": x[0, 1], "s[1]": signals[0, 0, 0]}
    found = fmpy.simulate_fmu(str(tmp_path / "emitted" / "drift.fmu"), fmi_type="CoSimulation", stop_time=0.1,
                              output_interval=0.1, start_values=start)
    near(np.array([found[1][1], found[1][2]]), known[0, 0])
    states = fmpy.read_model_description(str(tmp_path / "emitted" / "drift.fmu")).modelVariables[1:3]
    assert [1e5 < float(states[0].nominal) < 1e6, 1e-3 < float(states[1].nominal) < 1] == [True, True]

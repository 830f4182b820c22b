"""emit --fmu: FMPy validates the unit, simulates it in both ways, and asks for its derivatives."""
import subprocess

import numpy as np
import pytest

import costate
from costate import program

fmpy = pytest.importorskip("fmpy")
import fmpy.fmi3  # noqa: E402
import fmpy.validation  # noqa: E402

SWING = """return network {
  name = "swing", inputs = 2, width = 2, layers = 10, step = 0.1, method = "kutta4", signals = 1, hold = "HOLD",
  controls = { g = scalar(), d = scalar() }, span = { g = "all", d = "all" }, init = { g = 0.5, d = 0.1 },
  field = function(y, u, t, s) return concat(y[2], u.g * sin(y[1]) - u.d * y[2] + s[1]) end,
  observe = "all", loss = "squared", average = true,
}"""


def emit(folder, text, *options):
    costate.load(text).save(folder / "p.safetensors")
    (folder / "spec.lua").write_text(text)
    program.run("emit", str(folder / "spec.lua"), "--fmu", "-o", str(folder / "emitted"), *options)


def build(folder, text, *options):
    emit(folder, text, "--step", "--params", str(folder / "p.safetensors"), *options)
    subprocess.run(["make", "-s", "-f", "fmu.mk", "CFLAGS=-O2 -Wall -Wextra -Wpedantic -Werror"], check=True,
                   cwd=folder / "emitted")
    return str(next((folder / "emitted").glob("*.fmu")))


@pytest.fixture(params=[("zero", ()), ("linear", ()), ("zero", ("--amalgamate",))], ids=["zero", "linear", "one file"])
def unit(request, tmp_path):
    hold, options = request.param
    text = SWING.replace("HOLD", hold)
    return build(tmp_path, text, *options), costate.load(text)


def field(y, s):
    return np.array([y[1], 0.5 * np.sin(y[0]) - 0.1 * y[1] + s])


def test_it_is_valid(unit):
    assert fmpy.validation.validate_fmu(unit[0]) == []


def test_both_ways_of_simulation(unit):
    """A step of co-simulation is the network's own; model exchange is the differential equation."""
    path, net = unit
    signals = np.full((1, net.signal_rows, 1), 0.2)
    states = net.predict([[1.0, -0.5]], signals)[0]
    start = {"y[1]": 1.0, "y[2]": -0.5, "s[1]": 0.2}
    for step in (0.1, 0.5):
        found = fmpy.simulate_fmu(path, fmi_type="CoSimulation", stop_time=1.0, output_interval=step, start_values=start)
        assert np.abs(np.array([[row[1], row[2]] for row in found[1:]]) - states[round(10 * step) - 1::round(10 * step)]).max() < 1e-14
    found = fmpy.simulate_fmu(path, fmi_type="ModelExchange", stop_time=1.0, output_interval=0.1, start_values=start,
                              relative_tolerance=1e-10)
    assert np.abs(np.array([found[-1][1], found[-1][2]]) - states[-1]).max() < 1e-5


def test_derivatives(unit, tmp_path):
    description = fmpy.read_model_description(unit[0])
    model = fmpy.fmi3.FMU3Model(guid=description.guid, unzipDirectory=fmpy.extract(unit[0]),
                                modelIdentifier="swing", instanceName="one")
    model.instantiate()
    model.enterInitializationMode()
    model.setFloat64([1, 2, 5], [1.0, -0.5, 0.2])
    model.exitInitializationMode()
    assert model.getFloat64([3, 4]) == pytest.approx(field([1.0, -0.5], 0.2), abs=1e-15)
    jacobian = np.array([[0, 1, 0], [0.5 * np.cos(1.0), -0.1, 1]])
    seed, bar = [0.3, -0.7, 1.1], [0.2, 0.9]
    assert model.getDirectionalDerivative([3, 4], [1, 2, 5], seed) == pytest.approx(jacobian @ seed, abs=1e-15)
    assert model.getAdjointDerivative([3, 4], [1, 2, 5], bar, nSensitivity=3) == pytest.approx(jacobian.T @ bar, abs=1e-15)
    model.terminate()
    model.freeInstance()


def test_a_step_takes_whole_layers(unit):
    with pytest.raises(Exception, match="fmi3DoStep"):
        fmpy.simulate_fmu(unit[0], fmi_type="CoSimulation", stop_time=1.0, output_interval=0.15, start_values={"y[1]": 1.0})


class TestErrors:
    @pytest.mark.parametrize("change, options, message", [
        (("", ""), ("--step",), "a unit holds its parameters: add --params FILE, and leave --trainable out"),
        (("", ""), ("--params",), "a unit is made of the functions of one layer: add --step"),
        (("", ""), ("--step", "--params", "--real", "float"), "FMI computes in double: add --real double"),
        (('span = { g = "all", ', "span = { "), ("--step", "--params"), 'has a control whose span is not "all"'),
        (("+ s[1]", "+ s[1] * t"), ("--step", "--params"), "depends on time"),
        (("step = 0.1", "step = { 1, 1, 1, 1, 1, 1, 1, 1, 1, 2 }"), ("--step", "--params"), "has layers of several time steps"),
    ])
    def test_specs_that_it_cannot_carry(self, tmp_path, change, options, message):
        text = SWING.replace("HOLD", "zero").replace(*change) if change[0] else SWING.replace("HOLD", "zero")
        words = [word for option in options
                 for word in ((option, str(tmp_path / "p.safetensors")) if option == "--params" else (option,))]
        with pytest.raises(costate.Error, match=f"spec.lua:1: --fmu: .*{message}"):
            emit(tmp_path, text, *words)
        assert not (tmp_path / "emitted").exists()

"""emit --casadi: CasADi calls it, differentiates it, and IPOPT solves a control problem with a learnt model."""
import shlex
import subprocess

import numpy as np
import pytest

import costate
from costate import program

casadi = pytest.importorskip("casadi")

DRIVEN = """return network {
  name = "driven", inputs = 2, width = 2, layers = 3, step = 0.25, method = "kutta4", signals = 1,
  controls = { K = matrix(2, 2), b = vector(2), g = vector(2) }, span = { K = "all", g = "all" },
  field = function(y, u, t, s) return tanh(u.K * y + u.b) + s[1] * u.g * y[1] end,
  observe = "all", loss = "squared", init = { K = normal(1), b = normal(1), g = normal(1) },
}"""


def driven(x, signals, params):
    """The same in CasADi's own expressions."""
    K, b, g = casadi.reshape(params[:4], 2, 2).T, casadi.reshape(params[4:10], 2, 3), params[10:12]
    h, states = 0.25, []
    for n in range(3):
        def field(y):
            return casadi.tanh(casadi.mtimes(K, y) + b[:, n]) + signals[n] * g * y[0]
        k1 = field(x)
        k2 = field(x + h / 2 * k1)
        k3 = field(x + h / 2 * k2)
        k4 = field(x + h * k3)
        x = x + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        states.append(x)
    return casadi.horzcat(*states)


def near(found, wanted):
    found, wanted = np.array(casadi.DM(found)), np.array(casadi.DM(wanted))
    assert found.shape == wanted.shape and np.abs(found - wanted).max() <= 1e-12 * max(1, np.abs(wanted).max())


def build(folder, text, *options):
    """The external function of a spec: emitted and compiled as the file's first lines say."""
    (folder / "spec.lua").write_text(text)
    program.run("emit", str(folder / "spec.lua"), "--casadi", *options, "-o", str(folder / "emitted"))
    source = next((folder / "emitted").glob("*_casadi.c")).read_text()
    command = next(line for line in source.splitlines() if line.startswith(" *     cc "))[7:]
    subprocess.run(shlex.split(command) + ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror", "-std=c99"],
                   check=True, cwd=folder / "emitted")
    name = command.split()[-1][:-3]
    return casadi.external(name, str(folder / "emitted" / f"{name}.so"))


@pytest.mark.parametrize("options", [(), ("--amalgamate",), ("--hessian",)])
def test_derivatives_are_those_of_casadis_expressions(tmp_path, random, options):
    ours = build(tmp_path, DRIVEN, *options)
    assert [ours.name_in(i) for i in range(3)] == ["x", "signals", "params"] and ours.size_out(0) == (2, 3)
    arguments = [casadi.MX.sym("x", 2), casadi.MX.sym("s", 1, 3), casadi.MX.sym("p", 15)]
    known = casadi.Function("known", arguments, [driven(*arguments)])
    # dt, the last three parameters, is not learnt and moves nothing
    point = [random.normal(size=2), random.normal(size=(1, 3)), np.r_[random.normal(size=12), np.full(3, 0.25)]]
    dots = [random.normal(size=2), random.normal(size=(1, 3)), np.r_[random.normal(size=12), 0, 0, 0]]
    bar = random.normal(size=(2, 3))
    near(ours(*point), known(*point))
    near(ours.forward(1)(*point, 0, *dots), known.forward(1)(*point, 0, *dots))
    jacobians = [function.jacobian()(*point, 0) for function in (ours, known)]
    adjoints = [[casadi.vec(a).T for a in function.reverse(1)(*point, 0, bar)] for function in (ours, known)]
    for blocks in (jacobians, adjoints):
        for ours_block, known_block, last in zip(*blocks, (2, 3, 12)):
            near(ours_block[:, :last], known_block[:, :last])
    if "--hessian" in options:
        at = casadi.MX.sym("at", 20)

        def hessian(function):
            """Of a function of the prediction, by everything."""
            weighted = casadi.dot(casadi.sin(function(at[:2], at[2:5].T, at[5:])), bar)
            return casadi.Function("hessian", [at], [casadi.hessian(weighted, at)[0]])(np.r_[point[0], point[1][0], point[2]])
        near(hessian(ours)[:17, :17], hessian(known)[:17, :17])
        gradient = ours.reverse(1)
        near(gradient.reverse(1)(*point, 0, bar, 0, 0, 0, *dots)[-1], ours.forward(1)(*point, 0, *dots))


def test_what_casadi_leaves_out_is_zero(tmp_path, random):
    ours = build(tmp_path, DRIVEN, "--hessian")
    point = [random.normal(size=2), random.normal(size=(1, 3)), random.normal(size=15)]
    near(ours.forward(1)(*point, 0, 0, 0, 0), np.zeros((2, 3)))
    near(ours(0, 0, 0), np.zeros((2, 3)))


PENDULUM = """return network {
  name = "swing", inputs = 2, width = 2, layers = 10, step = 0.1, method = "kutta4", signals = 1,
  controls = { K = matrix(8, 1), b = vector(8), c = matrix(1, 8), d = scalar(), g = scalar() },
  span = { K = "all", b = "all", c = "all", d = "all", g = "all" },
  init = { K = normal(1), b = normal(1), c = normal(0.3), d = 0, g = 0.5 },
  field = function(y, u, t, s)
    return concat(y[2], u.c * sin(u.K * y:slice(1, 1) + u.b) - u.d * y[2] + u.g * s[1])
  end,
  observe = "all", loss = "squared", average = true, train = { algorithm = "lbfgs", iterations = 400 },
}"""


def simulate(x, torques):
    """A pendulum, y: the angle from upright and its speed; steps of Kutta(4) with 20 times the steps of the model."""
    def field(y, torque):
        return np.array([y[1], np.sin(y[0]) - 0.1 * y[1] + torque])
    states, h = [], 0.005
    for torque in torques:
        for _ in range(20):
            k1 = field(x, torque)
            k2 = field(x + h / 2 * k1, torque)
            k3 = field(x + h / 2 * k2, torque)
            x = x + h / 6 * (k1 + 2 * k2 + 2 * k3 + field(x + h * k3, torque))
        states.append(x)
    return np.array(states)


def test_ipopt_swings_up_a_pendulum_with_a_learnt_model(random):
    x = random.uniform([-4, -3], [4, 3], size=(150, 2))
    torques = random.uniform(-0.6, 0.6, size=(150, 10, 1))
    states = np.array([simulate(a, s[:, 0]) for a, s in zip(x, torques)])
    net = costate.load(PENDULUM).fit(x, states, torques)
    assert np.abs(net.predict(x, torques) - states).max() < 0.05
    model = net.casadi()

    # multiple shooting: 9 seconds, one second an interval, a torque too weak to lift it in one go
    intervals, variables, constraints, cost = 9, [], [], 0
    at = casadi.DM([np.pi, 0])
    for k in range(intervals):
        torque = casadi.MX.sym(f"u{k}", 1, 10)
        end = model(at, torque)[:, -1]
        at = casadi.MX.sym(f"x{k}", 2)
        variables += [torque.T, at]
        constraints.append(end - at)
        cost += 0.01 * casadi.sumsqr(torque)
    variables = casadi.vertcat(*variables)
    problem = {"x": variables, "f": cost, "g": casadi.vertcat(*constraints, at)}
    solver = casadi.nlpsol("solver", "ipopt", problem, {"print_time": False, "ipopt.print_level": 0, "ipopt.sb": "yes"})
    one = np.r_[np.full(10, 0.6), np.inf, np.inf]
    start = np.tile(np.r_[0.1 * np.sign(np.sin(np.arange(10))), np.pi, 0], intervals)
    found = solver(x0=start, lbx=np.tile(-one, intervals), ubx=np.tile(one, intervals), lbg=0, ubg=0)
    assert solver.stats()["success"]
    torques = np.array(found["x"]).reshape(intervals, 12)[:, :10].ravel()
    assert np.abs(torques).max() <= 0.6 + 1e-6
    end = simulate(np.array([np.pi, 0.0]), torques)[-1]
    assert np.abs(end).max() < 1e-3  # the true pendulum, by the model's torques and without feedback


class TestErrors:
    @pytest.mark.parametrize("name, options, message", [
        ("driven", ("--real", "float"), r"spec.lua:1: --casadi: CasADi computes in double: add --real double"),
        ("exp", (), r'spec.lua:1: name = "exp": the C library has a function of that name'),
    ])
    def test_specs_that_it_cannot_carry(self, tmp_path, name, options, message):
        (tmp_path / "spec.lua").write_text(DRIVEN.replace('"driven"', f'"{name}"'))
        with pytest.raises(costate.Error, match=message):
            program.run("emit", str(tmp_path / "spec.lua"), "--casadi", *options, "-o", str(tmp_path / "emitted"))
        assert not (tmp_path / "emitted").exists()

    def test_constants(self, tmp_path):
        net = costate.load(DRIVEN)
        net.save(tmp_path / "p.safetensors")
        (tmp_path / "spec.lua").write_text(DRIVEN)
        with pytest.raises(costate.Error, match="--casadi: parameters that are constants leave no derivatives: add --trainable"):
            program.run("emit", str(tmp_path / "spec.lua"), "--casadi", "--params", str(tmp_path / "p.safetensors"))

"""emit --acados: called through structures as acados has them, and by acados itself, which solves a control problem."""
import ctypes
import json
import os
import pathlib
import subprocess

import numpy as np
import pytest

import costate
from costate import program

SWING = """return network {
  name = "swing", inputs = 2, width = 2, layers = 2, step = 0.1, method = "kutta4", signals = 1,
  controls = { g = scalar(), d = scalar() }, span = { g = "all", d = "all" }, init = { g = 0.5, d = 0.1 },
  field = function(y, u, t, s) return concat(y[2], u.g * sin(y[1]) * (1 + s[1]^2) - u.d * y[2]^2 + s[1]) end,
  loss = "squared", average = true,
}"""

HEADERS = {
    "blasfeo_common.h": "struct blasfeo_dmat { int m; double *pA; }; struct blasfeo_dvec { double *pa; };",
    "blasfeo_d_aux.h": "#define BLASFEO_DVECEL(v, i) ((v)->pa[i])\n"
                       "#define BLASFEO_DMATEL(a, i, j) ((a)->pA[(i) + (a)->m * (j)])\n",
    "acados/utils/external_function_generic.h": "struct blasfeo_dmat_args { struct blasfeo_dmat *A; int ai, aj; };\n"
                                                "struct blasfeo_dvec_args { struct blasfeo_dvec *x; int xi; };\n",
}


class Vector(ctypes.Structure):
    _fields_ = [("pa", ctypes.c_void_p)]


class Matrix(ctypes.Structure):
    _fields_ = [("m", ctypes.c_int), ("pA", ctypes.c_void_p)]


class VectorArgument(ctypes.Structure):
    _fields_ = [("x", ctypes.POINTER(Vector)), ("xi", ctypes.c_int)]


class MatrixArgument(ctypes.Structure):
    _fields_ = [("A", ctypes.POINTER(Matrix)), ("ai", ctypes.c_int), ("aj", ctypes.c_int)]


def vector(array, at):
    return VectorArgument(ctypes.pointer(Vector(array.ctypes.data)), at)


def matrix(array, row, column):
    return MatrixArgument(ctypes.pointer(Matrix(array.shape[0], array.ctypes.data)), row, column)


def call(function, inputs, outputs):
    def pointers(arguments):
        return (ctypes.c_void_p * len(arguments))(*(ctypes.addressof(a) for a in arguments))
    assert function(pointers(inputs), pointers(outputs), None) == 0


def emit(folder, text, *options):
    (folder / "spec.lua").write_text(text)
    costate.load(text).save(folder / "p.safetensors")
    program.run("emit", str(folder / "spec.lua"), "--acados", "--trainable", "--params", str(folder / "p.safetensors"), "-o",
                str(folder / "emitted"), *options)


@pytest.mark.parametrize("options", [(), ("--amalgamate",)])
def test_values_and_derivatives(tmp_path, random, options):
    emit(tmp_path, SWING, "--hessian", "--block", "1", *options)
    for name, text in HEADERS.items():
        (tmp_path / "headers" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "headers" / name).write_text(text)
    subprocess.run(["cc", "-std=c99", "-Wall", "-Wextra", "-Werror", "-O1", "-shared", "-fPIC", "-I", str(tmp_path / "headers"),
                    "-o", str(tmp_path / "swing.so"), str(tmp_path / "emitted" / "swing_acados.c")], check=True)
    library, net = ctypes.CDLL(str(tmp_path / "swing.so")), costate.load(SWING)
    ux, pi = random.normal(size=4), random.normal(size=2)  # [u; x], as acados has them
    u, x = ux[None, :2, None], ux[None, 2:]
    inputs = [vector(ux, 2), vector(ux, 0), vector(pi, 0)]
    state = np.zeros(3)
    jacobian, hessian = np.full((5, 3), 7.0, order="F"), np.full((4, 4), 7.0, order="F")
    outputs = [vector(state, 1), matrix(jacobian, 1, 1), matrix(hessian, 0, 0)]
    call(library.swing_acados_fun, inputs, outputs)
    assert state[0] == 0 and np.allclose(state[1:], net.predict(x, u)[0], rtol=1e-14)
    state[:] = 0
    call(library.swing_acados_fun_jac_hess, inputs, outputs)
    assert np.allclose(state[1:], net.predict(x, u)[0], rtol=1e-14)
    rows = [net.vjp(x, np.eye(2)[i:i + 1], u) for i in range(2)]
    wanted = np.array([np.r_[row[1].ravel(), row[0].ravel()] for row in rows]).T
    assert np.allclose(jacobian[1:, 1:], wanted, rtol=1e-12) and np.all(jacobian[0] == 7) and np.all(jacobian[:, 0] == 7)

    def gradient(at):
        x_bar, u_bar, _ = net.vjp(at[None, 2:], pi[None], at[None, :2, None])
        return np.r_[u_bar.ravel(), x_bar.ravel()]
    differences = [(gradient(ux + 1e-5 * e) - gradient(ux - 1e-5 * e)) / 2e-5 for e in np.eye(4)]
    assert np.allclose(hessian, np.array(differences).T, atol=1e-8) and np.allclose(hessian, hessian.T, atol=1e-14)


def test_acados_solves_a_control_problem(tmp_path):
    """Its states are those of the network, and the derivative of the cost by the controls, by the network's adjoint, is 0."""
    python = pathlib.Path(__file__).resolve().parents[2] / "out" / "acados" / "bin" / "python"
    if not python.exists():
        pytest.skip("acados is not installed: make check-peers")
    emit(tmp_path, SWING, "--hessian", "--block", "1")
    library = next(python.parents[1].glob("lib/python*/site-packages/acados/install/lib"))
    run = subprocess.run([str(python), str(pathlib.Path(__file__).with_name("acados_solve.py")), str(tmp_path / "emitted")],
                         env={**os.environ, "LD_LIBRARY_PATH": str(library)}, check=True, text=True,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    found, net = json.loads(run.stdout.splitlines()[-1]), costate.load(SWING)
    assert found["status"] == 0 and found["iterations"] <= 8  # by Newton's method; Gauss and Newton's takes more than 50
    x, u = np.array(found["x"]), np.array(found["u"])
    assert np.abs(u).max() < 2
    assert np.abs(net.predict(x[:-1], u[:, :, None]) - x[1:]).max() < 1e-8
    h, costate_of = 4.0 / len(u), 10 * x[-1]  # acados weighs what is on the way by the time step
    for k in reversed(range(len(u))):
        x_bar, u_bar, _ = net.vjp(x[k:k + 1], costate_of[None], u[k:k + 1, :, None])
        assert np.abs(u_bar.ravel() + h * 0.1 * u[k]).max() < 1e-6
        costate_of = x_bar[0] + h * x[k]


@pytest.mark.parametrize("change, options, message", [
    (("observe", "observe"), (), "a workspace of .* bytes lies on the stack: add --block 1"),
    (('loss = "squared"', 'loss = "squared", observe = "all"'), ("--block", "1"), "predictions are to be one state of 2 numbers"),
])
def test_specs_that_it_cannot_carry(tmp_path, change, options, message):
    text = SWING.replace(*change)
    if "--block" not in options:
        text = text.replace("layers = 2", "layers = 200")
    with pytest.raises(costate.Error, match=f"spec.lua:1: --acados: .*{message}"):
        emit(tmp_path, text, "--hessian", *options)
    assert not (tmp_path / "emitted").exists()

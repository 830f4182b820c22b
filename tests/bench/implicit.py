"""implicit.py jax|casadi: the gradient of a network by Gauss's method of order 4 elsewhere (bench.c). Reads one request a
line, answers with one number: `load FOLDER METHOD WIDTH LAYERS SAMPLES SINGLE` gives the objective, `deviation` the
largest of its gradient from FOLDER/gradient.bin, relative to the largest entry, `gradient` the seconds that one takes."""
import math
import os
import subprocess
import sys

import numpy

from serve import serve

os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"

A = [[1 / 4, 1 / 4 - math.sqrt(3) / 6], [1 / 4 + math.sqrt(3) / 6, 1 / 4]]
SHAPES = [("K", lambda d, n: (n, d, d)), ("b", lambda d, n: (n, d)), ("dt", lambda d, n: (n,)),
          ("W", lambda d, n: (1, d)), ("mu", lambda d, n: (1,))]
LEARNT = ("K", "b", "W", "mu")


def doubles(path):
    return numpy.fromfile(path)


def tensors(flat, width, layers):
    parts, at = {}, 0
    for name, shape in SHAPES:
        extent = shape(width, layers)
        parts[name] = flat[at:at + math.prod(extent)].reshape(extent)
        at += math.prod(extent)
    return parts


class Jax:
    """jit of value_and_grad over a scan of steps: Newton's method on all samples until none moves, and the implicit
    function theorem backwards."""

    def __init__(self, folder, x, target, parts):
        import jax
        import jax.numpy as jnp
        jax.config.update("jax_enable_x64", True)
        tableau, h, width = jnp.array(A), float(parts["dt"][0]), x.shape[1]

        def solve(matrix, side):
            return jnp.linalg.solve(matrix, side[..., None])[..., 0]

        def residual_of(y, K, b):
            def residual(z):  # [samples][2 width]
                stages = z.reshape(-1, 2, width)
                slopes = jnp.tanh(stages @ K.T + b)
                return z - (y[:, None] + h * jnp.einsum("ij,njd->nid", tableau, slopes)).reshape(z.shape)

            def matrix(z):
                slopes = jnp.tanh(z.reshape(-1, 2, width) @ K.T + b)
                moved = (1 - slopes ** 2)[..., None] * K  # [samples][2][width][width]
                blocks = h * jnp.einsum("ij,njde->nidje", tableau, moved)
                return jnp.eye(2 * width) - blocks.reshape(-1, 2 * width, 2 * width)

            return residual, matrix

        def step(y, layer):
            K, b = layer
            residual, matrix = residual_of(y, K, b)

            def newton(z):
                def moves(state):
                    return (state[1] > 1e-14) & (state[2] < 50)

                def iterate(state):
                    z, _, count = state
                    moved = solve(matrix(z), residual(z))
                    return z - moved, jnp.abs(moved).max(), count + 1

                return jax.lax.while_loop(moves, iterate, (z, jnp.inf, 0))[0]

            start = jnp.concatenate([y, y], axis=1)
            z = jax.lax.stop_gradient(newton(start))
            # one iteration more, whose derivative is that of the implicit function
            z = z - solve(jax.lax.stop_gradient(matrix(z)), residual(z))
            slopes = jnp.tanh(z.reshape(-1, 2, width) @ K.T + b)
            return y + h / 2 * (slopes[:, 0] + slopes[:, 1]), None

        def objective(learnt, x, target):
            y, _ = jax.lax.scan(step, x, (learnt["K"], learnt["b"]))
            p = jax.nn.sigmoid(y @ learnt["W"].T + learnt["mu"])
            return 0.5 * ((p - target) ** 2).sum()

        self.arguments = [{name: jnp.array(parts[name]) for name in LEARNT}, jnp.array(x), jnp.array(target)]
        self.function = jax.jit(jax.value_and_grad(objective))

    def gradient(self):
        value, gradient = self.function(*self.arguments)
        return float(value), {name: numpy.asarray(gradient[name]) for name in LEARNT}


class Casadi:
    """A step by rootfinder, a sample's gradient as CasADi derives it, as C of its making, compiled as costate's is."""

    def __init__(self, folder, x, target, parts):
        import casadi
        width, layers = x.shape[1], parts["K"].shape[0]
        h = float(parts["dt"][0])
        z, y = casadi.SX.sym("z", 2 * width), casadi.SX.sym("y", width)
        K, b = casadi.SX.sym("K", width, width), casadi.SX.sym("b", width)
        slopes = [casadi.tanh(K @ part + b) for part in casadi.vertsplit(z, width)]
        image = casadi.vertcat(*[y + h * (row[0] * slopes[0] + row[1] * slopes[1]) for row in A])
        equation = casadi.Function("equation", [z, y, K, b], [z - image])
        root = casadi.rootfinder("root", "fast_newton", equation, {"linear_solver": "qr", "abstol": 1e-14,
                                                                  "abstolStep": 1e-14, "max_iter": 50})
        all_K, all_b = casadi.MX.sym("K", width, width * layers), casadi.MX.sym("b", width, layers)
        W, mu, start, wanted = (casadi.MX.sym(name, n) for name, n in (("W", width), ("mu", 1), ("x", width), ("c", 1)))
        state, K, b = casadi.MX.sym("y", width), casadi.MX.sym("K", width, width), casadi.MX.sym("b", width)
        found = root(casadi.vertcat(state, state), state, K, b)
        slopes = [casadi.tanh(K @ part + b) for part in casadi.vertsplit(found, width)]
        step = casadi.Function("step", [state, K, b], [state + h / 2 * (slopes[0] + slopes[1])])
        last = step.mapaccum("all", layers)(start, all_K, all_b)[:, -1]
        p = 1 / (1 + casadi.exp(-(casadi.dot(W, last) + mu)))
        value = (p - wanted) ** 2 / 2
        learnt = [all_K, all_b, W, mu]
        gradient = casadi.veccat(*[casadi.gradient(value, tensor) for tensor in learnt])
        sample = casadi.Function("sample", learnt + [start, wanted], [value, gradient])
        name = f"casadi_{width}.c"  # it writes where it is
        sample.generate(name)
        source = os.path.join(folder, name)
        os.replace(name, source)
        library = source[:-1] + "so"
        subprocess.run([os.environ.get("BENCH_CC", "gcc"), "-O3", "-march=native", "-fPIC", "-shared", "-o", library,
                        source], check=True)
        self.shape = width, layers
        arguments = [numpy.hstack(list(parts["K"])), parts["b"].T, parts["W"].T, parts["mu"], x.T, target.T]
        self.arguments = [casadi.DM(value) for value in arguments]
        self.all = casadi.external("sample", library).map("all", "serial", x.shape[0], [0, 1, 2, 3], [0, 1])

    def gradient(self):
        value, gradient = self.all(*self.arguments)
        width, layers = self.shape
        flat = gradient.full().ravel()
        K = flat[:width * width * layers].reshape(layers, width, width).transpose(0, 2, 1)
        rest = flat[width * width * layers:]
        return float(value), {"K": K, "b": rest[:width * layers].reshape(layers, width),
                                                 "W": rest[width * layers:-1].reshape(1, width), "mu": rest[-1:]}


def load(kind, folder, method, *words):
    assert method == "gauss4"
    width, layers, samples = (int(word) for word in words[:3])
    x, target, params = (doubles(f"{folder}/{name}.bin") for name in ("x", "target", "params"))
    peer = kind(folder, x.reshape(samples, width), target.reshape(samples, 1), tensors(params, width, layers))
    for _ in range(3):  # compiles, and warms up
        value, _ = peer.gradient()

    def deviation():
        wanted, found = tensors(doubles(f"{folder}/gradient.bin"), width, layers), peer.gradient()[1]
        scale = max(abs(wanted[name]).max() for name in LEARNT)
        return float(max(abs(found[name] - wanted[name]).max() for name in LEARNT) / scale)

    return peer, value, deviation


if __name__ == "__main__":
    serve({"jax": Jax, "casadi": Casadi}[sys.argv[1]], load)

"""network.py jax|casadi: the bench's network elsewhere (bench.c), by any of its methods. Reads one request a line, answers
with one number: `load FOLDER METHOD WIDTH LAYERS SAMPLES SINGLE` gives the objective; `deviation WHAT` the largest of what
WHAT computes, gradient or product, from FOLDER/WHAT.bin, relative to the largest entry there; `gradient`, `product` (of the
Hessian and the parameters) and `forward` the seconds that one takes. network.py jax|casadi first ends with its first
gradient of a network of width 2, 15 layers of Kutta(4) and 1,000 samples."""
import math
import os
import subprocess
import sys

import numpy

from serve import serve
from tableaus import TABLEAUS

os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"

SHAPES = [("K", lambda d, n: (n, d, d)), ("b", lambda d, n: (n, d)), ("dt", lambda d, n: (n,)),
          ("W", lambda d, n: (1, d)), ("mu", lambda d, n: (1,))]
LEARNT = ("K", "b", "W", "mu")


def tensors(flat, width, layers):
    parts, at = {}, 0
    for name, shape in SHAPES:
        extent = shape(width, layers)
        parts[name] = flat[at:at + math.prod(extent)].reshape(extent)
        at += math.prod(extent)
    return parts


def is_implicit(rows):
    return any(len(row) > i for i, row in enumerate(rows))


def combined(y, h, weights, slopes):
    for a, f in zip(weights, slopes):
        if a:
            y = y + h * a * f
    return y


class Jax:
    """jit over a scan of steps; of an implicit method Newton's method on all samples until none moves, and the implicit
    function theorem backwards."""

    def __init__(self, method, folder, x, target, parts, real):
        import jax
        import jax.numpy as jnp
        jax.config.update("jax_enable_x64", True)
        rows, weights = TABLEAUS[method]
        stages, width = len(rows), x.shape[1]

        def slope(y, K, b):
            return jnp.tanh(y @ K.T + b)

        def explicit(y, h, K, b):
            slopes = []
            for row in rows:
                slopes.append(slope(combined(y, h, row, slopes), K, b))
            return slopes

        def implicit(y, h, K, b):
            tableau = jnp.array(rows)

            def solve(matrix, side):
                return jnp.linalg.solve(matrix, side[..., None])[..., 0]

            def residual(z):  # [samples][stages width]
                slopes = slope(z.reshape(-1, stages, width), K, b)
                return z - (y[:, None] + h * jnp.einsum("ij,njd->nid", tableau, slopes)).reshape(z.shape)

            def matrix(z):
                slopes = slope(z.reshape(-1, stages, width), K, b)
                moved = (1 - slopes ** 2)[..., None] * K  # [samples][stages][width][width]
                blocks = h * jnp.einsum("ij,njde->nidje", tableau, moved)
                return jnp.eye(stages * width) - blocks.reshape(-1, stages * width, stages * width)

            def moves(state):
                return (state[1] > 1e-14) & (state[2] < 50)

            def iterate(state):
                z, _, count = state
                moved = solve(matrix(z), residual(z))
                return z - moved, jnp.abs(moved).max(), count + 1

            start = jnp.concatenate([y] * stages, axis=1)
            z = jax.lax.stop_gradient(jax.lax.while_loop(moves, iterate, (start, jnp.inf, 0))[0])
            # one iteration more, whose derivative is that of the implicit function
            z = z - solve(jax.lax.stop_gradient(matrix(z)), residual(z))
            return [slope(part, K, b) for part in jnp.split(z, stages, axis=1)]

        slopes_of = implicit if is_implicit(rows) else explicit

        def predict(params, x):
            def step(y, layer):
                h, K, b = layer
                return combined(y, h, weights, slopes_of(y, h, K, b)), None

            y, _ = jax.lax.scan(step, x, (params["dt"], params["K"], params["b"]))
            return jax.nn.sigmoid(y @ params["W"].T + params["mu"])

        def objective(learnt, dt, x, target):
            return 0.5 * ((predict(dict(learnt, dt=dt), x) - target) ** 2).sum()

        def product(learnt, dt, x, target):
            return jax.jvp(lambda p: jax.grad(objective)(p, dt, x, target), (learnt,), (learnt,))[1]

        params = {name: jnp.array(value.astype(real)) for name, value in parts.items()}
        self.samples = jnp.array(x.astype(real)), jnp.array(target.astype(real))
        self.params, self.learnt = params, {name: params[name] for name in LEARNT}
        self.functions = jax.jit(predict), jax.jit(jax.value_and_grad(objective)), jax.jit(product)

    def forward(self):
        return self.functions[0](self.params, self.samples[0]).block_until_ready()

    def gradient(self):
        value, gradient = self.functions[1](self.learnt, self.params["dt"], *self.samples)
        return float(value), {name: numpy.asarray(gradient[name]) for name in LEARNT}

    def product(self):
        product = self.functions[2](self.learnt, self.params["dt"], *self.samples)
        return 0, {name: numpy.asarray(product[name]) for name in LEARNT}


class Casadi:
    """A step as CasADi's own graph, or by its rootfinder, and what it derives for a sample as C of its making, compiled as
    costate's is."""

    def __init__(self, method, folder, x, target, parts, real):
        import casadi
        assert real is numpy.float64
        self.casadi, self.folder = casadi, folder
        self.shape = width, layers = x.shape[1], parts["K"].shape[0]
        step = self.step_of(*TABLEAUS[method], width)
        K, b, dt = (casadi.MX.sym(name, n, layers) for name, n in (("K", width * width), ("b", width), ("dt", 1)))
        W, mu, start, wanted = (casadi.MX.sym(name, n) for name, n in (("W", width), ("mu", 1), ("x", width), ("c", 1)))
        last = step.mapaccum("all", layers)(start, K, b, dt)[:, -1]
        self.prediction = 1 / (1 + casadi.exp(-(casadi.dot(W, last) + mu)))
        self.value = (self.prediction - wanted) ** 2 / 2
        self.symbols = {"K": K, "b": b, "dt": dt, "W": W, "mu": mu}
        self.sample = [start, wanted]
        columns = {"K": parts["K"].reshape(layers, -1).T, "b": parts["b"].T, "dt": parts["dt"][None], "W": parts["W"].T,
                   "mu": parts["mu"]}
        self.arguments = [casadi.DM(columns[name]) for name in self.symbols] + [casadi.DM(x.T), casadi.DM(target.T)]
        self.count, self.compiled = x.shape[0], {}

    def step_of(self, rows, weights, width):
        """y, K in rows, b and h to the next y."""
        casadi = self.casadi
        kind = casadi.MX if is_implicit(rows) else casadi.SX
        y, flat, b, h = (kind.sym(name, n) for name, n in (("y", width), ("K", width * width), ("b", width), ("h", 1)))

        def slope(y, flat, b):
            return casadi.tanh(casadi.reshape(flat, width, width).T @ y + b)

        slopes = []
        if is_implicit(rows):
            z, own = casadi.SX.sym("z", len(rows) * width), casadi.SX.sym("own", width)
            K, c, step = casadi.SX.sym("K", width * width), casadi.SX.sym("c", width), casadi.SX.sym("h")
            found = [slope(part, K, c) for part in casadi.vertsplit(z, width)]
            image = casadi.vertcat(*[combined(own, step, row, found) for row in rows])
            equation = casadi.Function("equation", [z, own, K, c, step], [z - image])
            root = casadi.rootfinder("root", "fast_newton", equation, {"linear_solver": "qr", "abstol": 1e-14,
                                                                      "abstolStep": 1e-14, "max_iter": 50})
            stages = root(casadi.vertcat(*[y] * len(rows)), y, flat, b, h)
            slopes = [slope(part, flat, b) for part in casadi.vertsplit(stages, width)]
        else:
            for row in rows:
                slopes.append(slope(combined(y, h, row, slopes), flat, b))
        return casadi.Function("step", [y, flat, b, h], [combined(y, h, weights, slopes)])

    def function(self, what):
        """That of all samples, compiled when it is first asked for."""
        casadi = self.casadi
        if what in self.compiled:
            return self.compiled[what]
        inputs = list(self.symbols.values()) + self.sample
        learnt = [self.symbols[name] for name in LEARNT]
        outputs, summed = [self.prediction], []
        if what != "forward":
            gradient = casadi.veccat(*[casadi.gradient(self.value, tensor) for tensor in learnt])
            outputs, summed = [self.value, gradient], [0, 1]
        if what == "product":
            outputs[1] = sum(casadi.jtimes(gradient, tensor, tensor) for tensor in learnt)
        sample = casadi.Function("sample", inputs, outputs)
        name = f"casadi_{what}_{self.shape[0]}.c"  # it writes where it is
        sample.generate(name)
        source = os.path.join(self.folder, name)
        os.replace(name, source)
        library = source[:-1] + "so"
        subprocess.run([os.environ.get("BENCH_CC", "gcc"), "-O3", "-march=native", "-fPIC", "-shared", "-o", library,
                        source], check=True)
        external = casadi.external("sample", library)
        self.compiled[what] = external.map("all", "serial", self.count, list(range(len(self.symbols))), summed)
        return self.compiled[what]

    def parts(self, flat):
        width, layers = self.shape
        found, at = {}, 0
        for name, shape in SHAPES:  # columns are layers, which is what rows are elsewhere
            if name in LEARNT:
                size = math.prod(shape(width, layers))
                found[name] = flat[at:at + size].reshape(shape(width, layers))
                at += size
        return found

    def forward(self):
        return self.function("forward")(*self.arguments)

    def gradient(self):
        value, gradient = self.function("gradient")(*self.arguments)
        return float(value), self.parts(gradient.full().ravel())

    def product(self):
        return 0, self.parts(self.function("product")(*self.arguments)[1].full().ravel())


def load(kind, folder, method, width, layers, samples, single):
    width, layers, samples, real = int(width), int(layers), int(samples), numpy.float32 if int(single) else numpy.float64
    x, target, params = (numpy.fromfile(f"{folder}/{name}.bin") for name in ("x", "target", "params"))
    peer = kind(method, folder, x.reshape(samples, width), target.reshape(samples, 1), tensors(params, width, layers),
                real)
    for _ in range(3):  # compiles, and warms up
        value, _ = peer.gradient()

    def deviation(what):
        found = getattr(peer, what)()[1]
        wanted = tensors(numpy.fromfile(f"{folder}/{what}.bin"), width, layers)
        scale = max(abs(wanted[name]).max() for name in found)
        return float(max(abs(found[name] - wanted[name]).max() for name in found) / scale)

    return peer, value, deviation


def first(kind):
    random, width, layers, samples = numpy.random.default_rng(1), 2, 15, 1000
    parts = {name: 0.1 * random.standard_normal(shape(width, layers)) for name, shape in SHAPES}
    x, target = random.standard_normal((samples, width)), random.integers(0, 2, (samples, 1)) * 1.0
    kind("kutta4", "out/bench", x, target, parts, numpy.float64).gradient()


if __name__ == "__main__":
    which = {"jax": Jax, "casadi": Casadi}[sys.argv[1]]
    if sys.argv[2:] == ["first"]:
        first(which)
    else:
        serve(which, load)

"""peers.py jax|casadi|torch: the gradient of Lotka and Volterra's problem elsewhere (bench.c). Reads one request a line,
answers with one number: `load FOLDER LAYERS STEP OBSERVED` gives the objective, `deviation gradient` the largest of its
gradient from FOLDER/gradient.bin, relative to the largest entry, `gradient` the seconds that one takes."""
import os
import subprocess
import sys

from serve import serve

os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"


def doubles(path):
    with open(path, "rb") as file:
        return memoryview(file.read()).cast("d").tolist()


def slope(prey, predators, rate):
    return prey * (rate[0] - rate[1] * predators), predators * (rate[2] * prey - rate[3])


def step(prey, predators, rate, h):
    """Kutta's method of order 4, on arrays of samples."""
    f1, g1 = slope(prey, predators, rate)
    f2, g2 = slope(prey + h / 2 * f1, predators + h / 2 * g1, rate)
    f3, g3 = slope(prey + h / 2 * f2, predators + h / 2 * g2, rate)
    f4, g4 = slope(prey + h * f3, predators + h * g3, rate)
    return prey + h / 6 * (f1 + 2 * (f2 + f3) + f4), predators + h / 6 * (g1 + 2 * (g2 + g3) + g4)


class Jax:
    """jit of value_and_grad over scans, which are the faster the less of them is unrolled."""

    def __init__(self, x, target, rate, layers, h, observed, _):
        import jax
        import jax.numpy as jnp
        jax.config.update("jax_enable_x64", True)
        self.arguments = [jnp.array(a) for a in (rate, x, target)]

        def objective(rate, x, target):
            def stretch(state, target):
                state, _ = jax.lax.scan(lambda state, _: (step(*state, rate, h), None), state, None, length=observed)
                return state, 0.5 * ((state[0] - target[0]) ** 2 + (state[1] - target[1]) ** 2).sum()

            _, losses = jax.lax.scan(stretch, (x[0], x[1]), target)
            return losses.sum()

        self.function = jax.jit(jax.value_and_grad(objective))

    def gradient(self):
        value, gradient = self.function(*self.arguments)
        return float(value), gradient.tolist()


class Torch:
    """Eager; a traced step takes as long."""

    def __init__(self, x, target, rate, layers, h, observed, _):
        import torch
        torch.set_num_threads(1)
        self.torch, self.layers, self.h, self.observed = torch, layers, h, observed
        self.x, self.target = (torch.tensor(a, dtype=torch.float64) for a in (x, target))
        self.rate = torch.tensor(rate, dtype=torch.float64, requires_grad=True)

    def gradient(self):
        state, value = (self.x[0], self.x[1]), 0
        for layer in range(self.layers):
            state = step(*state, self.rate, self.h)
            if (layer + 1) % self.observed == 0:
                target = self.target[layer // self.observed]
                value = value + 0.5 * ((state[0] - target[0]) ** 2 + (state[1] - target[1]) ** 2).sum()
        gradient, = self.torch.autograd.grad(value, self.rate)
        return float(value.detach()), gradient.tolist()


class Casadi:
    """A trajectory as mapaccum of stretches, its gradient as C of CasADi's making at -O3, mapped over all."""

    def __init__(self, x, target, rate, layers, h, observed, folder):
        import casadi
        y, rates = casadi.SX.sym("y", 2), casadi.SX.sym("rates", 4)
        one = casadi.Function("one", [y, rates], [casadi.vertcat(*step(y[0], y[1], casadi.vertsplit(rates), h))])
        stretch = one.mapaccum("stretch", observed)
        times = layers // observed
        p, start, wanted = casadi.MX.sym("p", 4), casadi.MX.sym("x", 2), casadi.MX.sym("c", 2, times)
        state, value = start, 0
        for k in range(times):
            state = stretch(state, casadi.repmat(p, 1, observed))[:, -1]
            value = value + 0.5 * casadi.sumsqr(state - wanted[:, k])
        sample = casadi.Function("sample", [p, start, wanted], [value, casadi.gradient(value, p)])
        sample.generate("casadi_trajectories.c")  # it writes where it is
        source = os.path.join(folder, "casadi_trajectories.c")
        os.replace("casadi_trajectories.c", source)
        library = source[:-1] + "so"
        subprocess.run([os.environ.get("BENCH_CC", "gcc"), "-O3", "-march=native", "-fPIC", "-shared", "-o", library,
                        source], check=True)
        count = len(x[0])
        self.function = casadi.external("sample", library).map("all", "serial", count, [0], [0, 1])
        columns = [[target[m][k][s] for s in range(count) for m in range(times)] for k in range(2)]
        self.arguments = [casadi.DM(a) for a in (rate, x, columns)]

    def gradient(self):
        value, gradient = self.function(*self.arguments)
        return float(value), gradient.full().ravel().tolist()


def load(kind, folder, *words):
    layers, h, observed = int(words[0]), float(words[1]), int(words[2])
    x, target, rate = (doubles(f"{folder}/{name}.bin") for name in ("x", "target", "params"))
    times = layers // observed
    columns = [x[k::2] for k in range(2)]
    targets = [[target[2 * m + k::2 * times] for k in range(2)] for m in range(times)]
    peer = kind(columns, targets, rate[:4], layers, h, observed, folder)
    for _ in range(3):  # compiles, and warms up
        value, _ = peer.gradient()

    def deviation(what):
        wanted = doubles(f"{folder}/{what}.bin")[:4]
        return max(abs(a - b) for a, b in zip(peer.gradient()[1], wanted)) / max(map(abs, wanted))

    return peer, value, deviation


serve({"jax": Jax, "casadi": Casadi, "torch": Torch}[sys.argv[1]], load)

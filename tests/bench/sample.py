"""sample.py FOLDER CASE: what the bench's case of one sample (sample.c) takes elsewhere. FOLDER has params.bin, x.bin,
target.bin and wanted.bin. Prints a line for each library that is there and computes the same: name, then minimum, median and
99.9th percentile of its calls in seconds."""
import array
import os
import sys
import time

os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
CALLS, SLOW_CALLS = 20000, 300


def doubles(path):
    values = array.array("d")
    with open(path, "rb") as file:
        values.frombytes(file.read())
    return values.tolist()


def kutta4(field, y, h):
    f1 = field(y)
    f2 = field(y + h / 2 * f1)
    f3 = field(y + h / 2 * f2)
    f4 = field(y + h * f3)
    return y + h / 6 * (f1 + 2 * (f2 + f3) + f4)


# The cases. np: tanh, and cut(p, first, rows, columns), which is p[first:] as a matrix, or a vector where columns is None.


def narrow_field(np, p):
    A, b, C, d = np.cut(p, 0, 50, 2), np.cut(p, 100, 50), np.cut(p, 150, 2, 50), np.cut(p, 250, 2)
    return lambda y: C @ np.tanh(A @ y + b) + d


def small_field(np, p):
    K, b = np.cut(p, 0, 4, 4), np.cut(p, 16, 4)
    return lambda y: np.tanh(K @ y + b)


def model_field(np, p, s):
    A, B, b = np.cut(p, 0, 64, 4), np.cut(p, 256, 64), np.cut(p, 320, 64)
    C, c, D, d = np.cut(p, 384, 64, 64), np.cut(p, 4480, 64), np.cut(p, 4544, 4, 64), np.cut(p, 4800, 4)
    return lambda y: D @ np.tanh(C @ np.tanh(A @ y + B * s + b) + c) + d


# The entries that are compared: of the parameters without the steps, or of the Jacobians.
LEARNT = {"narrow": range(252), "small": [*range(400), *range(420, 430)], "model": range(20)}


class Jax:
    """jit of grad, over a scan of steps; of jacrev, which is the faster of the two here."""

    def __init__(self, case, params, x, target):
        import jax
        import jax.numpy as jnp
        jax.config.update("jax_enable_x64", True)
        self.tanh = jnp.tanh
        p, x, target = jnp.array(params), jnp.array(x), jnp.array(target)

        def narrow(p):
            field = narrow_field(self, p)

            def layer(y, given):
                y = kutta4(field, y, given[0])
                return y, 0.5 * ((y - given[1]) ** 2).sum()

            return jax.lax.scan(layer, x[:2], (p[252:], target.reshape(30, 2)))[1].sum()

        def small(p):
            layers = jnp.concatenate([p[:320].reshape(20, 16), p[320:400].reshape(20, 4), p[400:420, None]], axis=1)
            y = jax.lax.scan(lambda y, own: (kutta4(small_field(self, own), y, own[20]), None), x[:4], layers)[0]
            return 0.5 * ((p[420:428].reshape(2, 4) @ y + p[428:] - target) ** 2).sum()

        def step(x, p):
            y = kutta4(model_field(self, p, x[4]), x[:4], p[4804])
            return y, y

        functions = {"narrow": (jax.grad(narrow), (p,)), "small": (jax.grad(small), (p,)),
                     "model": (jax.jacrev(step, has_aux=True), (jnp.concatenate([x[:4], x[8:9]]), p))}
        function, self.arguments = functions[case]
        self.function, self.wait = jax.jit(function), jax.block_until_ready

    def cut(self, p, first, rows, columns=None):
        return p[first:first + rows * (columns or 1)].reshape((rows, columns) if columns else (rows,))

    def call(self):
        return self.wait(self.function(*self.arguments))

    def entries(self, result):
        if isinstance(result, tuple):
            return [*result[0][:, :4].ravel().tolist(), *result[0][:, 4].tolist()]
        return result.tolist()


class Torch:
    """Eager."""

    def __init__(self, case, params, x, target):
        import torch
        torch.set_num_threads(1)
        self.torch, self.tanh = torch, torch.tanh
        p, x, target = (torch.tensor(a, dtype=torch.float64) for a in (params, x, target))
        p.requires_grad_(case != "model")

        def narrow():
            field, y, total = narrow_field(self, p), x[:2], 0
            for k in range(30):
                y = kutta4(field, y, p[252 + k])
                total = total + 0.5 * ((y - target[2 * k:2 * k + 2]) ** 2).sum()
            return torch.autograd.grad(total, p)[0]

        def small():
            y = x[:4]
            for k in range(20):
                K, b = p[16 * k:16 * k + 16].view(4, 4), p[320 + 4 * k:324 + 4 * k]
                y = kutta4(lambda y: torch.tanh(K @ y + b), y, p[400 + k])
            return torch.autograd.grad(0.5 * ((p[420:428].view(2, 4) @ y + p[428:] - target) ** 2).sum(), p)[0]

        start = torch.cat([x[:4], x[8:9]])

        def model():
            return torch.func.jacrev(lambda s: kutta4(model_field(self, p, s[4]), s[:4], p[4804]))(start)

        self.call = {"narrow": narrow, "small": small, "model": model}[case]

    def cut(self, p, first, rows, columns=None):
        return p[first:first + rows * (columns or 1)].reshape((rows, columns) if columns else (rows,))

    def entries(self, result):
        if result.dim() == 2:
            return [*result[:, :4].ravel().tolist(), *result[:, 4].tolist()]
        return result.tolist()


class Casadi:
    """Its C at -O3, called through its buffers."""

    def __init__(self, case, params, x, target):
        import casadi as ca
        import numpy as np
        self.ca, self.tanh, self.np = ca, ca.tanh, np
        p, start, wanted = ca.MX.sym("p", len(params)), ca.MX.sym("x", len(x)), ca.MX.sym("c", len(target))
        outputs = getattr(self, case)(p, start, wanted)
        function = ca.Function(case, [p, start, wanted], outputs)
        folder = os.getcwd()
        os.chdir(sys.argv[1])
        function.generate(f"casadi_{case}.c")
        if os.system(f"gcc -O3 -march=native -fPIC -shared -o casadi_{case}.so casadi_{case}.c -lm") != 0:
            raise RuntimeError("no compiler")
        self.compiled = ca.external(case, f"./casadi_{case}.so")
        self.buffer, self.call = self.compiled.buffer()
        os.chdir(folder)
        self.arrays = [np.array(a, dtype=float) for a in (params, x, target)]
        self.results = [np.zeros(function.nnz_out(k)) for k in range(len(outputs))]
        for k, values in enumerate(self.arrays):
            self.buffer.set_arg(k, memoryview(values))
        for k, values in enumerate(self.results):
            self.buffer.set_res(k, memoryview(values))

    def cut(self, p, first, rows, columns=None):
        part = p[first:first + rows * (columns or 1)]
        return self.ca.reshape(part, columns, rows).T if columns else part

    def narrow(self, p, x, target):
        ca = self.ca
        y, h, q = ca.SX.sym("y", 2), ca.SX.sym("h"), ca.SX.sym("q", 252)
        step = ca.Function("step", [y, h, q], [kutta4(narrow_field(self, q), y, h)])
        states = step.mapaccum(30)(x[:2], p[252:].T, ca.repmat(p[:252], 1, 30))
        return [ca.gradient(0.5 * ca.sumsqr(states - ca.reshape(target, 2, 30)), p)]

    def small(self, p, x, target):
        ca = self.ca
        y, q, h = ca.SX.sym("y", 4), ca.SX.sym("q", 20), ca.SX.sym("h")
        step = ca.Function("step", [y, q, h], [kutta4(small_field(self, q), y, h)])
        layers = ca.vertcat(ca.reshape(p[:320], 16, 20), ca.reshape(p[320:400], 4, 20))
        last = step.mapaccum(20)(x[:4], layers, p[400:420].T)[:, -1]
        return [ca.gradient(0.5 * ca.sumsqr(self.cut(p, 420, 2, 4) @ last + p[428:] - target), p)]

    def model(self, p, x, _):
        """In matrices: written out, it takes the compiler minutes, and the C is the slower."""
        ca = self.ca
        own = ca.MX.sym("own", 5)
        step = kutta4(model_field(self, p, own[4]), own[:4], p[4804])
        function = ca.Function("step", [p, own], [step, ca.jacobian(step, own)])
        step, jacobian = function(p, ca.vertcat(x[:4], x[8]))
        return [ca.vertcat(ca.reshape(jacobian[:, :4].T, 16, 1), jacobian[:, 4]), step]

    def entries(self, _):
        return self.results[0].tolist()


def main():
    case = sys.argv[2]
    params, x, target, wanted = (doubles(f"{sys.argv[1]}/{name}.bin") for name in ("params", "x", "target", "wanted"))
    for kind in (Jax, Casadi, Torch):
        try:
            peer = kind(case, params, x, target)
        except (ImportError, RuntimeError) as error:
            print(f"{kind.__name__} is left out: {error}", file=sys.stderr)
            continue
        found = peer.entries(peer.call())
        if not max(abs(found[k] - wanted[k]) for k in LEARNT[case]) <= 1e-9:
            sys.exit(f"{kind.__name__} computes another result of {case}")
        seconds, calls = [], SLOW_CALLS if kind is Torch else CALLS
        for _ in range(calls + calls // 10):
            begin = time.perf_counter()
            peer.call()
            seconds.append(time.perf_counter() - begin)
        seconds = sorted(seconds[calls // 10:])
        print(kind.__name__, seconds[0], seconds[len(seconds) // 2], seconds[-len(seconds) // 1000 - 1], flush=True)


main()

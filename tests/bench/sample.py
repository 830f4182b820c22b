"""sample.py FOLDER: the gradient of sample.c's "narrow" elsewhere, one sample a call. FOLDER has params.bin, x.bin and
gradient.bin. Prints a line for each library that is there and computes the same: name, then minimum, median and 99.9th
percentile of its calls in seconds."""
import array
import os
import sys
import time

os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
LAYERS, HIDDEN, D, CALLS = 30, 50, 2, 20000


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


def jax_call(params, x):
    import jax
    import jax.numpy as jnp
    jax.config.update("jax_enable_x64", True)

    def objective(p):
        A, b, C, d = p[:100].reshape(50, 2), p[100:150], p[150:250].reshape(2, 50), p[250:252]

        def layer(y, h):
            y = kutta4(lambda y: C @ jnp.tanh(A @ y + b) + d, y, h)
            return y, 0.5 * (y * y).sum()

        return jax.lax.scan(layer, jnp.array(x), p[252:])[1].sum()

    function, p = jax.jit(jax.grad(objective)), jnp.array(params)
    return lambda: function(p).block_until_ready(), lambda result: result.tolist()


def torch_call(params, x):
    import torch
    torch.set_num_threads(1)
    p, start = torch.tensor(params, dtype=torch.float64, requires_grad=True), torch.tensor(x, dtype=torch.float64)

    def call():
        A, b, C, d = p[:100].view(50, 2), p[100:150], p[150:250].view(2, 50), p[250:252]
        y, total = start, 0
        for h in p[252:]:
            y = kutta4(lambda y: C @ torch.tanh(A @ y + b) + d, y, h)
            total = total + 0.5 * (y * y).sum()
        return torch.autograd.grad(total, p)[0]

    return call, lambda result: result.tolist()


def casadi_call(params, x):
    """Its C at -O3, called through its buffers."""
    import casadi as ca
    import numpy as np
    y, h, q = ca.SX.sym("y", D), ca.SX.sym("h"), ca.SX.sym("q", 252)
    A, b = ca.reshape(q[:100], 2, 50).T, q[100:150]
    C, d = ca.reshape(q[150:250], 50, 2).T, q[250:252]
    step = ca.Function("step", [y, h, q], [kutta4(lambda y: C @ ca.tanh(A @ y + b) + d, y, h)])
    p, start = ca.MX.sym("p", 282), ca.MX.sym("x", D)
    states = step.mapaccum(LAYERS)(start, p[252:].T, ca.repmat(p[:252], 1, LAYERS))
    function = ca.Function("narrow", [p, start], [ca.gradient(0.5 * ca.sumsqr(states), p)])
    folder = os.getcwd()
    os.chdir(sys.argv[1])
    function.generate("casadi_narrow.c")
    if os.system("gcc -O3 -march=native -fPIC -shared -o casadi_narrow.so casadi_narrow.c -lm") != 0:
        raise RuntimeError("no compiler")
    compiled = ca.external("narrow", "./casadi_narrow.so")
    buffer, run = compiled.buffer()
    os.chdir(folder)
    arrays = np.array(params), np.array(x), np.zeros(282)
    buffer.set_arg(0, memoryview(arrays[0]))
    buffer.set_arg(1, memoryview(arrays[1]))
    buffer.set_res(0, memoryview(arrays[2]))

    def entries(_, kept=(compiled, buffer)):
        return arrays[2].tolist()

    return run, entries


def main():
    params, x, wanted = (doubles(f"{sys.argv[1]}/{name}.bin") for name in ("params", "x", "gradient"))
    for name, make in (("jax", jax_call), ("casadi", casadi_call), ("torch", torch_call)):
        try:
            call, entries = make(params, x)
        except (ImportError, RuntimeError):
            continue
        found = entries(call())
        off = max(abs(a - b) for a, b in zip(found[:252], wanted[:252]))
        if not off <= 1e-9:
            sys.exit(f"{name} computes another gradient")
        seconds = []
        calls = 300 if name == "torch" else CALLS
        for _ in range(calls + calls // 10):
            begin = time.perf_counter()
            call()
            seconds.append(time.perf_counter() - begin)
        seconds = sorted(seconds[calls // 10:])
        print(name, seconds[0], seconds[len(seconds) // 2], seconds[-len(seconds) // 1000 - 1], flush=True)


main()

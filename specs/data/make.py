# Writes the tables beside it, the same on every machine: each problem by Kutta(4) with 20 steps a row, then noise.
#     python3 specs/data/make.py
import math, os, random


def path(field, y, times):
    """The states at the times; the first is y."""
    states = [y]
    for a, b in zip(times, times[1:]):
        h = (b - a) / 20
        for n in range(20):
            t = a + n * h
            k1 = field(t, y)
            k2 = field(t + h / 2, [v + h / 2 * k for v, k in zip(y, k1)])
            k3 = field(t + h / 2, [v + h / 2 * k for v, k in zip(y, k2)])
            k4 = field(t + h, [v + h * k for v, k in zip(y, k3)])
            y = [v + h / 6 * (p + 2 * q + 2 * r + s) for v, p, q, r, s in zip(y, k1, k2, k3, k4)]
        states.append(y)
    return states


def solved(rows, right):
    """The x with rows x = right, by elimination."""
    a = [row + [r] for row, r in zip(rows, right)]
    for k in range(len(a)):
        pivot = max(range(k, len(a)), key=lambda i: abs(a[i][k]))
        a[k], a[pivot] = a[pivot], a[k]
        for i in range(len(a)):
            if i != k:
                a[i] = [x - a[i][k] / a[k][k] * y for x, y in zip(a[i], a[k])]
    return [row[-1] / row[k] for k, row in enumerate(a)]


def stiff_path(field, jacobian, y, times):
    """The same of stiff equations without t: the linearly implicit Euler method with 1 to 12 steps, extrapolated."""
    states = [y]
    for a, b in zip(times, times[1:]):
        column = []
        for n in range(1, 13):
            h, z = (b - a) / n, y
            for _ in range(n):
                J = jacobian(z)
                matrix = [[(i == k) - h * J[i][k] for k in range(len(z))] for i in range(len(z))]
                z = [v + d for v, d in zip(z, solved(matrix, [h * f for f in field(z)]))]
            column.append(z)
            for k in range(n - 1, 0, -1):
                column[k - 1] = [p + (p - q) / (n / k - 1) for p, q in zip(column[k], column[k - 1])]
        y = column[0]
        states.append(y)
    return states


def table(name, header, rows):
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), name), "w") as file:
        file.write(header + "\n")
        for row in rows:
            file.write(",".join("" if v is None else v if isinstance(v, str) else f"{v:.4g}" for v in row) + "\n")


def lotka_volterra():
    """Six ponds, counted every half year but in one of six; one in ten counts of a species is lost."""
    noise = random.Random(1)
    field = lambda t, y: [y[0] * (1.1 - 0.4 * y[1]), y[1] * (0.1 * y[0] - 0.4)]
    times = [0.5 * n for n in range(25)]
    for pond in range(6):
        start = [round(noise.uniform(4, 16), 2), round(noise.uniform(1, 4), 2)]
        for t, y in zip(times, path(field, start, times)):
            seen = [v + noise.gauss(0, s) for v, s in zip(y, (0.6, 0.2))]
            if t == 0:
                yield [f"pond{pond + 1}", t] + start
            elif noise.random() > 1 / 6:
                yield [f"pond{pond + 1}", t] + [None if noise.random() < 0.1 else max(v, 0.01) for v in seen]


def spiral():
    """Twelve trajectories of a nonlinear spiral, without gaps: x' = -y^3 - x/20, y' = x^3 - y/20."""
    noise = random.Random(2)
    field = lambda t, y: [-y[1] ** 3 - 0.05 * y[0], y[0] ** 3 - 0.05 * y[1]]
    times = [0.1 * n for n in range(41)]
    for run in range(12):
        radius, angle = 0.5 + run / 11, noise.uniform(0, 2 * math.pi)
        start = [round(radius * math.cos(angle), 3), round(radius * math.sin(angle), 3)]
        for t, y in zip(times, path(field, start, times)):
            yield [run + 1, t] + (start if t == 0 else [v + noise.gauss(0, 0.01) for v in y])


def driven():
    """A spring with damping, pushed by a force that is measured every tenth of a second and linear between."""
    noise = random.Random(3)
    times = [0.1 * n for n in range(81)]
    for run in range(3):
        force = [round(noise.gauss(0, 1) + 1.5 * (n // 20 % 2), 3) for n in range(81)]

        def field(t, y):
            n = min(int(t / 0.1 + 1e-9), 79)
            f = force[n] + (force[n + 1] - force[n]) * (t / 0.1 - n)
            return [y[1], 0.8 * f - 0.3 * y[1] - 2 * y[0]]

        for n, (t, y) in enumerate(zip(times, path(field, [0, 0], times))):
            yield [run + 1, t, force[n], 0 if n == 0 else y[0] + noise.gauss(0, 0.02)]


def pendulum():
    """Forty swings of a pendulum, q' = v, v' = -sin q, that do not turn over."""
    noise = random.Random(4)
    field = lambda t, y: [y[1], -math.sin(y[0])]
    times = [0.2 * n for n in range(11)]
    run = 0
    while run < 40:
        start = [round(noise.uniform(-2.4, 2.4), 3), round(noise.uniform(-2, 2), 3)]
        if start[1] ** 2 / 2 - math.cos(start[0]) > 0.9:
            continue
        run += 1
        for t, y in zip(times, path(field, start, times)):
            yield [run, t] + y


def robertson():
    """Robertson's kinetics from three mixtures, at times over eleven decades, of which some are missing."""
    noise = random.Random(5)
    k1, k2, k3 = 0.04, 3e7, 1e4
    field = lambda y: [k3 * y[1] * y[2] - k1 * y[0], k1 * y[0] - k3 * y[1] * y[2] - k2 * y[1] ** 2, k2 * y[1] ** 2]
    jacobian = lambda y: [
        [-k1, k3 * y[2], k3 * y[1]],
        [k1, -k3 * y[2] - 2 * k2 * y[1], -k3 * y[1]],
        [0, 2 * k2 * y[1], 0],
    ]
    times = [0] + [1e-5 * 10 ** (n / 8) for n in range(89)]
    for run, start in enumerate([[1, 0, 0], [0.6, 0, 0.4], [0.2, 0, 0.8]]):
        for n, (t, y) in enumerate(zip(times, stiff_path(field, jacobian, start, times))):
            seen = [v + noise.gauss(0, s) for v, s in zip(y, (0.01, 5e-7, 0.01))]
            if n == 0 or noise.random() > 1 / 2:
                yield [run + 1, repr(t)] + (start if n == 0 else seen)


def relaxation():
    """Van der Pol's oscillator with mu = 1000: three runs on the way to a jump and one that is seen to jump, in some
    milliseconds, and then on its way to the next; its position alone."""
    noise = random.Random(6)
    mu = 1000
    field = lambda y: [y[1], mu * (1 - y[0] ** 2) * y[1] - y[0]]
    jacobian = lambda y: [[0, 1], [-2 * mu * y[0] * y[1] - 1, mu * (1 - y[0] ** 2)]]
    fine = [n / 8192 for n in range(65)]
    times = fine + [2.0 ** n / 128 for n in range(1, 12)] + [20 * n for n in range(1, 40)]
    for run, start in enumerate([[2, 0], [-2.2, 0], [2.4, 0], [0.8, -37]]):
        for n, (t, y) in enumerate(zip(times, stiff_path(field, jacobian, start, times))):
            if n == 0 or t >= 20 or run == 3 and n % 4 == 0 and n < len(fine):
                yield [run + 1, repr(t)] + (start if n == 0 else [y[0] + noise.gauss(0, 0.01), None])


def stiff():
    """A slow component and one that follows it a thousand times as fast: x' = -x, z' = -1000 (z - x^2)."""
    noise = random.Random(7)
    field = lambda y: [-y[0], -1000 * (y[1] - y[0] ** 2)]
    jacobian = lambda y: [[-1, 0], [2000 * y[0], -1000]]
    times = [0] + [1e-4 * 10 ** (n / 8) for n in range(37)]
    for run, start in enumerate([[1, 0], [-1, 0.5], [0.5, 1], [-0.6, 0], [0.2, 0.8], [0.8, 1.2], [-0.3, 0.4], [-0.9, 1]]):
        for n, (t, y) in enumerate(zip(times, stiff_path(field, jacobian, start, times))):
            yield [run + 1, repr(t)] + (start if n == 0 else [v + noise.gauss(0, 0.01) for v in y])


table("lotka_volterra.csv", "pond,year,prey,predators", lotka_volterra())
table("spiral.csv", "run,t,x,y", spiral())
table("driven.csv", "run,t,force,x", driven())
table("pendulum.csv", "run,t,q,v", pendulum())
table("robertson.csv", "mixture,t,a,b,c", robertson())
table("relaxation.csv", "run,t,x,v", relaxation())
table("stiff.csv", "run,t,x,z", stiff())

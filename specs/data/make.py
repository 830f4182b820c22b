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


table("lotka_volterra.csv", "pond,year,prey,predators", lotka_volterra())
table("spiral.csv", "run,t,x,y", spiral())
table("driven.csv", "run,t,force,x", driven())
table("pendulum.csv", "run,t,q,v", pendulum())

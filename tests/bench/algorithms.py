"""algorithms.py COSTATE FOLDER: the training algorithms beside SciPy's and NLopt's, in evaluations.

An evaluation of L-BFGS is one of the objective with its gradient, of all three by code that costate emitted and the
system's compiler compiled. First, five starts each of four golden problems: how many evaluations until the objective is
within 1e-6 of where SciPy's L-BFGS-B ends; on dynamics, where a rounding changes hundreds of evaluations, also of many
starts. Then the paper's Kutta(4) on spiral2d: what Gauss-Newton and Newton need for what 10,000 iterations of Armijo reach
from the same start. numpy, scipy and nlopt have to be there (make bench-algorithms)."""
import csv
import importlib
import json
import os
import pathlib
import statistics
import struct
import subprocess
import sys

import nlopt
import numpy as np
import scipy.optimize

COSTATE, FOLDER = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve()
ROOT = pathlib.Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden"
STARTS, MANY, NEAR, MOST = 5, 24, 1e-6, 15000


# ---- files ----

def read_tensors(path):
    raw = path.read_bytes()
    size = struct.unpack("<Q", raw[:8])[0]
    header = json.loads(raw[8:8 + size])
    return {name: np.frombuffer(raw[8 + size:], "<f8", int(np.prod(about["shape"])), about["data_offsets"][0])
            .reshape(about["shape"]) for name, about in header.items() if name != "__metadata__"}


def write_tensors(path, tensors):
    header, blob = {}, b""
    for name, values in tensors.items():
        data = np.ascontiguousarray(values, "<f8").tobytes()
        header[name] = {"dtype": "F64", "shape": list(values.shape), "data_offsets": [len(blob), len(blob) + len(data)]}
        blob += data
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + blob)


def run(*words):
    subprocess.run([COSTATE, *map(str, words)], check=True, capture_output=True, cwd=ROOT)


def objectives(folder):
    with open(folder / "trace.csv") as file:
        return [float(row["objective"]) for row in csv.DictReader(file)]


def report(folder):
    return json.loads((folder / "report.json").read_text())


def reached(folder, level):
    """The first iteration of the run at which its objective is at most level, or None."""
    return next((i for i, objective in enumerate(objectives(folder)) if objective <= level), None)


# ---- golden problems ----

def trajectories(path, key, time, start, step, layers, first, labels, observed, signal=None):
    """x, signals (linear) and targets of a table in long form."""
    runs = {}
    with open(path) as file:
        for row in csv.DictReader(file):
            runs.setdefault(row[key], {})[round((float(row[time]) - start) / step)] = row
    number = lambda text: float(text) if text else np.nan
    x = [[number(rows[0][name]) for name in first] for rows in runs.values()]
    target = [[[number(rows[n][name]) if n in rows else np.nan for name in labels] for n in observed]
              for rows in runs.values()]
    signals = [[[float(rows[n][signal])] for n in range(layers + 1)] for rows in runs.values()] if signal else None
    return np.array(x), None if signals is None else np.array(signals), np.array(target)


def load(name):
    folder = GOLDEN / name
    if name == "lotka_volterra":
        return trajectories(folder / "lv.csv", "id", "t", 0, 0.25, 20, "xy", "xy", range(2, 21, 2))
    if name == "signals":
        return trajectories(folder / "duffing.csv", "run", "time", 0.5, 0.125, 24, "x", "x", range(1, 25), "force")
    if name == "dynamics":
        return np.load(folder / "x.npy"), None, np.load(folder / "y.npy")
    return np.array([[0.0, 1.0]]), None, None  # vanderpol


class Problem:
    """The objective of a golden problem of what it learns, by the emitted solver; it notes all values."""

    def __init__(self, name):
        self.name, self.spec, self.seen = name, GOLDEN / name / "spec.lua", []
        self.init = read_tensors(GOLDEN / name / "init.safetensors")
        target = FOLDER / name
        run("emit", self.spec, "--python", "--force", "-o", target)
        sys.path.insert(0, str(target))
        self.module = importlib.import_module(next(target.glob("*.py")).stem)
        x, signals, targets = load(name)
        self.arguments = [a for a in (x, signals, targets) if a is not None]
        self.learnt = read_tensors(GOLDEN / name / "gradient.safetensors").keys()
        self.bounds = [(-1.0, 0.75)] * 40 if name == "vanderpol" else None
        wanted = float((GOLDEN / name / "objective.txt").read_text())
        assert abs(self(self.pack(self.init))[0] - wanted) <= 1e-9 * wanted, name

    def pack(self, tensors):
        return np.concatenate([np.ravel(tensors[name]) for name in self.learnt])

    def __call__(self, unknowns):
        params = np.zeros(self.module.PARAMETERS)
        for name in self.module.TENSORS:
            self.module.tensor(params, name)[...] = self.init[name]
        at = 0
        for name in self.learnt:
            view = self.module.tensor(params, name)
            view[...] = unknowns[at:at + view.size].reshape(view.shape)
            at += view.size
        objective, gradient = self.module.gradient(*self.arguments, params)
        self.seen.append(objective)
        return objective, np.concatenate([np.ravel(self.module.tensor(gradient, name)) for name in self.learnt])

    def start(self, seed):
        """init, and from seed 1 on moved by three tenths of its size, tensor by tensor."""
        random, tensors = np.random.default_rng(seed), dict(self.init)
        for name in self.learnt if seed else ():
            size = np.sqrt(np.mean(tensors[name] ** 2)) or 1.0
            tensors[name] = tensors[name] + 0.3 * size * random.normal(size=tensors[name].shape)
            if self.bounds:
                tensors[name] = np.clip(tensors[name], *self.bounds[0])
        return tensors


def first_at(values, level):
    return next((i + 1 for i, value in enumerate(values) if value <= level), None)


def by_scipy(problem, start):
    """With the tolerances that it has by default."""
    problem.seen = []
    found = scipy.optimize.minimize(problem, start, jac=True, method="L-BFGS-B", bounds=problem.bounds,
                                    options=dict(maxcor=10, maxfun=MOST, maxiter=MOST))
    level = found.fun + NEAR * abs(found.fun)
    return found.fun, first_at(problem.seen, level), level


def by_nlopt(problem, start, level):
    problem.seen = []
    optimiser = nlopt.opt(nlopt.LD_LBFGS, len(start))
    optimiser.set_vector_storage(10)
    optimiser.set_maxeval(MOST)
    optimiser.set_ftol_rel(1e-13)
    if problem.bounds:
        optimiser.set_lower_bounds([low for low, _ in problem.bounds])
        optimiser.set_upper_bounds([high for _, high in problem.bounds])

    def objective(unknowns, gradient):
        value, derivative = problem(unknowns)
        gradient[:] = derivative
        return value

    optimiser.set_min_objective(objective)
    try:
        optimiser.optimize(start)
    except (nlopt.runtime_error, nlopt.RoundoffLimited):
        pass  # it keeps what it has seen
    return first_at(problem.seen, level)


def by_costate(problem, tensors, level):
    """Evaluations until level, and the last objective."""
    init, out = FOLDER / "init.safetensors", FOLDER / "run"
    text = problem.spec.read_text()
    text = text[:text.index("train = {")] + (f"train = {{ algorithm = 'lbfgs', memory = 10, tolerance = 1e-11, "
                                             f"iterations = {MOST} }},\n}}\n")
    spec = FOLDER / "problem" / "spec.lua"
    spec.parent.mkdir(exist_ok=True)
    for file in (GOLDEN / problem.name).iterdir():
        (spec.parent / file.name).write_bytes(file.read_bytes())
    spec.write_text(text)
    write_tensors(init, tensors)
    training = ("train", spec, "--init", init, "--out", out, "--force", "--backend", "cc")
    run(*training)
    last, at = objectives(out)[-1], reached(out, level)
    if at is None:
        return None, last
    run(*training, "--iterations", at)
    return sum(report(out)["evaluations"].values()), last


def shown(values):
    return " ".join("-" if value is None else str(value) for value in values)


def limited_memory():
    print("L-BFGS: evaluations until within 1e-6 of the objective at which SciPy's L-BFGS-B ends; -: another minimum\n")
    print(f"{'problem':<16}{'SciPy':<26}{'costate':<26}{'NLopt':<26}medians, ratio")
    right = True
    for name in ("lotka_volterra", "dynamics", "vanderpol", "signals"):
        problem, rows, others = Problem(name), [], 0
        for seed in range(STARTS):
            tensors = problem.start(seed)
            start = problem.pack(tensors)
            final, scipy_count, level = by_scipy(problem, start)
            count, last = by_costate(problem, tensors, level)
            others += count is None
            rows.append((scipy_count, count, by_nlopt(problem, start, level)))
        both = [(a, b) for a, b, _ in rows if b is not None]
        medians = [statistics.median(column) for column in zip(*both)]
        ratio = medians[1] / medians[0]
        right = right and ratio <= 1.2
        columns = [shown(column) for column in zip(*rows)]
        print(f"{name:<16}{columns[0]:<26}{columns[1]:<26}{columns[2]:<26}{medians[0]:g}, {medians[1]:g}: {ratio:.2f}"
              + (f"; {others} of {STARTS} in another minimum" if others else ""), flush=True)
    many_starts()
    return right


def many_starts():
    """What five starts of dynamics leave to chance."""
    problem, pairs = Problem("dynamics"), []
    for seed in range(MANY):
        tensors = problem.start(seed)
        _, count, level = by_scipy(problem, problem.pack(tensors))
        pairs.append((count, by_costate(problem, tensors, level)[0]))
    both = [(a, b) for a, b in pairs if b is not None]
    medians = [statistics.median(column) for column in zip(*both)]
    print(f"dynamics, {len(both)} of {MANY} starts: medians {medians[0]:g}, {medians[1]:g}: "
          f"{medians[1] / medians[0]:.2f}; median of the ratios {statistics.median(b / a for a, b in both):.2f}", flush=True)


# ---- the paper's Kutta(4) on spiral2d ----

def trained(text, algorithm, seed, iterations, out):
    spec = FOLDER / f"{algorithm}.lua"
    spec.write_text(text[:text.index("train = {")] + (f"train = {{ algorithm = '{algorithm}', tolerance = 1e-12, "
                                                      f"iterations = {iterations} }},\n}}\n"))
    run("train", spec, "--seed", seed, "--threads", 1, "--backend", "cc", "--out", out, "--force")
    return report(out)


def second_order():
    source = ROOT / "specs" / "paper" / "spiral2d_rk4.lua"
    print("\nspiral2d, Kutta(4): evaluations and seconds until what 10,000 iterations of Armijo reach, same start\n")
    print(f"{'seed':<6}{'objective':<12}{'armijo':<18}{'gaussnewton':<20}{'newton':<20}newton / armijo, time")
    right = True
    for seed in range(1, 7):
        out, cells = FOLDER / "spiral", []
        run("train", source, "--seed", seed, "--threads", 1, "--backend", "cc", "--out", out, "--force")
        armijo = report(out)
        level = armijo["final"]["objective"]
        for algorithm in ("gaussnewton", "newton"):
            trained(source.read_text(), algorithm, seed, 600, out)
            at = reached(out, level)
            done = trained(source.read_text(), algorithm, seed, at, out) if at is not None else None
            cells.append((sum(done["evaluations"].values()), done["seconds"]) if done else None)
        count = sum(armijo["evaluations"].values())
        share = cells[1][1] / armijo["seconds"] if cells[1] else float("inf")
        right = right and cells[0] is not None and cells[0][0] <= 500 and share <= 0.25
        texts = [f"{cell[0]}, {cell[1]:.2f} s" if cell else "not in 600" for cell in cells]
        print(f"{seed:<6}{level:<12.4g}{f'{count}, ' + format(armijo['seconds'], '.2f') + ' s':<18}{texts[0]:<20}"
              f"{texts[1]:<20}{share:.3f}", flush=True)
    return right


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    os.environ["XDG_CACHE_HOME"] = str(FOLDER / "cache")
    right = limited_memory()
    right = second_order() and right
    print("\nall as promised" if right else "\nnot as promised")
    sys.exit(not right)


main()

"""PyTorch's side of the bench: reads one request a line, answers with one number: an objective, or seconds. rival.py first
ends with its first gradient of a network of width 2, 15 layers of Kutta(4) and 1,000 samples."""
import sys
import time
import warnings
from typing import List

import torch
from torch import Tensor

from tableaus import TABLEAUS

torch.set_num_threads(1)
warnings.filterwarnings("ignore", message=".*deprecated")  # which says nothing of speed

# One step a method, written out: fewer and larger operations are what both modes do best.
def predict_euler(y: Tensor, K: List[Tensor], b: List[Tensor], h: float, W: Tensor, mu: Tensor) -> Tensor:
    for k in range(len(K)):
        y = torch.add(y, torch.tanh(torch.addmm(b[k], y, K[k].t())), alpha=h)
    return torch.sigmoid(torch.addmm(mu, y, W.t()))


def predict_kutta4(y: Tensor, K: List[Tensor], b: List[Tensor], h: float, W: Tensor, mu: Tensor) -> Tensor:
    for k in range(len(K)):
        A = K[k].t()
        f1 = torch.tanh(torch.addmm(b[k], y, A))
        f2 = torch.tanh(torch.addmm(b[k], torch.add(y, f1, alpha=h / 2), A))
        f3 = torch.tanh(torch.addmm(b[k], torch.add(y, f2, alpha=h / 2), A))
        f4 = torch.tanh(torch.addmm(b[k], torch.add(y, f3, alpha=h), A))
        y = torch.add(y, f1 + 2 * (f2 + f3) + f4, alpha=h / 6)
    return torch.sigmoid(torch.addmm(mu, y, W.t()))


def general(a: List[List[float]], weights: List[float]):
    def predict(y: Tensor, K: List[Tensor], b: List[Tensor], h: float, W: Tensor, mu: Tensor) -> Tensor:
        for k in range(len(K)):
            f: List[Tensor] = []
            for row in a:
                stage = y
                for j in range(len(row)):
                    if row[j] != 0:
                        stage = torch.add(stage, f[j], alpha=h * row[j])
                f.append(torch.tanh(torch.addmm(b[k], stage, K[k].t())))
            for j in range(len(weights)):
                if weights[j] != 0:
                    y = torch.add(y, f[j], alpha=h * weights[j])
        return torch.sigmoid(torch.addmm(mu, y, W.t()))
    return predict


def array(path, real):
    with open(path, "rb") as file:
        return torch.frombuffer(bytearray(file.read()), dtype=torch.float64).to(real)


class Problem:
    def __init__(self, flat, x, target, method, width, layers):
        parts, at = [], 0
        for shape in (layers, width, width), (layers, width), (layers,), (1, width), (1,):
            size = torch.Size(shape).numel()
            parts.append(flat[at:at + size].reshape(shape))
            at += size
        self.x, self.target = x, target
        self.K = [k.clone().requires_grad_() for k in parts[0]]
        self.b = [b.clone().requires_grad_() for b in parts[1]]
        self.h = float(parts[2][0])
        self.W, self.mu = parts[3].clone().requires_grad_(), parts[4].clone().requires_grad_()
        written_out = {"euler": predict_euler, "kutta4": predict_kutta4}
        eager = written_out.get(method) or general(*TABLEAUS[method])
        self.modes = {"eager": eager, "script": torch.jit.script(eager) if method in written_out else eager}

    def warm_up(self):
        for mode in self.modes:
            for _ in range(4):  # TorchScript optimises in its first runs
                self.gradient(mode)
        with torch.no_grad():
            self.forward("script")

    def forward(self, mode):
        return self.modes[mode](self.x, self.K, self.b, self.h, self.W, self.mu)

    def gradient(self, mode):
        residual = self.forward(mode) - self.target
        objective = 0.5 * (residual * residual).sum()
        torch.autograd.grad(objective, [*self.K, *self.b, self.W, self.mu])
        return float(objective.detach())

    def product(self):
        """Of the Hessian and the parameters: backwards twice."""
        params = [*self.K, *self.b, self.W, self.mu]
        residual = self.forward("eager") - self.target
        gradient = torch.autograd.grad(0.5 * (residual * residual).sum(), params, create_graph=True)
        torch.autograd.grad(gradient, params, [p.detach() for p in params])

    def train(self, iterations):
        """The line search of the paper's Runge-Kutta networks (Armijo, tau 0.1, at most 10), from the initial point."""
        params = [*self.K, *self.b, self.W, self.mu]
        start = [p.detach().clone() for p in params]

        def objective():
            residual = self.forward("script") - self.target
            return 0.5 * (residual * residual).sum()

        seconds, alpha = time.perf_counter(), 0.05
        for _ in range(iterations):
            before = objective()
            gradient = torch.autograd.grad(before, params)
            with torch.no_grad():
                square = sum(float((g * g).sum()) for g in gradient)
                iterate = [p.clone() for p in params]
                alpha = 2 * min(10.0, 2 * alpha)
                self.trained = float("inf")
                while not self.trained <= float(before) - 0.4 * alpha * square:
                    alpha /= 2
                    for p, u, g in zip(params, iterate, gradient):
                        p.copy_(u - alpha * g)
                    self.trained = float(objective())
        seconds = time.perf_counter() - seconds
        with torch.no_grad():
            for p, u in zip(params, start):
                p.copy_(u)
        return seconds


def load(folder, method, width, layers, samples, single):
    real = torch.float32 if single else torch.float64
    flat, x, target = (array(f"{folder}/{name}.bin", real) for name in ("params", "x", "target"))
    problem = Problem(flat, x.reshape(samples, width), target.reshape(samples, 1), method, width, layers)
    problem.warm_up()
    return problem


def first():
    width, layers, samples = 2, 15, 1000
    flat = torch.randn(layers * (width * width + width + 1) + width + 1, dtype=torch.float64)
    x, target = torch.randn(samples, width, dtype=torch.float64), torch.ones(samples, 1, dtype=torch.float64)
    Problem(flat, x, target, "kutta4", width, layers).gradient("eager")


def serve():
    problem = None
    for line in sys.stdin:
        words = line.split()
        if words[0] == "ready":
            answer = 1
        elif words[0] == "load":
            problem = load(words[1], words[2], *map(int, words[3:]))
            answer = problem.gradient("script")
        elif words[0] == "train":
            answer = problem.train(int(words[1]))
        elif words[0] == "trained":
            answer = problem.trained
        elif words[0] == "product":
            start = time.perf_counter()
            problem.product()
            answer = time.perf_counter() - start
        elif words[1] == "gradient":
            start = time.perf_counter()
            problem.gradient(words[0])
            answer = time.perf_counter() - start
        else:
            start = time.perf_counter()
            with torch.no_grad():
                problem.forward(words[0])
            answer = time.perf_counter() - start
        print(repr(answer), flush=True)


first() if sys.argv[1:] == ["first"] else serve()

"""A network with its parameters."""
from __future__ import annotations

import csv
import json
import pathlib
import tempfile
import warnings
from typing import Any, Callable, Dict, List, Mapping, Optional, Tuple, Union

import numpy as np

from . import page, parameters, program
from .edition import Edition
from .spec import Spec, lua

Array = np.ndarray
METADATA_OF_ROWS = tuple(f"{of}{what}" for of in ("", "signal_", "label_") for what in ("mean", "deviation"))
# of a spec's data, what says where in its own file they are, and how many it generates
COLUMNS = ("x", "features", "label", "drop", "trajectory", "time", "weight", "header", "no_header", "missing", "samples",
           "validation")


def _stored(path: str, array: Array) -> str:
    np.save(path, np.ascontiguousarray(array))
    return path


def load(spec: Any, **changes: Any) -> "Net":
    """The network of a spec, which is the path of a file, the name of one of costate's, or a text, with some keys changed:
    load("spiral.lua", width=3).

    A key within another has a dot: load("spiral.lua", **{"train.iterations": 50}). Raises Error with the spec's line.

    >>> net = load("return network { inputs = 2, layers = 3, method = tableau { A = { { 0 } }, b = { 1 } }, "
    ...            "activation = 'tanh', head = { outputs = 1, link = 'sigmoid' }, loss = 'squared' }")
    >>> net
    <costate.Net network: 2 inputs, width 2, 3 layers, 1 output, 24 parameters>
    """
    return Net(Spec(spec, changes))


class Net:
    """A network: `params` [parameters] are its present parameters, which may be changed in place, net["K"] is a tensor of
    them. Arrays have a sample a row: x [n, inputs], signals, where the network takes some, [n, signal_rows, signals];
    target and prediction are [n, outputs], or [n, observations, outputs] where several layers are observed.
    """

    params: Array
    #: inputs [n, inputs] as the latest training left them, where the spec learns "x"; else None
    x: Optional[Array]
    #: of the latest training, a column of its trace each: iteration, objective, ..; {} before
    history: Dict[str, Array]
    #: what report.json of the latest training holds; {} before
    report: Dict[str, Any]

    def __init__(self, spec: Spec):
        self._spec = spec
        self._editions: Dict[Tuple[str, ...], Edition] = {}
        self._training: Any = None
        self._metadata: Dict[str, str] = {}
        self._run: Optional[tempfile.TemporaryDirectory] = None
        self.history, self.report, self.x = {}, {}, None
        self._take(*self._begin({}))

    # ---- what it is ----

    @property
    def name(self) -> str:
        """The spec's name."""
        return self._metadata["name"]

    @property
    def inputs(self) -> int:
        """Numbers of a row of x."""
        return self._module().INPUTS

    @property
    def width(self) -> int:
        """Numbers of a state."""
        return self._module().WIDTH

    @property
    def layers(self) -> int:
        """Steps of the method."""
        return self._module().LAYERS

    @property
    def outputs(self) -> int:
        """Numbers of a prediction."""
        return self._module().OUTPUTS

    @property
    def observations(self) -> Optional[int]:
        """Predictions of a sample; None where there is that of the last layer alone."""
        return getattr(self._module(), "OBSERVATIONS", None)

    @property
    def signals(self) -> int:
        """Inputs over time; 0: it takes none."""
        return getattr(self._module(), "SIGNALS", 0)

    @property
    def signal_rows(self) -> int:
        """Times at which a sample has signals."""
        return getattr(self._module(), "SIGNAL_ROWS", 0)

    @property
    def tensors(self) -> Dict[str, Array]:
        """The parameters by name, each a view of params."""
        return self.named(self.params)

    def named(self, flat: Array) -> Dict[str, Array]:
        """What has the layout of params, such as a gradient, by names: views of it."""
        module = self._module()
        return {name: module.tensor(flat, name) for name in module.TENSORS}

    def __getitem__(self, name: str) -> Array:
        return self._module().tensor(self.params, name)

    def __setitem__(self, name: str, value: Any) -> None:
        self._module().tensor(self.params, name)[...] = value

    def __repr__(self) -> str:
        return f"<costate.Net {self.name}: {page.sizes(self)}>"

    def _repr_html_(self) -> str:
        """Its tensors and, behind a training, its curves (drawn by gnuplot, where there is one)."""
        return page.html(self, self._run.name if self._run else None)

    # ---- calls of the C that the spec emits ----

    def predict(self, x: Array, signals: Optional[Array] = None, *, params: Optional[Array] = None) -> Array:
        """prediction of x."""
        return self._module().forward(*self._arguments(x, signals, params))

    def gradient(self, x: Array, target: Optional[Array] = None, signals: Optional[Array] = None, *,
                 params: Optional[Array] = None) -> Tuple[Any, ...]:
        """(objective, gradient [parameters]) over these samples, 0 where a tensor is not learnt; of a spec that learns
        "x" (objective, gradient by x [n, inputs], gradient). target: None where the spec has no loss, and NaN where
        one is missing.
        """
        return self._module().gradient(*self._with_target(x, target, signals, params))

    def vjp(self, x: Array, prediction_bar: Array, signals: Optional[Array] = None, *,
            params: Optional[Array] = None) -> Tuple[Array, ...]:
        """Vector-Jacobian product: derivatives of sum(prediction_bar * prediction) by x, signals (where there are some)
        and params, of their shapes."""
        return self._module().pullback(*self._arguments(x, signals, params), prediction_bar)

    def jvp(self, x: Array, x_dot: Optional[Array] = None, params_dot: Optional[Array] = None,
            signals: Optional[Array] = None, signals_dot: Optional[Array] = None, *,
            params: Optional[Array] = None) -> Array:
        """Jacobian-vector product: how prediction moves when x, signals and params move along their dots; those that are
        None do not move."""
        arguments = self._arguments(x, signals, params)
        dots = (x_dot, signals_dot, params_dot) if self.signals else (x_dot, params_dot)
        dots = [np.zeros(np.shape(a)) if dot is None else dot for a, dot in zip(arguments, dots)]
        return self._module().pushforward(*(array for pair in zip(arguments, dots) for array in pair))

    def hessian_product(self, x: Array, target: Optional[Array], direction: Array, signals: Optional[Array] = None, *,
                        x_direction: Optional[Array] = None, params: Optional[Array] = None) -> Any:
        """The exact product [parameters] of the objective's Hessian, by what is learnt, with direction [parameters]; of a
        spec that learns "x" with x_direction [n, inputs] (None: 0), too, and then (product by x, product)."""
        arguments = self._with_target(x, target, signals, params)
        module = self._module("--hessian")
        if self._learns_x:
            arguments.append(np.zeros(np.shape(x)) if x_direction is None else x_direction)
        return module.hessian(*arguments, direction)

    def train_step(self, x: Array, target: Optional[Array] = None, signals: Optional[Array] = None) -> float:
        """One step of the spec's algorithm from params, which it changes; the objective behind it, of Adam that before
        it. The state of the algorithm lasts from step to step, until fit or load. Where the spec learns "x", all samples of
        a training have to be given each time, as the contiguous array that it changes.

        Raises Error where the algorithm has no step, and Ended with the reason where it can go no further."""
        module = self._module("--trainer")
        arguments = self._with_target(x, target, signals, None)
        if not isinstance(self._training, module.Training):
            self._training = module.Training(len(x)) if self._learns_x else module.Training()
        if arguments[-1].dtype == module.REAL:
            end = self._training.step(*arguments)
        else:
            arguments[-1] = arguments[-1].astype(module.REAL)
            end = self._training.step(*arguments)
            self.params[:] = arguments[-1]
        if end:
            raise program.Ended(end)
        return float(self._training.objective)

    # ---- what the program does ----

    def initial(self, seed: Optional[int] = None) -> Array:
        """Parameters [parameters] where the spec begins a training, or begins one with that seed; params stay."""
        tensors, _ = self._begin({} if seed is None else {"seed": seed})
        return self._flat(tensors)

    def fit(self, x: Optional[Array] = None, target: Optional[Array] = None, signals: Optional[Array] = None, *,
            iterations: Optional[int] = None, seed: Optional[int] = None, threads: Optional[int] = None,
            test: Optional[Tuple[Array, ...]] = None, out: Optional[str] = None) -> "Net":
        """Trains from params on, as the spec's `train` says, by the program `costate train`; on the spec's own data where
        x is None. target: as for gradient, or classes [n] (or [n, observations]). iterations: or epochs. test: (x,
        target) or (x, target, signals) to watch. out: the folder that is to keep the run. ^C ends it early.

        Then params, history and report are those that it left. Raises Error with what the program says."""
        with tempfile.TemporaryDirectory() as folder, self._spec.arguments() as spec:
            arguments = ["train", *spec, "--init", f"{folder}/init.safetensors"]
            self.save(arguments[-1])
            arguments += self._data(folder, x, target, signals) if x is not None else []
            arguments += self._test(folder, *test) if test else []
            for option, value in (("iterations", iterations), ("seed", seed), ("threads", threads)):
                arguments += [] if value is None else [f"--{option}", str(value)]
            run = None if out else tempfile.TemporaryDirectory()
            program.run(*arguments, "--force", "--out", str(out or run.name))
        self._finish(pathlib.Path(out or run.name))
        self._run = run
        return self

    def save(self, path: str) -> None:
        """Writes the parameters by name, with what rows are scaled by, as the program does and reads it."""
        inputs = {} if self.x is None else {"x": self.x}
        parameters.write(str(path), {**self.tensors, **inputs}, self._metadata)

    def load(self, path: str) -> "Net":
        """Takes parameters that were saved, by this class or in the folder of a run. Raises ValueError where they are not
        those of this network."""
        self._take(*parameters.read(str(path)))
        return self

    # ---- in other libraries ----

    def torch(self) -> Any:
        """A torch.nn.Module of x (and signals) with one parameter `params`, which begins at params. It can be
        differentiated twice."""
        return self._module("--hessian").Module(self.params.copy())

    def jax(self) -> Callable[..., Any]:
        """JAX's function of x [n, inputs] (signals) and params [parameters]: jit, vmap, grad, and grad of grad."""
        return self._module("--hessian").jax_function

    def casadi(self) -> Any:
        """CasADi's function of one sample, (x [inputs], signals [signals, signal_rows], where there are some) -> prediction
        [outputs, observations], of the network as it is now, with its derivatives of first and second order."""
        casadi = program.require("casadi")
        with tempfile.TemporaryDirectory() as folder, self._spec.arguments() as spec:
            self.save(f"{folder}/now.safetensors")
            edition = Edition.emit(spec, "--casadi", "--hessian", "--trainable", "--params", f"{folder}/now.safetensors")
        return casadi.external(self.name, edition.library("_casadi.c"))

    # ---- within ----

    def __getstate__(self) -> Dict[str, Any]:
        self._module()
        return {**self.__dict__, "_run": None, "_training": None}

    @property
    def _learns_x(self) -> bool:
        return "x_bar" in self._module().gradient.__code__.co_varnames

    def _module(self, *options: str) -> Any:
        """The emitted module with these options, for rows as they are: with what the parameters' file knows of them."""
        if options not in self._editions:
            with tempfile.TemporaryDirectory() as folder, self._spec.arguments() as spec:
                scaled = any(key in self._metadata for key in METADATA_OF_ROWS)
                rows = ["--params", f"{folder}/rows.safetensors", "--trainable"] if scaled else []
                if scaled:
                    parameters.write(rows[1], self._tensors, self._metadata)
                self._editions[options] = Edition.emit(spec, *options, *rows)
        return self._editions[options].module

    def _begin(self, changes: Mapping[str, Any]) -> Tuple[Dict[str, Array], Dict[str, str]]:
        with tempfile.TemporaryDirectory() as folder:
            path = f"{folder}/initial.safetensors"
            with self._spec.script(f"net:save({lua(path)})\n", **changes) as script:
                program.run("run", script)
            return parameters.read(path)

    def _take(self, tensors: Dict[str, Array], metadata: Dict[str, str]) -> None:
        """Makes them the present ones. Where rows are scaled otherwise, or for the first time, C is emitted anew."""
        if [metadata.get(key) for key in METADATA_OF_ROWS] != [self._metadata.get(key) for key in METADATA_OF_ROWS]:
            self._editions = {}
        x = tensors.pop("x", None)
        self._metadata, self._tensors = metadata, tensors
        self.params, self.x, self._training = self._flat(tensors), x, None

    def _flat(self, tensors: Dict[str, Array]) -> Array:
        module = self._module()
        for name, (_, shape) in module.TENSORS.items():
            found = np.shape(tensors[name]) if name in tensors else "missing"
            if found != shape:
                raise ValueError(f"the tensor {name} is {found}, not {shape}: these are parameters of another network")
        return np.concatenate([np.ravel(tensors[name]) for name in module.TENSORS])

    def _arguments(self, x: Array, signals: Optional[Array], params: Optional[Array]) -> List[Array]:
        params = self.params if params is None else params
        if self._editions[()].scales_missing:
            warnings.warn("the spec standardises, but nothing says by what before fit or load: these rows are taken as scaled",
                          program.Warning, stacklevel=3)
        if (signals is None) == bool(self.signals):
            raise ValueError("this network takes signals" if self.signals else "this network takes no signals")
        return [x, params] if signals is None else [x, signals, params]

    def _with_target(self, x: Array, target: Optional[Array], signals: Optional[Array],
                     params: Optional[Array]) -> List[Array]:
        arguments = self._arguments(x, signals, params)
        wanted = "target" in self._module().gradient.__code__.co_varnames
        if (target is None) == wanted:
            raise ValueError("this network's loss needs targets" if wanted else
                             "this network has no loss: leave the targets out")
        return arguments[:-1] + ([target] if wanted else []) + arguments[-1:]

    def _data(self, folder: str, x: Array, target: Optional[Array], signals: Optional[Array]) -> List[str]:
        """The changes of the spec by which its data are these samples, as files in folder. Columns have no names then."""
        files = {"1": x, "labels": target, "signals": signals}
        settings = {key: "nil" for key in (*COLUMNS, *files)}
        for key, array in files.items():
            if array is not None:
                settings[key] = lua(_stored(f"{folder}/{key}.npy", array))
        return [word for key, value in settings.items() for word in ("--set", f"data.{key}={value}")]

    def _test(self, folder: str, *arrays: Array) -> List[str]:
        """The options of train by which it is tested on these samples."""
        return [word for name, array in zip(("test", "test-labels", "test-signals"), arrays)
                for word in (f"--{name}", _stored(f"{folder}/{name}.npy", array))]

    def _finish(self, run: pathlib.Path) -> None:
        self.load(str(run / "model.safetensors"))
        self.report = json.loads((run / "report.json").read_text())
        with open(run / "trace.csv", newline="") as file:
            rows = list(csv.DictReader(file))
        self.history = {key: np.array([float(row[key] or "nan") for row in rows]) for key in rows[0]}

"""The C that a spec emits, through the Python module that is emitted with it."""
from __future__ import annotations

import importlib.util
import pathlib
import tempfile
import warnings
from contextlib import contextmanager
from types import ModuleType
from typing import Dict, Iterator, Optional, Sequence

from . import program


class Edition:
    """The files that `costate emit` writes for some options. They are kept as text, so that a pickle holds all it needs."""

    def __init__(self, files: Dict[str, str], scales_missing: bool):
        self._files = files
        #: the spec wants rows to be scaled, and nothing said by what: the C takes scaled ones
        self.scales_missing = scales_missing
        self._module: Optional[ModuleType] = None

    @classmethod
    def emit(cls, spec: Sequence[str], *options: str) -> "Edition":
        """spec: the arguments of the program that name the spec. Raises program.Error."""
        with tempfile.TemporaryDirectory() as folder:
            with warnings.catch_warnings(record=True) as told:
                warnings.simplefilter("always", program.Warning)
                program.run("emit", *spec, "--python", *options, "-o", folder)
            missing = any("standardised already" in str(warning.message) for warning in told)  # which Net sees to
            return cls({path.name: path.read_text() for path in pathlib.Path(folder).iterdir()
                        if path.suffix in (".c", ".h", ".py") and path.name != "example.c"}, missing)

    @property
    def module(self) -> ModuleType:
        """The emitted module, its solver compiled and loaded. Raises RuntimeError where the compiler fails."""
        if self._module is None:
            with self._imported() as module:
                module.load()
            self._module = module
        return self._module

    def library(self, ending: str) -> str:
        """The path of a shared object of the solver and of the file NAME with that ending."""
        with self._imported() as module:
            return module.compile(next(text for name, text in self._files.items() if name.endswith(ending)))

    @contextmanager
    def _imported(self) -> Iterator[ModuleType]:
        with tempfile.TemporaryDirectory() as folder:
            for name, text in self._files.items():
                (pathlib.Path(folder) / name).write_text(text)
            path = next(pathlib.Path(folder).glob("*.py"))
            spec = importlib.util.spec_from_file_location(f"costate.emitted.{path.stem}", path)
            assert spec is not None and spec.loader is not None
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            yield module

    def __getstate__(self) -> dict:
        return {**self.__dict__, "_module": None}

"""A spec: a file or a text, and what is changed in it."""
from __future__ import annotations

import json
import math
import os
import pathlib
import tempfile
from contextlib import contextmanager
from typing import Any, Iterator, List, Mapping

import numpy as np


def lua(value: Any) -> str:
    """value as text of Lua: numbers, strings, booleans, lists, arrays, dictionaries. Raises TypeError for others.

    >>> lua({"K": [0.5, True], "name": 'a "b"'})
    '{ ["K"] = { 0.5, true }, ["name"] = "a \\\\"b\\\\"" }'
    """
    if isinstance(value, (np.ndarray, np.generic)):
        value = value.tolist()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return repr(value) if math.isfinite(value) else "0 / 0" if math.isnan(value) else "1 / 0" if value > 0 else "-1 / 0"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, (list, tuple)):
        return "{ " + ", ".join(map(lua, value)) + " }"
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"[{lua(key)}] = {lua(entry)}" for key, entry in value.items()) + " }"
    raise TypeError(f"a spec takes numbers, strings, booleans, lists and dictionaries, not {type(value).__name__}")


class Spec:
    """The spec of a file, of costate's by its name ("spiral"), or of a text that returns a network; changes: keys with
    their new values.

    A text is a file `network.lua` of its own, so that what it names otherwise it names by an absolute path."""

    def __init__(self, spec: Any, changes: Mapping[str, Any]):
        text = str(os.fspath(spec))
        self.text = text if "\n" in text or "return" in text.split() else None
        exists = not self.text and os.path.exists(text)
        self.path = str(pathlib.Path(text).resolve()) if exists else None if self.text else text  # a name in specs/
        self.changes = {key: lua(value) for key, value in changes.items()}

    @contextmanager
    def arguments(self) -> Iterator[List[str]]:
        """The arguments of the program that name it."""
        with self._file() as path:
            yield [path, *(word for key, value in self.changes.items() for word in ("--set", f"{key}={value}"))]

    @contextmanager
    def script(self, lines: str, **changes: Any) -> Iterator[str]:
        """A script for `costate run` that loads it as `net`, with further changes, and goes on with the lines."""
        keys = {**self.changes, **{key: lua(value) for key, value in changes.items()}}
        table = ", ".join(f"[{lua(key)}] = {value}" for key, value in keys.items())
        with self._file() as path, tempfile.TemporaryDirectory() as folder:
            script = pathlib.Path(folder) / "script.lua"
            script.write_text(f"net = load({lua(path)})\n" + (f"net:set {{ {table} }}\n" if table else "") + lines)
            yield str(script)

    @contextmanager
    def _file(self) -> Iterator[str]:
        if self.path:
            yield self.path
            return
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "network.lua"
            path.write_text(self.text or "")
            yield str(path)

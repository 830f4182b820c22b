"""The program that the wheel carries: it reads specs, emits C and trains."""
from __future__ import annotations

import importlib
import os
import pathlib
import shutil
import subprocess
import sys
import warnings
from types import ModuleType
from typing import NoReturn, Optional


class Error(RuntimeError):
    """What the program says is wrong, with the place in a spec or a data file."""


class Ended(Exception):
    """Why a training can go no further."""


class Warning(UserWarning):
    """What the program warns of."""


def path() -> str:
    """The program: that of the wheel; COSTATE names another, and without a wheel one is looked for on the PATH."""
    ours = pathlib.Path(__file__).with_name("program") / "bin" / "costate"
    found = os.environ.get("COSTATE") or (str(ours) if ours.exists() else shutil.which("costate"))
    if not found:
        raise Error("there is no program costate: install the wheel that `make wheel` writes, or name it in COSTATE")
    return found


def run(*arguments: str) -> str:
    """Runs the program; its output. ^C ends what runs, as the program does it, and is no exception.

    Raises Error with the program's message where it fails; what it says otherwise is a Warning."""
    process = subprocess.Popen([path(), *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True, errors="replace")
    while True:
        try:
            output, messages = process.communicate()
            break
        except KeyboardInterrupt:  # the program got it, too, and ends with what it has
            pass
    if process.returncode:
        raise Error(messages.strip() or f"the program ended with status {process.returncode}")
    for line in messages.splitlines():
        if ": warning: " in line:  # the others tell of progress
            warnings.warn(line, Warning, stacklevel=3)
    return output


def require(library: str, package: Optional[str] = None) -> ModuleType:
    """The library of that name, of a package of the same or another. Raises ImportError, which says what installs it."""
    try:
        return importlib.import_module(library)
    except ImportError as error:
        package = package or library
        raise ImportError(f"this needs {package}, which is not installed: pip install {package}") from error


def main() -> NoReturn:
    """The command `costate`."""
    program = path()
    os.execv(program, [program, *sys.argv[1:]])

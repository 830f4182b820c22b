"""Files of parameters (safetensors), as the program writes and reads them."""
from __future__ import annotations

import json
import os
import struct
import tempfile
from typing import Dict, Tuple

import numpy as np

_TYPES = {"F64": "<f8", "F32": "<f4"}


def read(path: str) -> Tuple[Dict[str, np.ndarray], Dict[str, str]]:
    """The tensors of the file by name, as doubles, and its metadata. Raises ValueError where it is no such file."""
    with open(path, "rb") as file:
        content = file.read()
    try:
        length, = struct.unpack("<Q", content[:8])
        header, data = json.loads(content[8:8 + length]), content[8 + length:]
        metadata = header.pop("__metadata__", {})
        return {name: np.frombuffer(data[slice(*entry["data_offsets"])], _TYPES[entry["dtype"]])
                .reshape(entry["shape"]).astype(float) for name, entry in header.items()}, metadata
    except (struct.error, ValueError, KeyError, AttributeError, TypeError) as error:
        raise ValueError(f"{path}: is no file of parameters (safetensors, F64 or F32): {error}") from error


def write(path: str, tensors: Dict[str, np.ndarray], metadata: Dict[str, str]) -> None:
    """Writes the tensors by name, as doubles: the whole file, or nothing."""
    header: Dict[str, object] = {"__metadata__": metadata} if metadata else {}
    parts, at = [], 0
    for name, tensor in tensors.items():
        parts.append(np.ascontiguousarray(tensor, "<f8").tobytes())
        header[name] = {"dtype": "F64", "shape": np.shape(tensor), "data_offsets": [at, at + len(parts[-1])]}
        at += len(parts[-1])
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    handle, fresh = tempfile.mkstemp(dir=os.path.dirname(os.path.abspath(path)), prefix=".costate-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(struct.pack("<Q", len(text)) + text + b"".join(parts))
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(fresh, 0o666 & ~mask)
        os.replace(fresh, path)
    except BaseException:
        os.unlink(fresh)
        raise

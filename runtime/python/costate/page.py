"""A network in a notebook."""
from __future__ import annotations

import html as text
import pathlib
import tempfile
from typing import Any, Optional

from . import program

PICTURES = ("objective", "prediction", "series")


def sizes(net: Any) -> str:
    """"2 inputs, width 3, 10 layers, 1 output, 100 parameters"."""
    outputs = f"{net.outputs} output" + ("s" if net.outputs != 1 else "")
    return f"{net.inputs} inputs, width {net.width}, {net.layers} layers, {outputs}, {len(net.params)} parameters"


def html(net: Any, run: Optional[str]) -> str:
    """A table of the tensors; run: the folder of the latest training, whose pictures follow."""
    rows = "".join(f"<tr><td>{text.escape(name)}</td><td>{' × '.join(map(str, tensor.shape)) or 'a number'}</td>"
                   f"<td>{tensor.min():.4g}</td><td>{tensor.max():.4g}</td></tr>" for name, tensor in net.tensors.items())
    ended = f"<p>{text.escape(str(net.report['ended']))}</p>" if net.report else ""
    return (f"<h4>{text.escape(net.name)}</h4><p>{sizes(net)}</p>"
            f"<table><tr><th>tensor</th><th>shape</th><th>least</th><th>largest</th></tr>{rows}</table>{ended}"
            + (_pictures(run) if run else ""))


def _pictures(run: str) -> str:
    """Those of PICTURES that fit the network; none where gnuplot is missing."""
    drawn = []
    with tempfile.TemporaryDirectory() as folder:
        for name in PICTURES:
            try:
                program.run("plot", run, "--only", name, "--out", folder)
            except program.Error:  # a picture of another kind of network, or there is no gnuplot
                continue
        for path in sorted(pathlib.Path(folder).glob("*.svg")):
            svg = path.read_text()
            drawn.append(svg[svg.index("<svg"):])
    return "".join(f"<div>{svg}</div>" for svg in drawn)

"""A Chart: the table that was drawn, how it was drawn, and the two pictures. A value like any other: it can be kept, sent and compared.

The pictures are made once, when the chart is; `figure()` draws it anew for whoever wants to change it.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nb_orchestra.core.frozen import freeze, thaw
from nb_orchestra.values.quiet import quiet

if TYPE_CHECKING:
    import pandas as pd

DPI = 144
_RENDERING = threading.Lock()  # matplotlib's settings and font cache are shared by all threads


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Chart:
    """`table`: one row per mark drawn. `spec`: JSON data (see drawing.draw). `png`: bytes at 144 dots per inch. `svg`: text.

    Two charts are equal where spec and table are: a chart read back from the cache equals the fresh one.
    """

    table: pd.DataFrame
    spec: Mapping[str, Any]
    png: bytes = field(default=b"")
    svg: str = field(default="")

    def __post_init__(self) -> None:
        object.__setattr__(self, "spec", freeze(self.spec))

    @classmethod
    def drawn(cls, table: pd.DataFrame, spec: Mapping[str, Any]) -> Chart:
        """Draws both pictures. KeyError where the spec names a kind or a column that is not there."""
        data = thaw(spec)
        with _RENDERING, quiet(), _own_style():
            figure = _draw(data, table)
            png, svg = _picture(figure, "png"), _picture(figure, "svg")
        return cls(table, data, png, svg.decode())

    @property
    def title(self) -> str:
        return str(self.spec.get("title", ""))

    def figure(self) -> Any:
        """A new matplotlib Figure, never pyplot's: change it and save it yourself, the chart stays as it is."""
        with _RENDERING, quiet():
            return _draw(thaw(self.spec), self.table)

    def save(self, path: str | Path) -> Path:
        """Writes .png, .svg or .pdf, by the path's ending (ValueError for another), and gives the path back."""
        path = Path(path)
        kind = path.suffix.lower().removeprefix(".")
        if kind not in ("png", "svg", "pdf"):
            raise ValueError(f"a chart can be saved as .png, .svg or .pdf, not {path.suffix or 'without an ending'}")
        if kind == "pdf":
            with _RENDERING, quiet(), _own_style():
                path.write_bytes(_picture(_draw(thaw(self.spec), self.table), "pdf"))
        else:
            path.write_bytes(self.png if kind == "png" else self.svg.encode())
        return path

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Chart):
            return NotImplemented
        return self is other or (thaw(self.spec) == thaw(other.spec) and self.table.equals(other.table))

    def __hash__(self) -> int:
        return hash((self.spec.get("kind"), self.title, self.table.shape))

    def __repr__(self) -> str:
        kind = str(self.spec.get("kind", "")).replace("_", " ")
        return f"chart: {kind}{f', {self.title}' if self.title else ''} ({len(self.table):,} marks)"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict[str, Any], dict[str, Any]]:
        width = int.from_bytes(self.png[16:20], "big") // 2
        return {"image/png": self.png, "text/plain": repr(self)}, {"image/png": {"width": width}} if width else {}


def _draw(spec: dict[str, Any], table: pd.DataFrame) -> Any:
    from nb_orchestra.values.drawing import draw

    return draw(spec, table)


def _own_style() -> Any:
    """matplotlib's defaults, whatever the notebook has set: ticks are made as late as when the picture is saved."""
    import contextlib

    import matplotlib
    from matplotlib import style

    stack = contextlib.ExitStack()
    stack.enter_context(style.context("default"))
    stack.enter_context(matplotlib.rc_context({"svg.hashsalt": "nb_orchestra"}))
    return stack


def _picture(figure: Any, kind: str) -> bytes:
    """The file's bytes, the same each time: no date, and ids from a fixed salt."""
    buffer = io.BytesIO()
    nothing = {"png": {"Software": None}, "svg": {"Date": None, "Creator": None}, "pdf": {"CreationDate": None, "Creator": None, "Producer": None}}
    figure.savefig(buffer, format=kind, dpi=DPI, facecolor="white", metadata=nothing[kind])
    return buffer.getvalue()

"""What we know about a type of value: its kind, its content, how it is told, shown, checked, copied and kept.

Which types there are stands in `types.TYPES`, one row each; each question below has a table of answers by kind. Nothing
heavy is loaded here: pandas, pyarrow and numpy only once there is a value of theirs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nb_orchestra.values.content import column_contents, content
from nb_orchestra.values.copies import snapshot
from nb_orchestra.values.describing import describe
from nb_orchestra.values.encoding import NotKeepableError, decode, encode
from nb_orchestra.values.preview import Preview, preview, short
from nb_orchestra.values.promised import check, levels_of, promise_words, type_of
from nb_orchestra.values.shape import shape_of
from nb_orchestra.values.text import clean_text, inert_tex, number_text
from nb_orchestra.values.types import kind_of

if TYPE_CHECKING:
    from nb_orchestra.values.chart import Chart
    from nb_orchestra.values.markdown import Markdown

__all__ = [
    "Chart",
    "Markdown",
    "NotKeepableError",
    "Preview",
    "check",
    "clean_text",
    "column_contents",
    "content",
    "decode",
    "describe",
    "encode",
    "inert_tex",
    "kind_of",
    "levels_of",
    "number_text",
    "preview",
    "promise_words",
    "shape_of",
    "short",
    "snapshot",
    "type_of",
]


def __getattr__(name: str) -> Any:
    if name == "Chart":
        from nb_orchestra.values.chart import Chart

        return Chart
    if name == "Markdown":
        from nb_orchestra.values.markdown import Markdown

        return Markdown
    raise AttributeError(name)

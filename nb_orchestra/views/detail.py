"""What a person sees of a result when they open a step: data for JavaScript to draw, never HTML."""

from __future__ import annotations

import re
from typing import Any

from nb_orchestra.values import Preview
from nb_orchestra.views import words

_PICTURE = re.compile(r"data:image/png;base64,[A-Za-z0-9+/=]+\Z")
MOST_TEXT = 8_000
MOST_ROWS = 20
MOST_COLUMNS = 30


def detail_data(preview: Preview | None, code: str = "") -> dict[str, Any]:
    """{"short"} and, where there is one, "table" {"columns", "types", "rows", "more"}, "picture" (a PNG data URL), "text", "code".

    The preview's structured `data` is used where it has one, its plain text otherwise.
    """
    said: dict[str, Any] = {"code": words.clean(code, MOST_TEXT)} if code else {}
    if preview is None:
        return said
    data = preview.data
    said["short"] = words.one_line(preview.short, 200)
    if "columns" in data:
        said["table"] = _table(data)
    elif _PICTURE.match(str(data.get("picture", ""))):
        said["picture"] = data["picture"]
    else:
        said["text"] = words.clean(preview.text, MOST_TEXT)
    return said


def _table(data: Any) -> dict[str, Any]:
    def cells(items: Any) -> list[str]:
        return [words.one_line(item, 120) for item in list(items)[:MOST_COLUMNS]]

    rows = [cells(row) for row in list(data.get("rows", ()))[:MOST_ROWS]]
    return {"columns": cells(data["columns"]), "types": cells(data.get("types", ())), "rows": rows, "more": words.one_line(data.get("more", ""), 200)}

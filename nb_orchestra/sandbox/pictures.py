"""A matplotlib figure leaves as two pictures, and comes back as a Chart once both were looked at.

The pictures may have been made by hostile code: a PNG is taken by its header (a picture of 60,000 × 60,000 dots fits in a few bytes and takes gigabytes
to show), an SVG is written anew from the elements and attributes that a drawing needs, so that no script, link or outside file is left in it.
"""

from __future__ import annotations

import hashlib
import io
import re
import struct
import sys
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nb_orchestra.values.chart import Chart

PNG_DOTS = 60_000_000
PNG_BYTES = 32 << 20
SVG_BYTES = 32 << 20
_SVG = "http://www.w3.org/2000/svg"
_LINK = "{http://www.w3.org/1999/xlink}href"
_SHAPES = ("path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan", "image", "use")
_AROUND = ("svg", "g", "defs", "clipPath", "mask", "pattern", "linearGradient", "radialGradient", "stop", "style", "title", "desc")
_ELEMENTS = frozenset(f"{{{_SVG}}}{name}" for name in _SHAPES + _AROUND)
_INSIDE = re.compile(r"#[\w.\-]{1,200}|data:image/png;base64,[A-Za-z0-9+/=\s]+")
_REFERENCE = re.compile(r"url\(\s*['\"]?#([\w.\-]+)")
_ACTIVE = re.compile(r"(?i)@import|expression|javascript|\\|url\(\s*(?!['\"]?#)")


def figure_of(value: Any) -> Any:
    """The Figure that a value is or belongs to (an Axes, an array of Axes' first), or None. Does not import matplotlib to ask."""
    drawing = sys.modules.get("matplotlib.figure")
    if drawing is None:
        return None
    owner = value if isinstance(value, drawing.FigureBase) else getattr(value, "figure", None)
    return owner if isinstance(owner, drawing.Figure) else None


def pictures_of(figure: Any) -> tuple[str, bytes, bytes]:
    """A figure's title, PNG at 144 dots per inch and SVG, the same bytes each time (no date, ids from a fixed salt)."""
    import matplotlib

    title = figure.get_suptitle() or next((axes.get_title() for axes in figure.axes if axes.get_title()), "")
    pictures = []
    with matplotlib.rc_context({"svg.hashsalt": "nb_orchestra", "svg.fonttype": "path"}):
        for kind, nothing in (("png", {"Software": None}), ("svg", {"Date": None, "Creator": None})):
            buffer = io.BytesIO()
            figure.savefig(buffer, format=kind, dpi=144, facecolor="white", bbox_inches="tight", metadata=nothing)
            pictures.append(buffer.getvalue())
    return str(title), pictures[0], pictures[1]


def chart_of(title: Any, png: Any, svg: Any) -> Chart:
    """A Chart of two pictures that were checked. ValueError where one is not what it should be."""
    import pandas as pd

    from nb_orchestra.values.chart import Chart

    if type(title) is not str or type(png) is not bytes or type(svg) is not bytes:
        raise ValueError("a figure is a title and two pictures")
    _check_png(png)
    digest = hashlib.sha256(png).hexdigest()
    return Chart(pd.DataFrame(), {"kind": "picture", "title": title[:500], "sha256": digest}, png, safe_svg(svg))


def _check_png(png: bytes) -> None:
    if len(png) > PNG_BYTES or png[:16] != b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" or len(png) < 33:
        raise ValueError("not a PNG picture")
    width, height = struct.unpack(">II", png[16:24])
    if not 0 < width * height <= PNG_DOTS:
        raise ValueError(f"a picture of {width:,} × {height:,} dots is too large to show")


def safe_svg(svg: bytes) -> str:
    """An SVG written anew from what a drawing needs. ValueError where it holds a document type, or is no SVG at all."""
    if len(svg) > SVG_BYTES or b"<!ENTITY" in svg:
        raise ValueError("not an SVG picture")
    try:
        root = ET.fromstring(svg)
    except ET.ParseError as error:
        raise ValueError("not an SVG picture") from error
    if root.tag != f"{{{_SVG}}}svg":
        raise ValueError("not an SVG picture")
    ET.register_namespace("", _SVG)
    ET.register_namespace("xlink", "http://www.w3.org/1999/xlink")
    _clean(root)
    _part(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=False)


def _clean(root: ET.Element) -> None:
    waiting = [root]
    while waiting:
        element = waiting.pop()
        for child in list(element):
            if child.tag in _ELEMENTS:
                waiting.append(child)
            else:
                element.remove(child)
        if element.tag.endswith("}style") and (_ACTIVE.search(element.text or "") or "url(" in (element.text or "").lower()):
            element.text = ""
        for name, value in list(element.attrib.items()):
            if not _harmless(name, value):
                del element.attrib[name]


def _part(root: ET.Element) -> None:
    """What is referred to refers to nothing itself: ten copies of ten copies, nine deep, are a billion shapes to whoever draws them."""
    parents = {child: parent for parent in root.iter() for child in parent}
    referring = [element for element in root.iter() if any(_names(*attribute) for attribute in element.attrib.items())]
    around: set[ET.Element] = set()
    for each in referring:
        element: ET.Element | None = each
        while element is not None and element not in around:
            around.add(element)
            element = parents.get(element)
    referring_names = {element.get("id") for element in around}
    for element in referring:
        for name, value in list(element.attrib.items()):
            if not referring_names.isdisjoint(_names(name, value)):
                del element.attrib[name]


def _names(attribute: str, value: str) -> list[str]:
    """Whom an attribute refers to."""
    return [value[1:]] if attribute in ("href", _LINK) and value.startswith("#") else _REFERENCE.findall(value)


def _harmless(name: str, value: str) -> bool:
    if name in ("href", _LINK):
        return bool(_INSIDE.fullmatch(value))
    return not name.lower().startswith("on") and not name.startswith("{") and not _ACTIVE.search(value)

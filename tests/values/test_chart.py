"""A chart is a value: what was drawn, how, and two pictures that are the same each time."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pandas as pd
import pytest

from nb_orchestra import values
from nb_orchestra.values.chart import Chart
from nb_orchestra.values.painting_wholes import PAINTERS

TABLE = pd.DataFrame({"species": ["Adelie", "Gentoo"], "mass": [3701.0, 5076.0]})
SPEC: dict[str, Any] = {
    "kind": "bar",
    "title": "Mass by species",
    "x": {"column": "species", "label": "species", "type": "category"},
    "y": {"column": "mass", "label": "mass (g)", "type": "number"},
}


def test_the_same_marks_give_the_same_bytes() -> None:
    """PNG and SVG do not depend on the clock, on chance or on what was drawn before."""
    first, second = Chart.drawn(TABLE, SPEC), Chart.drawn(TABLE.copy(), dict(SPEC))
    assert (first.png, first.svg) == (second.png, second.svg)
    assert first.png.startswith(b"\x89PNG")
    assert first.svg.startswith("<?xml")


def test_charts_are_equal_by_marks_and_spec() -> None:
    """A chart read back from bytes equals the fresh one; another title makes another chart."""
    chart = Chart.drawn(TABLE, SPEC)
    assert values.decode(values.encode(chart)) == chart
    assert chart != Chart.drawn(TABLE, {**SPEC, "title": "Other"})
    assert chart != Chart.drawn(TABLE.assign(mass=[1.0, 2.0]), SPEC)
    assert hash(chart) == hash(Chart.drawn(TABLE, SPEC))


def test_a_notebook_shows_the_picture_and_text() -> None:
    """PNG for eyes, a line of text for terminals and screen readers."""
    data, metadata = Chart.drawn(TABLE, SPEC)._repr_mimebundle_()
    assert set(data) == {"image/png", "text/plain"}
    assert data["text/plain"] == "chart: bar, Mass by species (2 marks)"
    assert metadata["image/png"]["width"] > 300


@pytest.mark.parametrize(("ending", "start"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")])
def test_a_chart_is_saved_by_its_ending(tmp_path: Path, ending: str, start: bytes) -> None:
    """.png, .svg and .pdf; another ending is an error that names them."""
    chart = Chart.drawn(TABLE, SPEC)
    assert chart.save(tmp_path / f"mass.{ending}").read_bytes().startswith(start)
    with pytest.raises(ValueError, match=r"\.png, \.svg or \.pdf"):
        chart.save(tmp_path / "mass.docx")


def test_the_figure_is_ones_own() -> None:
    """figure() gives a new figure each time; changing it changes no chart, and pyplot never hears of it."""
    chart = Chart.drawn(TABLE, SPEC)
    figure = chart.figure()
    figure.axes[0].set_title("changed")
    assert chart.figure().axes[0].get_title(loc="left") == "Mass by species"
    assert figure.axes[0].get_ylabel() == "mass (g)"
    code = "import nb_orchestra.values.chart as c, pandas as pd, sys; from nb_orchestra.values.drawing import draw; print('matplotlib.pyplot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "False"


def test_the_notebooks_style_does_not_leak_in_or_out() -> None:
    """A dark style in the notebook changes no chart, and drawing changes no setting."""
    plain = Chart.drawn(TABLE, SPEC).png
    with mpl.rc_context({"axes.facecolor": "black", "text.usetex": False, "font.size": 30}):
        before = dict(mpl.rcParams)
        assert Chart.drawn(TABLE, SPEC).png == plain
        assert dict(mpl.rcParams) == before


def test_names_are_no_formulas() -> None:
    """Dollars, carets and underscores in names are letters, not mathematics."""
    spec = {**SPEC, "title": "budget_2013$ against x^2 $", "y": {"column": "mass", "label": "cost_$ {x} \\frac", "type": "number"}}
    assert len(Chart.drawn(TABLE, spec).png) > 1000


def test_letters_that_the_font_lacks_do_not_warn(recwarn: pytest.WarningsRecorder) -> None:
    """Emoji and other scripts are drawn as they can be, without noise."""
    Chart.drawn(TABLE.assign(species=["企鹅", "פינגווין 🐧"]), SPEC)
    assert list(recwarn) == []


def test_threads_draw_one_after_the_other() -> None:
    """Many threads at once give the same bytes as one alone."""
    alone = Chart.drawn(TABLE, SPEC).png
    drawn: list[bytes] = []
    threads = [threading.Thread(target=lambda: drawn.append(Chart.drawn(TABLE, SPEC).png)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert drawn == [alone] * 4


def test_series_differ_without_colour() -> None:
    """In grey, bars are told apart by their hatches."""
    table = pd.DataFrame({"species": ["A", "A", "B", "B"], "sex": ["f", "m"] * 2, "mass": [1.0, 2.0, 3.0, 4.0]})
    figure = Chart.drawn(table, {**SPEC, "colour": {"column": "sex", "label": "sex", "type": "category"}}).figure()
    assert len({patch.get_hatch() for patch in figure.axes[0].patches}) == 2
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["f", "m"]


def test_an_unknown_kind_is_an_error() -> None:
    """There is one painter per kind, and nothing is drawn for another."""
    with pytest.raises(KeyError):
        Chart.drawn(TABLE, {**SPEC, "kind": "hologram"})
    assert {"bar", "line", "scatter", "box", "histogram", "heatmap"} <= set(PAINTERS)

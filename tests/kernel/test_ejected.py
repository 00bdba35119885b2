"""A run leaves as a report, or as plain cells that need nothing of ours."""

from __future__ import annotations

import json
import pathlib
from typing import Any

import pytest

from tests.kernel.conftest import PENGUINS, Kernel

pytestmark = pytest.mark.kernel

GOAL = "Compare body mass across species in {penguins}, find the outliers, and write a brief with a chart."
PLAIN = PENGUINS.replace("%load_ext nb_orchestra\n", "")
WITHOUT_US = "import sys; assert not any(name.partition('.')[0] == 'nb_orchestra' for name in sys.modules)"


@pytest.mark.parametrize("kind", ["py", "ipynb"])
def test_the_ejected_cells_give_the_same_values_without_us(new_kernel: Any, tmp_path: pathlib.Path, kind: str) -> None:
    """In a kernel that never loads this package, every table is equal and the text is there, with its prompt beside it."""
    kernel = new_kernel()
    kernel.run(PENGUINS)
    kernel.run(f"%%orchestrate brief\n{GOAL}")
    told = kernel.run(f"%orchestrate export brief {tmp_path / 'brief'} --to {kind}")
    assert told.status == "ok", told.text
    kernel.run(
        f"tables = {{name: brief_run[name] for name in brief_run.names.values() if hasattr(brief_run[name], 'to_json')}}\nfor name, table in tables.items(): table.to_pickle({str(tmp_path)!r} + '/' + name)"
    )
    text = (tmp_path / f"brief.{kind}").read_text()
    assert "import nb_orchestra" not in text
    cells = [text] if kind == "py" else ["".join(cell["source"]) for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
    assert "Recorded answer of built-in" in text
    other = new_kernel(str(tmp_path / "other"))
    other.run(f"%cd {tmp_path}\n{PLAIN}")
    for cell in cells:
        ran = other.run(cell)
        assert ran.status == "ok", f"{cell}\n{ran.text}"
    assert any("image/png" in output["data"] for output in ran.outputs) if kind == "ipynb" else list(tmp_path.glob("*.png"))
    assert other.run(WITHOUT_US).status == "ok"
    for name in kernel.value("list(tables)"):
        ran = other.run(f"pd.testing.assert_frame_equal({name}.reset_index(drop=True), pd.read_pickle({name!r}).reset_index(drop=True), check_dtype=False)")
        assert ran.status == "ok", ran.text
    assert other.value("brief[:40]") == kernel.value("str(brief)[:40]")


def test_a_report_has_answer_steps_code_and_versions(kernel: Kernel, tmp_path: pathlib.Path) -> None:
    """As Markdown with its picture beside it, and as one HTML file that may load and run nothing."""
    kernel.run("penguins['species'] = penguins.species.replace('Adelie', '<script>alert(1)</script>')")
    kernel.run(f"%%orchestrate brief\n{GOAL}")
    for kind in ("md", "html", "yaml"):
        told = kernel.run(f"%orchestrate export brief {tmp_path / ('report.' + kind)}")
        assert told.status == "ok", told.text
    text = (tmp_path / "report.md").read_text()
    assert "| mean_body_mass_g_by_species | code | done |" in text
    assert "penguins: 120 × 4 table" in text
    assert "pandas " in text
    assert len(list((tmp_path / "report_files").glob("*.png"))) == 1
    page = (tmp_path / "report.html").read_text()
    assert "default-src 'none'" in page
    assert "alert(1)" in page
    assert "<script" not in page
    assert 'src="http' not in page
    assert "goal: Compare body mass" in (tmp_path / "report.yaml").read_text()


def test_what_a_model_a_search_or_rows_gave_is_recorded(kernel: Kernel, tmp_path: pathlib.Path) -> None:
    """Tools come with their source, collected results as code, rows as a table; long tables as a file beside the script."""
    kernel.run(
        "from nb_orchestra import orchestrate, tool\n"
        "def shout(text: str) -> str:\n    '''Louder.'''\n    return text.upper()\n"
        "def many(n: int) -> pd.DataFrame:\n    import os\n    return pd.DataFrame({'n': range(n), 'when': pd.Timestamp('2020-01-01')})\n"
        "plan = {'steps': [\n"
        " {'id': 'a', 'kind': 'call', 'name': 'loud', 'params': {'tool': 'shout', 'arguments': {'text': 'it\\'s \"quoted\"\\n'}}},\n"
        " {'id': 'b', 'kind': 'call', 'name': 'each', 'for_each': {'data': 'words'}, 'params': {'tool': 'shout', 'arguments': {'text': {'row': True}}}},\n"
        " {'id': 'c', 'kind': 'call', 'name': 'long', 'params': {'tool': 'many', 'arguments': {'n': 3000}}},\n"
        " {'id': 'd', 'kind': 'gather', 'name': 'together', 'params': {'inputs': {'x': {'from': 'a'}, 'y': {'from': 'b'}, 'z': {'from': 'c'}}, 'how': 'dict'}}]}\n"
        "run = orchestrate(plan=plan, tools=[shout, many], data={'words': ['a', 'b']}, name='kinds')"
    )
    told = kernel.run(f"%orchestrate export kinds {tmp_path / 'kinds.py'}")
    assert told.status == "ok", told.text
    text = (tmp_path / "kinds.py").read_text()
    assert "def shout(text: str)" in text
    ran = kernel.run(f"%cd {tmp_path}\nspace = {{}}\nexec(open('kinds.py').read(), space)")
    assert ran.status == "ok", ran.text
    assert kernel.value("space['loud'] == run['loud'] and space['each'].equals(run['each']) and space['long'].equals(run['long'])") is True
    assert kernel.value("list(space['kinds'])") == ["x", "y", "z"]


def test_a_form_that_does_not_exist_is_refused(kernel: Kernel, tmp_path: pathlib.Path) -> None:
    """One line that lists the forms."""
    kernel.run("%%orchestrate anything\nRank {penguins} by body mass")
    assert kernel.run(f"%orchestrate export {tmp_path / 'x'} --to docx").error == "BadOptionError"

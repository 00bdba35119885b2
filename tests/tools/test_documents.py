"""Local documents as a source: what is read, how it is ranked, what is kept up to date."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from nb_orchestra.errors import GoalError
from nb_orchestra.models import ScriptedModel
from nb_orchestra.protocols import Passage
from nb_orchestra.steps.search import table_of
from nb_orchestra.tools import Documents, documents
from nb_orchestra.tools.index import Index, words_of
from nb_orchestra.tools.passages import PASSAGE, document_of, read_document
from nb_orchestra.values import Markdown
from tests.running.staging import Stage

MICE = "Title: Light and sleep\nDate: 2019-03-01\n\nMice slept badly under bright light.\n\nThe dose was 5 mg."
TEA = "# Tea in Assam\n\nLeaves are plucked by hand. Sleeping workers are rare."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    home = tmp_path / "texts"
    (home / "old").mkdir(parents=True)
    (home / "mice.txt").write_text(MICE)
    (home / "old" / "tea.md").write_text(TEA)
    (home / "picture.png").write_bytes(b"\x89PNG")
    return home


def source(folder: Path, **named: Any) -> Documents:
    return documents(folder, index=folder.parent / "index.db", **named)


def places(there: Documents, query: str, **limits: Any) -> list[str]:
    return [passage.source for passage in there._search(query, limits.get("limit", 10), limits.get("since", ""), False)]


def test_stems_match_and_the_best_document_comes_first(folder: Path) -> None:
    """Words match by their stems (sleep, sleeping), and a word in the title counts more."""
    assert places(source(folder), "How do mice sleep?") == ["mice.txt", os.path.join("old", "tea.md")]


def test_only_what_changed_is_read_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new file is found, a changed one changes, one that is gone is gone; the identity follows the content and not the clock."""
    there = source(folder)
    before = there.identity
    os.utime(folder / "mice.txt", (1, 1))
    assert there.identity == before
    (folder / "new.txt").write_text("Camels sleep standing.")
    (folder / "old" / "tea.md").unlink()
    assert there.identity != before
    assert places(source(folder), "sleep camels") == ["new.txt", "mice.txt"]


def test_an_index_that_is_damaged_is_made_anew(folder: Path) -> None:
    """It holds nothing but what the documents say."""
    before = source(folder).identity
    for file in folder.parent.glob("index.db*"):
        file.write_bytes(b"not a database at all, of some length" * 50)
    assert source(folder).identity == before


def test_an_index_of_an_older_version_is_made_anew(folder: Path) -> None:
    """Its tables may be other ones."""
    place = folder.parent / "index.db"
    with contextlib.closing(sqlite3.connect(place)) as base:
        base.execute("CREATE TABLE document (place TEXT)")
    assert places(source(folder), "sleep")[0] == "mice.txt"


def test_an_index_that_is_emptied_under_a_source_is_filled_again(folder: Path) -> None:
    """Another kernel may have found it damaged, or a person may have emptied the cache."""
    there = source(folder)
    before = there.identity
    for file in folder.parent.glob("index.db*"):
        file.unlink()
    assert there.identity == before
    assert places(there, "sleep")[0] == "mice.txt"


def test_an_index_that_another_kernel_writes_is_not_thrown_away(folder: Path) -> None:
    """Busy is not damaged."""
    place = folder.parent / "index.db"
    source(folder).identity  # noqa: B018  makes it
    with contextlib.closing(sqlite3.connect(place, isolation_level=None)) as base:
        base.execute("PRAGMA locking_mode = EXCLUSIVE")
        base.execute("BEGIN EXCLUSIVE")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            Index(place, patience=0.0).size()
        base.execute("ROLLBACK")
        assert base.execute("SELECT count(*) FROM document").fetchone() == (2,)


def test_passages_of_one_document_do_not_hide_the_others(tmp_path: Path) -> None:
    """However many passages of one document lead, as many documents are given as were asked for."""
    frame = pd.DataFrame({"text": ["\n\n".join(["sleep " * 190] * 50), "sleep, and much else " * 20, "tea"]})
    assert [item.source for item in documents(frame, "text")._search("sleep", 2, "", False)] == ["row 1", "row 2"]


def test_titles_and_dates_come_from_the_text() -> None:
    """A title line, front matter, or the first heading; else the file's name."""
    told = [document_of(text, "stem") for text in (MICE, TEA, "---\ntitle: Front\ndate: 2020\n---\nwords", "words")]
    assert [(item.title, item.date) for item in told] == [("Light and sleep", "2019-03-01"), ("Tea in Assam", ""), ("Front", "2020"), ("stem", "")]
    assert told[0].text.startswith("Mice slept")


def test_since_leaves_out_older_and_undated_documents(folder: Path) -> None:
    """A document must say its date to be found by it."""
    assert places(source(folder), "sleep", since="2019-01-01") == ["mice.txt"]
    assert places(source(folder), "sleep", since="2020") == []


def test_long_texts_are_cut_into_passages_and_no_word_is_lost() -> None:
    """Paragraphs together as far as they fit; a long one at its sentences."""
    text = "\n\n".join([" ".join(f"word{at}." for at in range(500)), "short one", "x" * 5000])
    passages = document_of(text, "long").passages
    assert max(map(len, passages)) <= PASSAGE
    assert "".join("".join(passages).split()) == "".join(text.split())


def test_pages_give_their_words() -> None:
    """Scripts and styles are no words."""
    page = b"<html><head><style>b{}</style><script>alert('tea')</script></head><body><h1>Tea</h1><p>Good &amp; hot</p></body></html>"
    assert "alert" not in read_document(page, "tea.html").text
    assert "Good & hot" in read_document(page, "tea.html").text


def test_what_cannot_be_read_is_named(folder: Path) -> None:
    """A binary file and a damaged PDF are left out and say why; the others are found."""
    (folder / "odd.txt").write_bytes(b"\0\1\2" * 100)
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
    there = source(folder)
    assert set(there.refused) == {"odd.txt", "broken.pdf"}
    assert places(there, "sleep")[0] == "mice.txt"


def test_a_column_of_a_table_is_a_source() -> None:
    """Title and date may be columns, too; empty cells are no documents to find."""
    frame = pd.DataFrame({"abstract": ["Mice sleep", None, "Tea"], "name": ["A", "B", "C"], "when": ["2020-01-01", "", ""]})
    there = documents(frame, "abstract", title="name", date="when", name="abstracts")
    found = there._search("sleeping mice", 5, "", False)
    assert [(item.title, item.date, item.source) for item in found] == [("A", "2020-01-01", "row 1")]


def test_sources_that_are_not_there_say_so(tmp_path: Path) -> None:
    """No such folder, no such column, no such name."""
    texts = pd.DataFrame({"a": ["x"]})
    for place, column, name in ((tmp_path / "none", "", "fine"), (texts, "b", "fine"), (texts, "", "fine"), (texts, "a", "No!")):
        with pytest.raises(GoalError):
            documents(place, column, name=name)


def test_a_query_is_words_and_never_syntax(folder: Path) -> None:
    """Quotes, operators and stars of the index's language are plain text."""
    there = source(folder)
    for query in ('"sleep', "sleep OR", "NEAR(sleep", "title:sleep", "sleep*", "", "???", "' ; DROP TABLE document"):
        there._search(query, 5, "", False)
    assert words_of("the of and") == ["the", "of", "and"]
    assert Index(None).search("anything", 5) == []


def search(query: Any, **params: Any) -> dict[str, Any]:
    return {"id": "s1", "kind": "search", "name": "papers", "params": {"query": query, **params}}


def test_a_search_step_gives_a_table_that_can_be_cited(folder: Path) -> None:
    """key, title, source, date, passage, score, retrieved_at; a second run takes it from the cache until a document changes."""
    stage, plan = Stage(tools=(source(folder),)), {"steps": [search("mice sleep")]}
    table = stage.run(plan=plan).value
    assert list(table.columns) == ["key", "title", "source", "date", "passage", "score", "retrieved_at"]
    assert (table["key"][0], str(table["retrieved_at"].dtype)) == ("mice:1", "datetime64[us, UTC]")
    assert stage.run(plan=plan).result("s1").cached
    (folder / "mice.txt").write_text(MICE + " Again.")
    assert not stage.run(plan=plan).result("s1").cached


def test_a_text_cites_rows_and_the_run_says_which_citations_are_made_up(folder: Path) -> None:
    """Citations that are keys of rows become the result's sources; others are named."""
    brief = {"id": "s2", "kind": "ask", "params": {"question": "What is known?", "inputs": {"papers": {"from": "s1"}}}}
    model = ScriptedModel({"": "Mice slept badly [mice:1], as in [none:3].\n\n[[gap: How do rats sleep?]]\n"})
    run = Stage(tools=(source(folder),), model=model).run(plan={"steps": [search("mice sleep"), brief]})
    result = run.result("s2")
    assert (result.sources, result.gaps) == (("mice.txt",), ("How do rats sleep?",))
    assert any("cites none:3" in warning for warning in result.warnings)
    assert isinstance(result.value, Markdown)
    assert "gap" not in str(result.value)
    assert "[mice:1]" in model.prompts[0].task
    assert "How do rats sleep?" in str(run.questions)


def test_half_a_character_in_a_passage_is_replaced_and_loses_no_row() -> None:
    """Broken pages hold lone surrogates, which no text column takes: they are shown as U+FFFD."""
    found = table_of([Passage("a\ud800", "b\udc00", "", "c \ud83d\ude00 \ud800", 1.0, "k:1")])
    assert found.loc[0, ["title", "source", "passage"]].tolist() == ["a\ufffd", "b\ufffd", "c 😀 \ufffd"]


def test_nothing_found_is_told_and_not_a_failure(folder: Path) -> None:
    """An empty table with the same columns, a warning and a gap."""
    result = Stage(tools=(source(folder),)).run(plan={"steps": [search("zebra")]}).result("s1")
    assert (len(result.value), next(iter(result.value.columns))) == (0, "key")
    assert result.warnings[0].startswith("nothing found")


def test_a_pdf_is_read_by_its_words(folder: Path) -> None:
    """A real PDF, with the extra installed."""
    pytest.importorskip("pypdf")
    import matplotlib as mpl

    with mpl.rc_context({"pdf.fonttype": 42}):
        from matplotlib.figure import Figure

        figure = Figure()
        figure.text(0.1, 0.5, "Zebras graze at dawn")
        figure.savefig(folder / "zebra.pdf")
    assert places(source(folder), "zebras grazing") == ["zebra.pdf"]

"""Names that a model made up are found; numbers, names and citations are led back to the cell that holds them."""

from __future__ import annotations

import pickle

import pandas as pd
import pytest

from nb_orchestra import values
from nb_orchestra.models import ScriptedModel
from nb_orchestra.steps.criteria import check
from nb_orchestra.values.entities import stray_names
from nb_orchestra.values.tracing import trace
from tests.running.staging import Stage

MASSES = pd.DataFrame({"species": ["Adelie", "Gentoo"], "island": ["Dream", "Biscoe"], "mass_g": [3700.66, 5076.02], "n": [152, 124]})
FOUND = pd.DataFrame({"key": ["a:1", "b:2"], "title": ["Gulls", "Terns"], "source": ["a", "b"], "passage": ["40 % eat bread.", "Ruth Okoye counted them."]})


@pytest.mark.parametrize(
    ("text", "strays"),
    [
        ("The Gentoos of Biscoe are the heaviest.", []),
        ("Heaviest are the Gentoos; Torgersen has none.", ["Torgersen"]),
        ("We thank Dr Ruth Okoye and Jane Goodall for counting.", ["Ruth Okoye", "Jane Goodall"]),
        ("Masses differ. Adelies weigh less. Males weigh more.", []),
        ("# Body Mass In The Palmer Archipelago\n\nAdelies weigh less.", []),
        ("By Welch's test in January the Gentoos differ (Kruskal–Wallis agrees).", []),
        ("It is as in `Antarctica` and [Weddell:1] and https://Example.org/South.", []),
        ("The WHO and COVID-19 are not spoken of in Gentoo's data.", ["WHO", "COVID-19"]),
        ("Die Masse der Gentoo ist im Mittel am Größten, und die Insel Biscoe hat mit Abstand die Mehrheit der Tiere in diesem Jahr der Messung.", []),
        (
            "In Dream 152 Adelies were weighed, as in Biscoe the Gentoos. Professor Karl Huber of Vienna counted them, Anna Berg of Graz did not, says Otto Lang.",
            ["Professor Karl Huber of Vienna", "Anna Berg of Graz", "Otto Lang"],
        ),
        ("They weigh by the mean body mass (MBM), and the MBM is not the BMI.", ["BMI"]),
        ("", []),
    ],
)
def test_names_that_stand_in_no_input_are_found(text: str, strays: list[str]) -> None:
    """Words at a sentence's start, headings, code, methods and months are none; nor are nouns in a language that gives them capitals."""
    assert stray_names(text, [MASSES, FOUND.drop(columns="passage")]) == strays


def test_a_number_is_led_to_the_cell_that_its_sentence_speaks_of() -> None:
    """As shown, rounded or in per cent; of equal numbers the one of the row that is named."""
    shares = pd.DataFrame({"species": ["Adelie", "Gentoo"], "share": [0.25, 0.25]})
    told = trace("Gentoos weigh 5,076 g. 25 % of Gentoo are male. There are 999 of them.", {"masses": MASSES, "shares": shares})
    assert [(item.said, item.input, item.row, item.column, item.state) for item in told if item.kind == "number"] == [
        ("5,076", "masses", 1, "mass_g", "found"),
        ("25", "shares", 1, "share", "found"),
        ("999", "", -1, "", "not computed"),
    ]
    assert told[0].value == pytest.approx(5076.02)


def test_names_citations_and_numbers_in_other_values_are_led_back_too() -> None:
    """Texts in cells, keys of a search, items of lists and records; what stands nowhere says so."""
    inputs = {"found": FOUND, "totals": {"all": 276}, "years": [2007, 2009], "note": "Anna Lee wrote 17 pages"}
    told = trace("Of 276 since 2009, 40 % eat bread [a:1], said Ruth Okoye [c:9]. Anna Lee wrote 17; Bo Derek none.", inputs)
    assert [(item.said, item.kind, item.input, item.row, item.column) for item in told] == [
        ("276", "number", "totals", -1, "all"),
        ("2009", "number", "years", 1, ""),
        ("40", "number", "found", 0, "passage"),
        ("[a:1]", "citation", "found", 0, "key"),
        ("Ruth Okoye", "name", "found", 1, "passage"),
        ("[c:9]", "citation", "", -1, ""),
        ("Anna Lee", "name", "note", -1, ""),
        ("17", "number", "note", -1, ""),
        ("Bo Derek", "name", "", -1, ""),
    ]


def test_what_no_step_computed_is_told_with_the_step_and_below_the_text() -> None:
    """Everywhere the text is shown; the text itself stays as it was written, also when it comes from the cache."""
    stage = Stage(model=ScriptedModel({"": "Gentoos weigh 5,076 g, says Jane <b> Goodall; 77 of them."}))
    plan = {"steps": [{"id": "s1", "kind": "ask", "params": {"question": "Who is heavy?", "inputs": {"masses": {"data": "masses"}}}}]}
    for run in (stage.run(plan=plan, data={"masses": MASSES}), stage.run(plan=plan, data={"masses": MASSES})):
        result = run.result("s1")
        assert result.warnings == ("not computed by any step: 77", "in none of the inputs: Jane, Goodall")
        bundle = result.value._repr_mimebundle_()
        for shown in bundle.values():
            assert "in none of its inputs: 77, Jane, Goodall." in shown
        assert "Not computed" not in result.value
        assert pickle.loads(pickle.dumps(result.value)).doubts == ("77", "Jane", "Goodall")
        evidence = run.evidence("s1").set_index("said")
        assert evidence.loc["5,076", ["input", "row", "column"]].tolist() == ["masses", 1, "mass_g"]
        assert evidence.loc["77", "state"] == "not computed"
    assert result.cached


def test_what_a_model_is_asked_without_inputs_needs_no_proof_of_its_names() -> None:
    """Then it was asked for what it knows."""
    plan = {"steps": [{"id": "s1", "kind": "ask", "params": {"question": "Name an island"}}]}
    assert Stage(model=ScriptedModel({"": "It is Torgersen Island."})).run(plan=plan).result("s1").warnings == ()


def test_texts_kept_before_there_were_doubts_are_still_read() -> None:
    """An entry without that part is a text without doubts."""
    plain = values.Markdown("x")
    assert values.decode(values.encode(plain)) == "x"
    assert values.decode(values.encode(values.Markdown("x", {}, ["5"]))).doubts == ("5",)


def test_a_citation_that_leads_nowhere_stands_below_the_text_and_is_no_number() -> None:
    """Numbers, names and citations that the inputs do not hold are told where the text is shown."""
    text = "40 % eat bread [a:1], or 99 %, says Karl Huber [none:9]."
    step = {"id": "s1", "kind": "ask", "params": {"question": "What do they eat?", "inputs": {"found": {"data": "found"}}}}
    result = Stage(model=ScriptedModel({"": text})).run(plan={"steps": [step]}, data={"found": FOUND}).result("s1")
    assert result.value.doubts == ("99", "Karl Huber", "[none:9]")
    assert "cites none:9, which is no row of its inputs" in result.warnings


def test_a_criterion_about_citations_is_checked_by_reading() -> None:
    """Before any model is asked: a text whose citations lead nowhere is told so."""
    judged = check("40 % eat bread [none:9].", "every citation resolves", [FOUND])
    assert any("none:9" in complaint for complaint in judged.complaints)
    assert check("40 % eat bread [a:1].", "every citation resolves", [FOUND]).complaints == ()

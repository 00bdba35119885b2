"""Values as people mean them: one for all its spellings and codes, each apart where several are listed. Each goal beside pandas' own answer."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from nb_orchestra import orchestrate
from nb_orchestra.citing import methods_of
from nb_orchestra.ejecting import eject
from nb_orchestra.offline.reading import read_table
from nb_orchestra.offline.reading.matching.spelt import spelt

sys.path.insert(0, str(Path(__file__).parent))
from test_everyday_goals import Right, missing_from


def _shelter() -> pd.DataFrame:
    """Animals of a shelter: kinds and sexes in several spellings, stays in days."""
    n = np.arange(120)
    kinds = np.array(["dog", "cat", "dog", "rabbit", "Dog", "cat ", "CAT", "dog"])
    sexes = np.array(["female", "male", "F", "M", "Female", "male"])
    return pd.DataFrame(
        {
            "animal_id": [f"A{number:03d}" for number in n],
            "kind": kinds[n % 8],
            "sex": sexes[(n * 7) % 6],
            "town": np.array(["Kiel", "Bonn", "Ulm"])[(n // 5) % 3],
            "chipped": np.array(["yes", "no", "Y", "yes", "N", "TRUE"])[(n * 5) % 6],
            "days": (n * 13) % 41 + 1,
        }
    )


def _once(frame: pd.DataFrame) -> pd.DataFrame:
    sex = frame.sex.str.casefold().map({"f": "female", "m": "male"}).fillna(frame.sex.str.casefold())
    chipped = frame.chipped.str.casefold().isin(["yes", "y", "true"])
    return frame.assign(kind=frame.kind.str.strip().str.casefold(), sex=sex, chipped=chipped)


SHELTER = _shelter()
ONCE: list[tuple[str, Right]] = [
    ("number of animals per kind", lambda f: f.kind.value_counts()),
    ("mean days by kind", lambda f: f.groupby("kind").days.mean()),
    ("median days by sex", lambda f: f.groupby("sex").days.median()),
    ("crosstab of kind and town", lambda f: pd.crosstab(f.kind, f.town).stack()),
    ("how many dogs are there?", lambda f: (f.kind == "dog").sum()),
    ("mean days of females", lambda f: f[f.sex == "female"].days.mean()),
    ("which kind has the highest mean days?", lambda f: f.groupby("kind").days.mean().max()),
    ("how many different kinds are there", lambda f: f.kind.nunique()),
    ("share of chipped animals per town", lambda f: f.groupby("town").chipped.mean() * 100),
    ("pivot of mean days by kind and town", lambda f: f.pivot_table(index="kind", columns="town", values="days").stack()),
]


def asked(goal: str, frame: pd.DataFrame = SHELTER) -> Any:
    return orchestrate(f"{goal} {{shelter}}", data={"shelter": frame}, model="builtin", cache=False)


@pytest.mark.parametrize(("goal", "right"), ONCE, ids=[goal for goal, _ in ONCE])
def test_spellings_and_codes_of_a_value_are_one(goal: str, right: Right) -> None:
    """Groups and restrictions take all of them, and the run says so."""
    run = asked(goal)
    assert not run.plan.not_done, run.plan.not_done
    assert not list(missing_from(run.value, right(_once(SHELTER))))
    assert any("taken as one" in line for line in run.plan.assumptions), run.plan.assumptions


def test_the_rows_of_all_spellings_are_told_under_the_most_frequent_one() -> None:
    """ "2 spellings of dog taken as one, 60 rows (also written 'Dog')"."""
    lines = asked("number of animals per kind").plan.assumptions
    assert "kind: 2 spellings of dog taken as one, 60 rows (also written 'Dog')" in lines


@pytest.mark.parametrize(
    "goal", ["number of animals per kind as written", "number of animals per kind, exact spelling", "rows per kind, spelled exactly as written"]
)
def test_as_written_keeps_them_apart(goal: str) -> None:
    """Who asks for the exact spelling gets it, and is told so."""
    run = asked(goal)
    assert not run.plan.not_done
    assert sorted(run.value.n) == sorted(SHELTER.kind.value_counts())
    assert any(line.startswith("as written") for line in run.plan.assumptions)


def test_plain_code_and_methods_tell_which_spellings_were_taken_as_one() -> None:
    """Who runs the code without us gets the same groups, and a reader of the paper learns of it."""
    run = asked("mean days by kind")
    space: dict[str, Any] = {"shelter": SHELTER}
    exec(compile(eject(run, "files").script(), "<plain code>", "exec"), space)
    assert list(space[run.plan[run.plan.result[0]].name]["mean"]) == list(_once(SHELTER).groupby("kind").days.mean())
    assert "'Dog' to dog" in methods_of(run, run.plan.result[0])


def _apart(*values: str, name: str = "kind") -> bool:
    return not spelt((name,), values, identifying=False, counted=lambda texts: dict.fromkeys(texts, 1))


@pytest.mark.parametrize(
    ("values", "apart"),
    [
        (("a", "A", "b"), True),
        (("Aa", "AA", "aa"), True),
        (("ab12", "AB12"), True),
        (("xYz", "XyZ"), True),
        (("1-10", "11-0", "110"), True),
        (("-5 °C", "5 °C"), True),
        (("m", "M", "km"), True),
        (("girl", "woman", "man", "boy"), True),
        (("yes", "no", "often", "Y"), True),
        (("North", "NORTH"), False),
        (("sci-fi", "Sci-Fi", "scifi"), False),
        (("Ward 1", "ward 1", "ward-1"), False),
        (("f", "female", "male"), False),
        (("Y", "no", "N"), False),
        (("true", "no", "N"), False),
    ],
    ids=str,
)
def test_only_what_can_mean_nothing_else_is_taken_as_one(values: tuple[str, ...], apart: bool) -> None:
    """Letters, codes, ranges, signs and answers beside yes and no stay apart."""
    assert _apart(*values) is apart


def test_identifiers_keep_their_case() -> None:
    """A column of codes, or one with a value for each row, is never rewritten."""
    assert _apart("abc", "ABC", name="code")
    frame = pd.DataFrame({"who": [f"{letter}{'x' * n}" for n in range(20) for letter in ("a", "A")], "x": 1.0})
    assert not read_table("t", frame)["who"].spelt


def test_a_category_column_is_rewritten_too() -> None:
    """Whatever type the text has."""
    run = asked("mean days by kind", SHELTER.astype({"kind": "category"}))
    assert not list(missing_from(run.value, _once(SHELTER).groupby("kind").days.mean()))


LISTED: list[tuple[str, Right]] = [
    ("how many dogs, cats and rabbits are there?", lambda f: f.kind.value_counts()),
    ("number of cats and dogs by town", lambda f: f[f.kind != "rabbit"].groupby(["town", "kind"]).size()),
    ("How many animals are female and how many male, per town?", lambda f: f.groupby(["town", "sex"]).size()),
    ("share of dogs and rabbits", lambda f: 100 * f.kind.value_counts(normalize=True)[["dog", "rabbit"]]),
    ("share of dogs and cats that are chipped", lambda f: 100 * f[f.kind != "rabbit"].groupby("kind").chipped.mean()),
    ("total days of cats and dogs", lambda f: pd.concat([f[f.kind != "rabbit"].groupby("kind").days.sum(), pd.Series([f[f.kind != "rabbit"].days.sum()])])),
    ("average days of cats and rabbits", lambda f: f[f.kind != "dog"].groupby("kind").days.mean()),
    ("count of cats and rabbits per sex", lambda f: f[f.kind != "dog"].groupby(["sex", "kind"]).size()),
    ("how many dogs and cats are there", lambda f: [60, 45, 105]),
    ("dogs vs rabbits", lambda f: f.kind.value_counts()[["dog", "rabbit"]]),
    ("how many dogs and cats together", lambda f: (f.kind != "rabbit").sum()),
    ("how many animals are dogs or cats", lambda f: (f.kind != "rabbit").sum()),
    ("only cats and dogs: how many animals", lambda f: (f.kind != "rabbit").sum()),
    ("number of animals per sex in Kiel and Bonn", lambda f: f[f.town != "Ulm"].groupby("sex").size()),
    ("how many of the cats and dogs are chipped in Kiel", lambda f: f[(f.kind != "rabbit") & (f.town == "Kiel") & f.chipped].groupby("kind").size()),
]


@pytest.mark.parametrize(("goal", "right"), LISTED, ids=[goal for goal, _ in LISTED])
def test_values_that_are_listed_are_counted_each(goal: str, right: Right) -> None:
    """A list that a goal is about makes groups; one that pools or restricts does not."""
    run = asked(goal)
    assert not run.plan.not_done, run.plan.not_done
    assert not list(missing_from(run.value, right(_once(SHELTER))))


@pytest.mark.parametrize(
    ("goal", "groups"), [("how many dogs and cats together", 1), ("number of animals per sex in Kiel and Bonn", 2), ("how many animals are dogs or cats", 1)]
)
def test_values_that_are_pooled_stay_one(goal: str, groups: int) -> None:
    """No row for each value where the words put them together."""
    assert len(asked(goal).value) == groups


def test_two_values_and_nothing_more_are_compared_in_every_column() -> None:
    """ "Compare dogs and cats": a table with both as columns, and no other kind."""
    run = asked("compare dogs and cats")
    assert not run.plan.not_done
    assert {"dog", "cat"} <= set(run.value.columns)
    assert "rabbit" not in run.value.columns


def test_a_value_of_two_columns_goes_to_the_one_whose_other_value_is_named() -> None:
    """ "Carnivores" is carni of the diet, not Carnivora of the order, and the other is told."""
    diets, orders = ["carni", "herbi", "omni"] * 20, ["Carnivora", "Rodentia", "Primates", "Cetacea"] * 15
    frame = pd.DataFrame({"diet": diets, "order": orders, "sleep": np.arange(60.0)})
    run = orchestrate("average sleep of carnivores vs herbivores {mammals}", data={"mammals": frame}, model="builtin", cache=False)
    assert not list(missing_from(run.value, frame[frame.diet != "omni"].groupby("diet").sleep.mean()))
    assert any("also in order" in line for line in run.plan.assumptions)


def test_a_listed_value_that_no_row_holds_is_none() -> None:
    """Zero is an answer, not a missing row."""
    run = asked("how many dogs, cats and rabbits are there in Kiel", SHELTER[(SHELTER.kind != "rabbit") | (SHELTER.town != "Kiel")])
    assert 0 in list(run.value.n) if hasattr(run.value, "n") else "rabbit 0" in run.value


def _library() -> pd.DataFrame:
    n = np.arange(90)
    frame = pd.DataFrame({"title": [f"Book {number}" for number in n], "year": 1960 + (n * 11) % 63, "pages": 80 + (n * 37) % 400})
    return frame.assign(read_on=pd.date_range("2020-01-05", periods=90, freq="17D").strftime("%Y-%m-%d"))


DATED: list[tuple[str, Right]] = [
    ("how many books from before 2000", lambda f: (f.year < 2000).sum()),
    ("how many books published after 2010", lambda f: (f.year > 2010).sum()),
    ("how many books published in 2021", lambda f: (f.year == 2021).sum()),
    ("how many books did I read in 2021", lambda f: (f.read_on.str[:4] == "2021").sum()),
    ("mean pages of books between 1970 and 1979", lambda f: f[f.year.between(1970, 1979)].pages.mean()),
    ("how many books with year before 2000 that I read in 2022", lambda f: ((f.year < 2000) & (f.read_on.str[:4] == "2022")).sum()),
    ("number of books in 2021", lambda f: (f.read_on.str[:4] == "2021").sum()),
]


@pytest.mark.parametrize(("goal", "right"), DATED, ids=[goal for goal, _ in DATED])
def test_a_year_goes_to_the_column_that_the_words_beside_it_mean(goal: str, right: Right) -> None:
    """Published is the book's own year, read the day of reading; without a word the only time in which the year lies."""
    frame = _library()
    run = orchestrate(f"{goal} {{books}}", data={"books": frame}, model="builtin", cache=False)
    assert not run.plan.not_done, run.plan.not_done
    assert not list(missing_from(run.value, right(frame)))


def test_where_two_times_may_be_meant_the_other_is_named() -> None:
    """ "In 2021" of a table with two times says which one was taken."""
    lines = orchestrate("number of books in 2021 {books}", data={"books": _library()}, model="builtin", cache=False).plan.assumptions
    assert "2021: of read_on (also possible: year)" in lines


WHO: list[tuple[str, list[str]]] = [
    ("list the 5 animals with the most days, with their town", ["rank", "animal_id", "town", "days"]),
    ("3 animals with the highest days and their kind", ["rank", "animal_id", "kind", "days"]),
]


@pytest.mark.parametrize(("goal", "columns"), WHO)
def test_a_ranking_shows_who_is_in_it(goal: str, columns: list[str]) -> None:
    """The name or identifier of each row stands beside what the goal asks to see."""
    run = asked(goal)
    assert not run.plan.not_done, run.plan.not_done
    assert list(run.value.columns) == columns


def test_rows_with_a_number_for_a_name_are_named_by_it() -> None:
    """Pupils by their number, where no column holds a name."""
    frame = pd.DataFrame({"student_id": range(3000, 3060), "class": ["7A", "7B", "8A"] * 20, "days_absent": [(7 * n) % 61 for n in range(60)]})
    run = orchestrate("the 5 students with the most days absent, with class {pupils}", data={"pupils": frame}, model="builtin", cache=False)
    assert list(run.value.student_id) == list(frame.nlargest(5, "days_absent").student_id)


def test_rows_that_are_taken_out_are_those_known_to_be_so_and_the_unknown_are_told() -> None:
    """ "Without the chipped animals" and "not chipped" keep those of which nobody knows, "non-chipped" does not; each says so."""
    frame = _once(SHELTER).assign(chipped=_once(SHELTER).chipped.map({True: "yes", False: "no"}))
    frame.loc[[2, 9, 30], "chipped"] = None
    out = asked("total days without the chipped animals", frame)
    assert not list(missing_from(out.value, frame[frame.chipped != "yes"].days.sum()))
    for goal in ("total days without the chipped animals", "how many animals are not chipped"):
        assert any("3 of 120 rows are unknown, and kept" in line for line in asked(goal, frame).plan.assumptions)
    known = asked("mean days of non-chipped animals", frame)
    assert not list(missing_from(known.value, frame[frame.chipped == "no"].days.mean()))
    assert any("3 of 120 rows are unknown, and not among" in line for line in known.plan.assumptions), known.plan.assumptions


def test_cleaning_a_whole_table_makes_values_one_and_numbers_numbers_and_leaves_repeated_rows_out() -> None:
    """ "Clean up {shelter}, then …": what follows reads the clean table, and what was changed is told."""
    frame = pd.concat([SHELTER.assign(fee=[f"€{n}.50" for n in range(120)]), SHELTER.head(3).assign(fee=["€0.50", "€1.50", "€2.50"])], ignore_index=True)
    run = orchestrate("Clean up {shelter}, then give the average fee per kind", data={"shelter": frame}, model="builtin", cache=False)
    right = _once(frame).assign(fee=frame.fee.str[1:].astype(float))[:120].groupby("kind").fee.mean()
    assert not run.plan.not_done, run.plan.not_done
    assert not list(missing_from(run.value, right))
    assert "3 rows are left out: they repeat another row" in run.value
    assert "taken as one" in run.value


def test_a_cleaning_that_is_to_say_what_it_changed_says_so() -> None:
    """ "… make the fees numbers, drop the duplicates, and say what was changed" reads no trend into "changed"."""
    frame = SHELTER.assign(fee=[f"€{n}.50" for n in range(120)])
    goal = "Clean {shelter}: tidy the kinds, make the fees numbers, drop the duplicates, and say what was changed"
    run = orchestrate(goal, data={"shelter": frame}, model="builtin", cache=False)
    assert not run.plan.not_done, run.plan.not_done
    assert not any("trend" in step["name"] or "mean" in step["name"] for _, step in run.steps.iterrows())


def test_two_lists_of_values_are_counted_pair_by_pair() -> None:
    """ "Female dogs and male cats" holds the number of each."""
    run, once = asked("number of female dogs and male cats"), _once(SHELTER)
    pairs = once.groupby(["sex", "kind"]).size()
    assert not list(missing_from(run.value, [pairs["female", "dog"], pairs["male", "cat"]]))


def test_a_word_with_a_syllable_in_front_is_another_word() -> None:
    """ "Opened in January" is opened_at, and no row that was reopened."""
    frame = pd.DataFrame({"opened_at": pd.date_range("2024-01-01", periods=90, freq="D").astype(str), "reopened": [0, 1, 0] * 30})
    run = orchestrate("how many tickets were opened in January {tickets}", data={"tickets": frame}, model="builtin", cache=False)
    assert not list(missing_from(run.value, 31))

"""A run travels as one file: from one home to another, with no key, no network and nothing run there."""

from __future__ import annotations

import pathlib
from typing import Any

import pytest

from nb_orchestra.models.mock import MockProvider
from tests.kernel.conftest import PENGUINS

pytestmark = pytest.mark.kernel

GOAL = "Compare body mass across species in {penguins}, find the outliers, and write a brief with a chart."
CELL = f"%%orchestrate brief\n{GOAL}"
EVERY_BYTE = """
from nb_orchestra import values
digests = {name: values.encode(globals()[name]).hex() for name in sorted(brief_run.names.values())}
digests['brief'] = values.encode(brief).hex()
whole = __import__('hashlib').sha256(repr(digests).encode()).hexdigest()
"""
NOTHING_RUNS = """
from nb_orchestra.steps import STEP_KINDS
async def nothing(self, job, context): raise AssertionError('a step was run')
for kind in STEP_KINDS.values(): type(kind).perform = nothing
"""


@pytest.fixture
def exported(new_kernel: Any, tmp_path: pathlib.Path) -> tuple[str, str]:
    """A bundle from the first home, and what its variables' bytes are there."""
    kernel = new_kernel(str(tmp_path / "one"))
    kernel.run(PENGUINS)
    assert kernel.run(CELL).status == "ok"
    kernel.run(EVERY_BYTE)
    told = kernel.run(f"%orchestrate export brief {tmp_path / 'brief.zip'}")
    assert "brief.zip: brief" in told.printed, told.text
    assert "would have to run" not in told.printed
    return str(tmp_path / "brief.zip"), kernel.value("whole")


def test_byte_identical_variables_in_another_home(new_kernel: Any, tmp_path: pathlib.Path, exported: tuple[str, str]) -> None:
    """`use` above an unchanged cell: every variable has the same bytes and no step is run; `use off` ends it."""
    path, digest = exported
    kernel = new_kernel(str(tmp_path / "two"))
    kernel.run(PENGUINS + NOTHING_RUNS)
    told = kernel.run(f"%orchestrate use {path}")
    assert told.status == "ok", told.text
    ran = kernel.run(CELL)
    assert ran.status == "ok", ran.text
    kernel.run(EVERY_BYTE)
    assert kernel.value("whole") == digest
    assert kernel.value("(all(brief_run.steps.cached), brief_run.progress.plan_kept)") == (True, True)
    kernel.run("%orchestrate use off\n%orchestrate cache clear --yes")
    assert kernel.run(CELL).error == "RunFailedError"


def test_with_replay_it_is_the_only_place(new_kernel: Any, tmp_path: pathlib.Path, exported: tuple[str, str]) -> None:
    """What is in the file comes back, what is not is an error that names the step; nothing is run or written."""
    path, digest = exported
    kernel = new_kernel(str(tmp_path / "two"))
    kernel.run(PENGUINS)
    assert "nothing is run" in kernel.run(f"%orchestrate use {path} --replay").printed
    assert kernel.run(CELL).status == "ok"
    kernel.run(EVERY_BYTE)
    assert kernel.value("whole") == digest
    assert kernel.run("%%orchestrate other\nRank {penguins} by body mass").error == "ReplayMissError"
    kernel.run("penguins['body_mass_g'] += 1")
    missed = kernel.run(CELL)
    assert missed.error == "ReplayMissError"
    assert "mean_body_mass_g_by_species" in missed.text


def test_restore_from_a_file_without_running_a_cell(new_kernel: Any, tmp_path: pathlib.Path, exported: tuple[str, str]) -> None:
    """The run of a bundle is a past run like any other: shown, explained, restored."""
    path, digest = exported
    kernel = new_kernel(str(tmp_path / "two"))
    kernel.run("%load_ext nb_orchestra")
    kernel.run(f"%orchestrate use {path}")
    told = kernel.run("%orchestrate restore brief")
    assert "penguins not here now" in told.printed, told.text
    kernel.run(EVERY_BYTE)
    assert kernel.value("whole") == digest
    assert "Gentoo" in kernel.run("%orchestrate show mean_body_mass_g_by_species").text


def test_a_model_s_answers_travel_to_where_there_is_no_key(new_kernel: Any, tmp_path: pathlib.Path) -> None:
    """With the file, a kernel without a key gives the model's own words, under the model's name; without it, the built-in engine would answer."""
    cell = (
        "from nb_orchestra import orchestrate\n"
        "plan = {'steps': [{'id': 's1', 'kind': 'ask', 'name': 'said', 'params': {'question': 'What is best?'}, 'output': 'text'}]}\n"
        "run = orchestrate(plan=plan, name='said')"
    )
    with MockProvider(["The model's own words."] * 5) as provider:
        one = new_kernel(str(tmp_path / "one"), OPENAI_API_KEY="sk-test-0123456789abcdef", OPENAI_BASE_URL=provider.openai_url)
        one.run("%load_ext nb_orchestra")
        ran = one.run(cell)
        assert ran.status == "ok", ran.text
        assert "own words" in one.value("str(said)")
        assert len(provider.asked) == 1
        exported = one.run(f"%orchestrate export said {tmp_path / 'said'}")  # a name without an ending gets one, and is found by it
        assert exported.status == "ok", exported.text
    assert b"sk-test-0123" not in (tmp_path / "said.zip").read_bytes()
    two = new_kernel(str(tmp_path / "two"))
    two.run("%load_ext nb_orchestra")
    assert two.run(f"%orchestrate use {tmp_path / 'said'} --replay").status == "ok"
    ran = two.run(cell)
    assert ran.status == "ok", ran.text
    assert two.value("(str(said), run.steps.cached.tolist())") == ("The model's own words.", [True])


def test_a_file_that_is_no_bundle_is_refused_and_nothing_changes(new_kernel: Any, tmp_path: pathlib.Path) -> None:
    """One line that says what is wrong."""
    (tmp_path / "odd.zip").write_bytes(b"PK nothing")
    kernel = new_kernel()
    kernel.run(PENGUINS)
    refused = kernel.run(f"%orchestrate use {tmp_path / 'odd.zip'}")
    assert refused.error == "BundleError"
    assert len(refused.lines) <= 2
    assert "no file is in use" in kernel.run("%orchestrate use").printed
    assert kernel.run("%orchestrate export /nowhere/x.zip").error == "BadOptionError"


def test_a_course_folder_gives_everybody_equal_bytes(new_kernel: Any, tmp_path: pathlib.Path) -> None:
    """A second cache folder is looked up first and never written: nothing is run, and the bytes are the teacher's."""
    teacher = new_kernel(str(tmp_path / "course"))
    teacher.run(PENGUINS)
    assert teacher.run(CELL).status == "ok"
    teacher.run(EVERY_BYTE)
    digest = teacher.value("whole")
    teacher.kill()
    before = untouched(tmp_path / "course")
    student = new_kernel(str(tmp_path / "student"), NB_ORCHESTRA_SHARED_CACHE=str(tmp_path / "course"))
    student.run(PENGUINS + NOTHING_RUNS)
    ran = student.run(CELL)
    assert ran.status == "ok", ran.text
    student.run(EVERY_BYTE)
    assert student.value("whole") == digest
    assert student.value("brief_run.progress.warnings") == ()
    assert untouched(tmp_path / "course") == before
    assert "looked up first" in student.run("%orchestrate doctor").printed


def untouched(folder: pathlib.Path) -> dict[str, int]:
    """When each file was last changed; sqlite's shared memory for readers aside."""
    return {str(path): path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file() and not path.name.endswith("-shm")}


def test_other_versions_of_what_computes_do_not_make_a_bundle_useless(new_kernel: Any, tmp_path: pathlib.Path, exported: tuple[str, str]) -> None:
    """A year later recipes and packages have other versions: the recorded values come back all the same, and each step says so. Other data still miss."""
    path, digest = exported
    kernel = new_kernel(str(tmp_path / "two"))
    kernel.run(PENGUINS + NOTHING_RUNS)
    kernel.run(
        "from nb_orchestra import orchestra\nfrom nb_orchestra.offline import RecipeTable\n"
        "real = RecipeTable.version\nRecipeTable.version = lambda self, recipe: real(self, recipe) + ' later'"
    )
    kernel.run(f"%orchestrate use {path} --replay")
    ran = kernel.run(CELL)
    assert ran.status == "ok", ran.text
    kernel.run(EVERY_BYTE)
    assert kernel.value("whole") == digest
    assert "another: code of the recipe" in kernel.run("%orchestrate why mean_body_mass_g_by_species").printed
    kernel.run("penguins['body_mass_g'] += 1")
    assert kernel.run(CELL).error == "ReplayMissError"

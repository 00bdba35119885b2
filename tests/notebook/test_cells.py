"""Goal cells in a shell of this process: what stays bound, and what is said beside the answer."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from IPython.core.completer import CompletionContext

from nb_orchestra import orchestra
from nb_orchestra.notebook.answer import answer_bundle, noted
from nb_orchestra.values import Chart
from tests.notebook.conftest import Shell

MEANS = "mean units by region in {sales}"
FAILING = """
@tool
def shout(topic: str) -> str:
    if topic == "c":
        raise ValueError("no luck")
    return topic.upper()
topics = pd.DataFrame({"topic": list("abcd")})
plan = {"steps": [{"id": "s1", "kind": "call", "name": "papers", "for_each": {"data": "topics"}, "params": {"tool": "shout", "arguments": {"topic": {"row": "topic"}}}}]}
"""


def test_an_earlier_answer_is_never_shown_for_a_run_that_failed_and_never_lost(shell: Shell) -> None:
    """--plan, an unknown name and a bad option leave NAME as it was; a run that failed unbinds it and says so; undo brings it back."""
    shell.run(f"%%orchestrate x\n{MEANS}")
    answer, run = shell["x"], shell["x_run"]
    shell.run(f"%%orchestrate x --plan\n{MEANS}, with a chart")
    assert shell["x"] is answer
    for cell in ("x\nmean of {sale}", "x --budget much\n" + MEANS):
        shell.run(f"%%orchestrate {cell}")
        assert shell["x"] is answer
    for cell in ("x\nfrobnicate {sales}", "x --replay\nmedian price by region in {sales}"):
        told = shell.run(f"%%orchestrate {cell}")
        assert "no longer bound: x (%orchestrate undo brings back what they held)" in told
        assert "x" not in shell
        assert shell["x_run"].state == "failed"
        shell.run("%orchestrate undo")
        assert shell["x"] is answer
    assert run.state == "done"
    shell.run(f"%%orchestrate x\n{MEANS}, with a chart")
    assert shell["x"] is not answer


def test_what_was_not_done_and_not_read_stands_beside_a_table(shell: Shell) -> None:
    """Nobody has to open the tree to learn that a word was passed over or that part of the goal is missing."""
    assert shell.run(f"%%orchestrate x\n{MEANS}, and dance wildly").startswith("Not done: dance, wildly: not read")
    assert shell.run(f"%%orchestrate x\n{MEANS}").startswith("region")


def test_rows_that_failed_are_said_beside_the_answer(shell: Shell) -> None:
    """How many, the first of them and why, and where the whole list is: the table NAME_failures, or the run where no name was given."""
    shell.run(FAILING)
    named = shell.run("papers_run_ = orchestrate(plan=plan, data={'topics': topics}, tools=[shout], name='found')")
    assert "Failed: found: 1 of 4 rows failed; row 2 (topic c): ToolError: tool 'shout' raised ValueError: no luck; the whole list: found_failures" in named
    assert "3 × 2 table, 1 of 4 rows failed" in named
    assert len(shell["found_failures"]) == 1
    nameless = shell.run("again = orchestrate(plan=plan, data={'topics': topics}, tools=[shout])")
    assert "the whole list: run.results['s1'].failures" in nameless


def test_the_notes_stand_in_the_html_of_an_answer_as_text() -> None:
    """Above the table or chart, escaped: a goal's words and a tool's errors are no HTML."""
    chart = Chart(pd.DataFrame({"a": [1]}), {"kind": "bar", "title": "Mass"}, b"\x89PNG" + bytes(40), "<svg/>")
    for value, shown in ((pd.DataFrame({"a": [1]}), "<table"), (chart, "data:image/png"), (4.0, "4")):
        html = noted(answer_bundle(value), value, ["Not read: <b>dance</b>"])["text/html"]
        assert "Not read: &lt;b&gt;dance" in html
        assert shown in html.partition("dance")[2]


STOPPED = (
    FAILING.replace('if topic == "c":', "if stop and topic in ('c', 'z'):").replace('raise ValueError("no luck")', "_thread.interrupt_main(); time.sleep(60)")
    + "import _thread, time\nstop = True\nother = pd.DataFrame({'topic': list('xyz')})\n"
)


def test_resume_runs_on_the_data_that_the_run_had(shell: Shell) -> None:
    """Data that was handed over is not the variable of the same name; a changed variable is told, and where nothing is bound it says where the answer is."""
    shell.run(STOPPED)
    told = shell.run("r = orchestrate(plan=plan, data={'topics': other}, tools=[shout])")
    assert "its variable is not set" in told
    assert "stopped at" in told
    assert "r" not in shell
    shell.run("stop = False")
    told = shell.run("%orchestrate resume")
    assert [word in told for word in ("X", "Y", "Z", "A")] == [True, True, True, False], told
    assert "its answer is _" in told
    assert list(shell["_"]["papers"]) == ["X", "Y", "Z"]
    assert "no run of this notebook was interrupted" in shell.run("%orchestrate resume")
    shell.run("stop = True\nmine = orchestrate(plan=plan, data={'topics': topics}, tools=[shout], name='mine')")
    shell.run("stop = False\ntopics = other")
    told = shell.run("%orchestrate resume")
    assert "on the data that it had, not on the variable of that name: topics" in told
    assert list(shell["mine"]["papers"]) == ["A", "B", "C", "D"]


SENDING = """
import _thread, time
from nb_orchestra import orchestrate, tool
sent, stop = [], True
@tool(effects=True, permission="always")
def send(text: str) -> str:
    sent.append(text)
    return "sent"
def then(text: str) -> str:
    if stop:
        _thread.interrupt_main()
        time.sleep(60)
    return text
steps = [{"id": "s1", "kind": "call", "params": {"tool": "send", "arguments": {"text": "hello"}}},
         {"id": "s2", "kind": "call", "params": {"tool": "then", "arguments": {"text": {"from": "s1"}}}}]
r = orchestrate(plan={"steps": steps}, tools=[send, then], name="mail")
"""


def test_resume_asks_before_it_does_again_what_has_effects(shell: Shell) -> None:
    """What was sent before the stop is not sent a second time by itself; where nobody is there to ask, it is not sent at all."""
    shell.run(SENDING)
    assert shell["sent"] == ["hello"]
    told = shell.run("stop = False\n%orchestrate resume")
    assert "Step s1 called send before the run was stopped, and that may have had its effect. Call it again?" in told
    assert shell["sent"] == ["hello"]


def test_there_is_nothing_to_resume_after_a_refused_goal(shell: Shell) -> None:
    """A goal that could not be read was not interrupted."""
    shell.run("%%orchestrate x\nfrobnicate {sales}")
    assert "no run of this notebook was interrupted" in shell.run("%orchestrate resume")
    assert "failed before it was planned" in shell.run("%orchestrate resume x")


def test_a_wrong_line_is_told_for_what_it_is(shell: Shell) -> None:
    """An unknown run behind --continue, two names, an argument of undo, an option with =, each in its own words; -h and help give help."""
    goal = f"\n{MEANS}"
    assert "there is no run 'nope'" in shell.run(f"%%orchestrate y --continue nope{goal}")
    assert "takes one NAME, and there are 2: x y" in shell.run(f"%%orchestrate x y{goal}")
    shell.run(f"%%orchestrate x{goal}")
    assert "did not change nope" in shell.run("%orchestrate undo nope")
    assert "x" in shell
    shell.run("%orchestrate undo x")
    assert "x" not in shell
    assert "%orchestrate show" in shell.run("%orchestrate help") == shell.run("%orchestrate --help")
    assert "--budget USD" in shell.run("%%orchestrate -h\n")
    assert "budget = 1.5" in shell.run("%orchestrate set budget=1.5")
    shell.run("%orchestrate set budget 0.5")
    assert shell.run("%%orchestrate x\nfrobnicate {sales}").count("no part of this goal") == 1


def test_why_says_in_a_line_that_a_step_came_from_the_cache(shell: Shell) -> None:
    """And in full, part by part, for one NAME."""
    for _ in range(2):
        shell.run(f"%%orchestrate x\n{MEANS}")
    assert shell.run("%orchestrate why").startswith("x: from the cache: same recipe, code, inputs and settings as on 20")
    assert "nothing that it depends on changed: recipe" in shell.run("%orchestrate why x")


def test_a_shell_with_no_name_tells_no_run_of_another(shell: Shell) -> None:
    """Terminals have no notebook to know each other by: `show` and `why` speak of this one's runs only."""
    shell.run(f"%%orchestrate x\n{MEANS}")
    orchestra.runs.clear()
    for verb in ("show", "why", "last", "code"):
        assert "nothing was run yet in this kernel" in shell.run(f"%orchestrate {verb}")
    assert "✓" in shell.run("%orchestrate show x_run")


def test_tab_completes_the_columns_of_a_table_in_braces(shell: Shell) -> None:
    """`{sales[` lists its columns, whatever letters they have, and closes the bracket; an unknown table has none."""
    shell.run("sales['Größe in cm'] = 1")

    def found(text: str, after: str = "") -> list[str]:
        lines = f"%%orchestrate x\n{text}{after}"
        context = CompletionContext(token=text, full_text=lines, cursor_position=len(text), cursor_line=1, limit=None)
        return [item.text for item in shell.ip.Completer.custom_matchers[-1](context)["completions"]]

    assert found("mean {sales[") == ["region]", "units]", "price]", "Größe in cm]"]
    assert found("mean {sales[Größe i", "]}") == ["Größe in cm"]
    assert found("mean {nothing[") == []


def test_a_runs_id_is_known_as_one(shell: Shell) -> None:
    """A pin and a verb find a run of an earlier kernel by the id that a run really has."""
    shell.run(f"%%orchestrate x\n{MEANS}")
    id = shell["x_run"].id
    shell.run("%orchestrate memory pin x")
    assert shell.ip.run_line_magic("orchestrate", "memory").set_index("name").loc["x", "pinned"]
    orchestra.runs.clear()
    assert "✓" in shell.run(f"%orchestrate show {id}")


def test_a_column_may_have_letters_that_english_lacks(shell: Shell) -> None:
    """In any case, and beside other names in the same goal."""
    shell.run("g = sales.rename(columns={'units': 'Größe'})")
    for word in ("Größe", "größe", "{g[Größe]}"):
        shell.run(f"%%orchestrate x\nmean {word} by region in {{g}}")
        assert list(shell["x"].columns) == ["region", "n", "mean"], word
        shell.run("%orchestrate undo")


def test_a_question_behind_the_line_magic_is_a_sentence(shell: Shell) -> None:
    """IPython would read `%orchestrate … species?` as a wish for help on `species`; it is a goal in the wrong place, and the right cell is printed."""
    told = shell.run("%orchestrate what is the mean price by region?")
    assert "%%orchestrate answer\nwhat is the mean price by region?" in told
    shell.run('kept = """\n%orchestrate what is the mean price by region?\n"""')
    assert shell["kept"] == "\n%orchestrate what is the mean price by region?\n", "a text of the person's is not a line of ours"
    told = shell.run("%%orchestrate what is the mean price by region?\nin {sales}")
    assert "%%orchestrate\nwhat is the mean price by region?\nin {sales}" in told


def test_a_run_without_a_plan_is_not_what_continue_builds_on(shell: Shell) -> None:
    """--continue NAME takes the newest run of that name that has a plan; with none it says so."""
    shell.run(f"%%orchestrate x\n{MEANS}")
    shell.run("%%orchestrate x --replay\nmedian price by region in {sales}")
    shell.run("%%orchestrate y --continue x\nsame but only north")
    assert [step["kind"] for step in shell["y_run"].plan.as_data()["steps"]] == ["code", "code"]
    shell.run("%%orchestrate z\nfrobnicate {sales}")
    assert "the run 'z' has no plan to build on" in shell.run("%%orchestrate w --continue z\nas a chart")


def test_an_edit_that_changes_nothing_is_not_done(shell: Shell) -> None:
    """ "now by region" of a goal that groups nothing is said to change nothing; the run is partial."""
    shell.run("%%orchestrate x\nonly the rows of {sales} with price above 1")
    told = shell.run("%%orchestrate y --continue x\nnow by region")
    assert "by region: the earlier answer is not split so" in told
    assert shell["y_run"].state == "partial"


def test_a_goal_typed_in_a_terminal_goes_on_to_a_blank_line(shell: Shell) -> None:
    """As every cell magic does there: the first line alone is not run."""
    asked = shell.ip.input_transformer_manager.check_complete
    assert asked("%%orchestrate brief\n")[0] == "incomplete"
    assert asked("%%orchestrate brief\nCheck my data {sales}\n\n")[0] == "complete"


def test_a_verb_says_what_it_takes(shell: Shell) -> None:
    """--help behind any verb; words that it cannot use are refused, and `set NAME = VALUE` is read as it is shown."""
    assert shell.run("%orchestrate show --help").startswith("%orchestrate show [RUN] [NAME]: ")
    assert "last takes nothing behind it, and there is 2" in shell.run("%orchestrate last 2")
    assert "quiet = True (this session)" in shell.run("%orchestrate set quiet = True")
    assert "quiet = False (this session)" in shell.run("%orchestrate set quiet=off")


def test_a_written_answer_shows_as_a_page_at_a_prompt(shell: Shell) -> None:
    """Where a front end draws no Markdown, it is its lines and not one string with marks; inside a list it is a string."""
    shell.run("%%orchestrate x\nHow many rows has {sales}?")
    pretty = shell.ip.display_formatter.formatters["text/plain"]
    assert pretty(shell["x"]) == str(shell["x"])
    assert pretty([shell["x"]]).startswith("['")


def test_a_run_is_done_once_more_without_one_step(shell: Shell) -> None:
    """`%orchestrate skip STEP` leaves it and what needs it out; the rest comes from the cache; `show RUN STEP` gives one value of one run."""
    shell.run(
        'plan = {"steps": [{"id": i, "kind": "gather", "params": {"inputs": {"n": n}}} for i, n in (("one", 1), ("two", {"from": "one"}))], "result": "one"}'
    )
    shell.run("orchestrate(plan=plan, name='both')")
    first = orchestra.runs[-1]
    assert shell.run("%orchestrate skip").count("which step is to be left out?") == 1
    shell.run("%orchestrate skip two")
    again = orchestra.runs[-1]
    assert (again.state, again.steps.state.tolist(), again.steps.cached.tolist()) == ("partial", ["done", "skipped"], [True, False])
    shell.run(f"shown = get_ipython().run_line_magic('orchestrate', 'show {first.id} two')")
    assert shell["shown"] == first["two"]


def test_an_export_replaces_no_file_and_takes_a_runs_name(shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is there stays unless --overwrite is said; other endings are refused; a word that names a run is the run, not a file."""
    monkeypatch.chdir(tmp_path)
    shell.run(f"%%orchestrate x\n{MEANS}")
    shell.run("%%orchestrate z\nfrobnicate {sales}")
    mine = tmp_path / "mine.py"
    mine.write_text("precious")
    assert "mine.py is there already" in shell.run("%orchestrate export x mine.py")
    assert mine.read_text() == "precious"
    assert "no export ends in .csv" in shell.run("%orchestrate export x data.csv")
    assert shell.run("%orchestrate export x").startswith("x.zip: x, ")
    assert shell.run("%orchestrate export x --to md").startswith("x.md: x")
    assert shell.run("%orchestrate export report.html").startswith("report.html: x"), "the last run with a result"
    assert "has no plan" in shell.run("%orchestrate export z --to md")
    assert shell.run("%orchestrate export x mine.py --overwrite").startswith("mine.py: x")


@pytest.mark.parametrize(
    ("line", "copied"),
    [
        ("m Mean units by region", "%%orchestrate m\nMean units by region\n"),
        ("mean units by region", "%%orchestrate\nmean units by region\n"),
        ("What is Mean?", "%%orchestrate\nWhat is Mean?\n"),
    ],
)
def test_a_goal_on_the_first_line_is_given_back_as_the_right_cell(shell: Shell, line: str, copied: str) -> None:
    """A NAME before a sentence stays the name; a sentence is all goal."""
    assert copied in shell.run(f"%%orchestrate {line}\n")


def test_a_run_that_reaches_its_seconds_binds_what_is_finished(shell: Shell) -> None:
    """`--seconds` ends the run with words that say how to go on; what is done stays bound, and the next run goes on from there."""
    shell.run("from nb_orchestra import tool\nimport threading\ngate = threading.Event()")
    shell.run("@tool\ndef quick() -> int:\n    return 7\n\n@tool\ndef waits(after: int) -> int:\n    gate.wait(60)\n    return after + 1")
    shell.run(
        "plan = {'steps': [{'id': 's1', 'kind': 'call', 'name': 'seven', 'params': {'tool': 'quick', 'arguments': {}}},"
        " {'id': 's2', 'kind': 'call', 'name': 'eight', 'params': {'tool': 'waits', 'arguments': {'after': {'from': 's1'}}}}]}"
    )
    told = shell.run("orchestrate(plan=plan, tools=[quick, waits], name='answer', seconds=1.0)")
    assert "LimitError" in told
    assert "seconds" in told
    assert shell["seven"] == 7
    assert "answer" not in shell
    shell.run("gate.set()\norchestrate(plan=plan, tools=[quick, waits], name='answer')")
    assert shell["answer"] == 8
    assert list(shell["answer_run"].steps["cached"]) == [True, False]

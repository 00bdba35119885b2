"""Goals that a model plans: grammar first, the exact complaint back, budgets kept, everything that leaves is told."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest

from nb_orchestra import orchestrate
from nb_orchestra.core.events import Sent
from nb_orchestra.errors import BudgetExceededError, PlanError, RunFailedError
from nb_orchestra.models import ScriptedModel
from nb_orchestra.models.mock import MockProvider
from nb_orchestra.models.rendering import render
from nb_orchestra.offline.table import RECIPES
from nb_orchestra.planning import by_model, telling

PENGUINS = pd.DataFrame({"species": ["Adelie", "Gentoo"] * 30, "body_mass_g": [3700.0 + i if i % 2 == 0 else 5000.0 + i for i in range(60)]})
POEM = "Write a haiku about the heaviest species of {penguins}"
PLAN: dict[str, Any] = {
    "steps": [
        {
            "id": "s1",
            "kind": "code",
            "name": "means",
            "params": {
                "recipe": "group_summary",
                "arguments": {
                    "frame": {"data": "penguins", "columns": ["species", "body_mass_g"]},
                    "by": ["species"],
                    "value": ["body_mass_g"],
                    "statistics": ["mean"],
                },
            },
        },
        {
            "id": "s2",
            "kind": "ask",
            "name": "poem",
            "params": {"question": "A haiku about the heaviest species", "inputs": {"means": {"from": "s1"}}},
            "output": {"type": "text"},
        },
    ],
    "result": "s2",
}


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from nb_orchestra.config import Orchestra

    monkeypatch.setattr(Orchestra.instance(), "cache_dir", str(tmp_path))
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


def test_a_goal_that_the_grammar_reads_whole_asks_no_model() -> None:
    """Recipes are the hands and the grammar the head: nothing leaves, nothing is paid."""
    model = ScriptedModel({"": "never"})
    run = orchestrate("Compare body mass across species in {penguins}", data={"penguins": PENGUINS}, model=model)
    assert (model.prompts, run.usage.calls, run.progress.sent) == ([], 0, 0)


def test_a_goal_beyond_the_grammar_is_planned_by_the_model() -> None:
    """The plan is the model's, the numbers are the recipes', and both prompts are told before they leave."""
    model = ScriptedModel({"purpose:plan": PLAN, "purpose:ask": "Gentoo on the ice"}, price=1.0)
    run = orchestrate(POEM, data={"penguins": PENGUINS}, model=model, check_goal=False)
    assert run.value == "Gentoo on the ice"
    assert [prompt.purpose for prompt in model.prompts] == ["plan", "ask"]
    assert run.usage.calls == 2
    assert run.usage.tokens > 0
    assert [event.step for event in run.events if isinstance(event, Sent)] == ["plan", "s2"]


def test_a_wrong_plan_goes_back_with_the_exact_complaint() -> None:
    """At most two repairs; then the run fails and says why."""
    wrong = json.loads(json.dumps(PLAN))
    wrong["steps"][1]["params"]["inputs"]["means"] = {"from": "s9"}
    model = ScriptedModel({"purpose:plan": wrong, "purpose:repair": PLAN, "purpose:ask": "Gentoo"})
    assert orchestrate(POEM, data={"penguins": PENGUINS}, model=model).value == "Gentoo"
    assert "'s9', which is no step's id" in model.prompts[1].task
    hopeless = ScriptedModel({"purpose:plan": wrong, "purpose:repair": wrong})
    with pytest.raises(PlanError, match="s9"):
        orchestrate(POEM, data={"penguins": PENGUINS}, model=hopeless, fresh=True)
    assert [prompt.purpose for prompt in hopeless.prompts] == ["plan", "repair", "repair"]


@pytest.mark.parametrize(
    ("frame", "told"),
    [
        ({"data": "pengwins", "columns": ["species"]}, "near names: penguins"),
        ({"data": "penguins", "columns": ["species", "body_mass"]}, "no column 'body_mass': near names: body_mass_g"),
        ({"data": "weather"}, "there are penguins"),
    ],
)
def test_a_plan_that_reads_what_is_not_there_is_refused_before_it_runs(frame: dict[str, Any], told: str) -> None:
    """A value or a column with a slip goes back to the planner with near names; no step runs first."""
    wrong = json.loads(json.dumps(PLAN))
    wrong["steps"][0]["params"]["arguments"]["frame"] = frame
    model = ScriptedModel({"purpose:plan": wrong, "purpose:repair": PLAN, "purpose:ask": "Gentoo"})
    run = orchestrate(POEM, data={"penguins": PENGUINS}, model=model, check_goal=False)
    assert [prompt.purpose for prompt in model.prompts] == ["plan", "repair", "ask"]
    assert told in model.prompts[1].task
    assert "step 's1'" in model.prompts[1].task
    assert run.state == "done"


def test_recipes_are_told_only_where_there_may_be_a_table() -> None:
    """A goal without data, sources or tools gets a prompt half as long: only what sorts, ranks and joins the tables that answers give."""
    model = ScriptedModel({"purpose:plan": {"steps": [{"id": "s1", "kind": "ask", "params": {"question": "A limerick"}}]}, "purpose:ask": "There was"})
    orchestrate("Write a limerick about penguins", model=model, check_goal=False)
    orchestrate(POEM, data={"penguins": PENGUINS}, model=ScriptedModel({"": PLAN}), plan_only=True)
    assert "group_summary(" not in model.prompts[0].task
    assert "\nsort_rows(by[], ascending?)" in model.prompts[0].task
    assert len(model.prompts[0].task) < 5_500


def test_a_number_that_no_step_computed_is_named() -> None:
    """A model's text is kept, with a warning on the step."""
    model = ScriptedModel({"purpose:plan": PLAN, "purpose:ask": "Gentoos weigh 4711 g"})
    run = orchestrate(POEM, data={"penguins": PENGUINS}, model=model)
    assert any("4711" in warning for warning in run.result("poem").warnings)


def test_rows_stay_in_the_kernel_at_the_default_sharing_level() -> None:
    """`summary` tells names, types, counts and ranges; no row leaves."""
    secret = PENGUINS.assign(note=[f"patient {number} of ward 7" for number in range(60)])
    model = ScriptedModel({"purpose:plan": PLAN, "purpose:ask": "Gentoo"}, share="summary")
    run = orchestrate(POEM, data={"penguins": secret}, model=model)
    told = "".join(event.text for event in run.events if isinstance(event, Sent))
    assert "body_mass_g" in told
    assert "ward 7" not in told


def test_the_first_key_found_plans_over_real_http_and_the_key_is_nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """Zero configuration: a key and an address in the environment are enough; no journal, cache entry or event holds the key."""
    key = "sk-planted-0123456789abcdef"

    def turn(body: Any) -> str:
        return json.dumps(PLAN) if "Make a plan" in str(body) else "Gentoo on the ice"

    with MockProvider(turn) as provider:
        monkeypatch.setenv("OPENAI_API_KEY", key)
        monkeypatch.setenv("OPENAI_BASE_URL", provider.openai_url)
        run = orchestrate(POEM, data={"penguins": PENGUINS}, check_goal=False)
        assert run.value == "Gentoo on the ice"
        assert len(provider.asked) == 2
        again = orchestrate(POEM, data={"penguins": PENGUINS}, check_goal=False)
        assert len(provider.asked) == 2
        assert again.steps["cached"].all()
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert key.encode() not in written
    assert key not in str(run.events)


def test_a_run_ends_cleanly_at_its_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing leaves that could pass the cap; the message says how to go on."""
    with MockProvider([json.dumps(PLAN)]) as provider:
        monkeypatch.setenv("OPENAI_API_KEY", "sk-planted-0123456789abcdef")
        monkeypatch.setenv("OPENAI_BASE_URL", provider.openai_url)
        with pytest.raises((BudgetExceededError, RunFailedError), match=r"left|no model suits"):
            orchestrate(POEM, data={"penguins": PENGUINS}, model="openai/gpt-5.4-mini", budget=0.000001)
        assert provider.asked == []


def test_the_planner_is_told_what_money_and_calls_are_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the run may still spend stands in the first question, and less of it in that for a mended plan."""
    with MockProvider([json.dumps({"steps": []}), json.dumps(PLAN)]) as provider:
        monkeypatch.setenv("OPENAI_API_KEY", "sk-planted-0123456789abcdef")
        monkeypatch.setenv("OPENAI_BASE_URL", provider.openai_url)
        orchestrate(POEM, data={"penguins": PENGUINS}, budget=0.37, calls=17, plan_only=True)
    first, second = (str(asked.body) for asked in provider.asked)
    assert "may still spend 0.37 USD and make 17 calls" in first
    assert "and make 16 calls" in second


def test_a_plan_is_made_anew_where_the_planners_wording_is_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """The version of its texts is part of what makes two questions for a plan equal."""
    model = ScriptedModel({"purpose:plan": PLAN})
    for version, asked in (("one", 1), ("one", 1), ("two", 2)):
        monkeypatch.setattr(by_model, "wording_version", lambda version=version: version)
        orchestrate(POEM, data={"penguins": PENGUINS}, model=model, plan_only=True)
        assert len(model.prompts) == asked
    whole = telling.wording_version.__wrapped__()
    monkeypatch.setattr(telling, "wording", lambda name: f"{name}, said otherwise")
    assert telling.wording_version.__wrapped__() != whole


def test_none_means_that_nothing_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    """`models = none` keeps everything in the kernel, whatever keys there are."""
    with MockProvider(["never"]) as provider:
        monkeypatch.setenv("OPENAI_API_KEY", "sk-planted-0123456789abcdef")
        monkeypatch.setenv("OPENAI_BASE_URL", provider.openai_url)
        run = orchestrate("Compare body mass across species in {penguins}", data={"penguins": PENGUINS}, model="none")
        assert run.state == "done"
        assert provider.asked == []


def wide(columns: int) -> pd.DataFrame:
    return pd.DataFrame({f"measured_value_{at:02d}": [at + row * 1.5 for row in range(40)] for at in range(columns)})


@pytest.mark.parametrize(
    "data", [{"penguins": PENGUINS}, {"penguins": wide(30)}, {"penguins": PENGUINS, "more": wide(30)}, {"penguins": wide(30), "more": wide(30)}]
)
def test_the_prompt_of_an_ordinary_data_goal_fits_into_one_paste(data: dict[str, Any]) -> None:
    """8,000 characters with one or two tables of 30 columns, and every recipe is in it, whole or by name."""
    model = ScriptedModel({"": {"steps": [{"id": "s1", "kind": "ask", "params": {"question": "A haiku"}}]}})
    orchestrate(f"{POEM} and say what is odd", data=data, model=model, plan_only=True)
    told = render(model.prompts[0])
    assert len(told.system) + len(told.user) < 8_000
    assert all(name in told.user for name in RECIPES if name != "fill_answer")
    assert ("\ngroup_summary(by[], value[]?" in told.user) == (sum(map(len, map(list, data.values()))) < 60)


def test_a_planner_that_wishes_to_see_a_recipe_first_is_shown_it() -> None:
    """One more question; the same wish again is a plan without steps and goes back as that."""
    plan = {"steps": [{"id": "s1", "kind": "code", "params": {"recipe": "kmeans", "arguments": {"frame": {"data": "penguins"}, "k": 2}}}]}
    model = ScriptedModel({"purpose:plan": [{"recipes": ["kmeans", "pca"]}, plan]})
    run = orchestrate(POEM, data={"penguins": PENGUINS}, model=model, plan_only=True)
    assert [step.id for step in run.plan.steps] == ["s1"]
    assert "\nkmeans(columns[]?" not in model.prompts[0].task
    assert "\nkmeans(columns[]?, k=3" in model.prompts[1].task
    wishing = ScriptedModel({"purpose:plan": {"recipes": ["kmeans"]}, "purpose:repair": plan})
    orchestrate(POEM, data={"penguins": PENGUINS}, model=wishing, plan_only=True, fresh=True)
    assert [prompt.purpose for prompt in wishing.prompts] == ["plan", "plan", "repair"]


def test_a_recipe_that_was_told_by_name_only_is_checked_like_any_other() -> None:
    """A plan that calls it wrongly goes back with its arguments, and with the recipe told whole."""
    wrong = {"steps": [{"id": "s1", "kind": "code", "params": {"recipe": "kmeans", "arguments": {"frame": {"data": "penguins"}, "clusters": 2}}}]}
    model = ScriptedModel({"purpose:plan": wrong, "purpose:repair": PLAN})
    orchestrate(POEM, data={"penguins": PENGUINS}, model=model, plan_only=True)
    assert "kmeans takes no argument 'clusters' (it is kmeans(columns[]?, k=3" in model.prompts[1].task
    assert "\nkmeans(columns[]?, k=3" in model.prompts[1].task


def test_a_planner_that_builds_on_an_earlier_run_is_told_what_was_missing_there() -> None:
    """The earlier answer's gaps stand beside its plan, as data."""
    first = ScriptedModel({"purpose:plan": PLAN, "purpose:ask": "Heavy birds.\n[[gap: how old are they?]]"})
    run = orchestrate(POEM, data={"penguins": PENGUINS}, model=first, check_goal=False)
    second = ScriptedModel({"purpose:plan": PLAN})
    orchestrate("Make it rhyme, and say how it smells", data={"penguins": PENGUINS}, model=second, continue_=run, plan_only=True)
    (asked,) = second.prompts
    assert {block.name: block.value for block in asked.blocks}["about the run"] == "s2 (poem): gap: how old are they?"
    assert "stands in the input `about the run`" in asked.task

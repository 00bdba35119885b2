"""Intents that fit a model."""

from __future__ import annotations

from nb_orchestra.offline.plans.draft import Draft
from nb_orchestra.offline.reading import Intent

SEED = 42
"""The random state where the goal gives none: the one that most examples use."""


def _regress(draft: Draft, intent: Intent) -> None:
    target, *features = intent.columns
    arguments = {"y": target, "x": features}
    name = f"{target}_from_{'_'.join(features)}"
    draft.answer(
        draft.step("regression", arguments, intent, name=name, purpose=f"{target} as a line of {', '.join(features)}", frame=draft.rows(intent)), intent
    )


def _regress_or_weigh(draft: Draft, intent: Intent) -> None:
    """The line; where it is asked which column matters most, the same in standard deviations, the largest first."""
    if not intent.option("standardise"):
        _regress(draft, intent)
        return
    target, *features = intent.columns
    arguments = {"y": target, "x": features, "standardise": True}
    name = f"{target}_standardised"
    purpose = "Which matters most: coefficients in standard deviations"
    draft.assume("which matters most: by the size of the coefficients in standard deviations, which holds for these columns together")
    draft.answer(draft.step("regression", arguments, intent, name=name, purpose=purpose, frame=draft.rows(intent)), intent)


def _odds(draft: Draft, intent: Intent) -> None:
    outcome, *features = intent.columns
    purpose = f"Odds of {outcome} by {', '.join(features)}"
    arguments = {"y": outcome, "x": features}
    draft.answer(draft.step("odds_ratios", arguments, intent, name=f"odds_of_{outcome}", purpose=purpose, frame=draft.rows(intent)), intent)


def _train(draft: Draft, intent: Intent) -> None:
    train(draft, intent)


def train(draft: Draft, intent: Intent) -> str:
    """The step that fits and tests the model; its id."""
    target, *features = intent.columns
    kind = intent.option("kind") or "auto"
    if not features and kind == "linear":
        features = [column.name for column in draft.table.of_kind("number") if column.name != target and not column.labelling]
        draft.assume("features: all other numeric columns")
    seed = SEED if intent.option("seed") is None else intent.option("seed")
    arguments = {"target": target, "features": features, "kind": kind, "test_share": intent.option("test_share"), "seed": seed}
    arguments |= {"how": intent.option("how")} if intent.option("how") else {}
    share = 0.2 if arguments["test_share"] is None else float(arguments["test_share"])
    draft.assume(f"model: {100 * share:g} % of the rows kept for testing, random state {arguments['seed']}")
    purpose = f"{target} predicted by a {kind} model" if kind != "auto" else f"{target} predicted by a model"
    return draft.answer(draft.step("train_model", arguments, intent, name=f"model_of_{target}", purpose=purpose, frame=draft.rows(intent)), intent)


def _cluster(draft: Draft, intent: Intent) -> None:
    arguments = {"columns": intent.columns, "k": intent.option("k", 3)}
    draft.answer(draft.step("kmeans", arguments, intent, name="clusters", purpose="Rows that are alike, grouped", frame=draft.rows(intent)), intent)


def _cluster_match(draft: Draft, intent: Intent) -> None:
    """How many rows of each known group fall into each cluster."""
    made = next((product for product in reversed(draft.products) if product.recipe == "kmeans"), None)
    if made is None:
        draft.not_done.append(f"{intent.clause}: no clusters to hold it against")
        return
    arguments = {"rows": "cluster", "columns": intent.columns[0]}
    name = f"cluster_by_{intent.columns[0]}"
    draft.answer(draft.step("crosstab", arguments, intent, name=name, purpose=f"Clusters by {intent.columns[0]}", frame={"from": made.id}), intent)


def _pca(draft: Draft, intent: Intent) -> None:
    arguments = {"columns": intent.columns, "n": intent.option("n", 2)}
    draft.answer(draft.step("pca", arguments, intent, name="principal_components", purpose="Directions of most variation", frame=draft.rows(intent)), intent)


MODELS = {"regress": _regress_or_weigh, "odds": _odds, "train": _train, "cluster": _cluster, "cluster_match": _cluster_match, "pca": _pca}

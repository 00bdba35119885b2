"""Intents that fit a model."""

from __future__ import annotations

from nb_orchestra.offline.plans.draft import Draft
from nb_orchestra.offline.reading import Intent


def _regress(draft: Draft, intent: Intent) -> None:
    target, *features = intent.columns
    arguments = {"y": target, "x": features}
    name = f"{target}_from_{'_'.join(features)}"
    draft.answer(
        draft.step("regression", arguments, intent, name=name, purpose=f"{target} as a line of {', '.join(features)}", frame=draft.rows(intent)), intent
    )


def _train(draft: Draft, intent: Intent) -> None:
    target, *features = intent.columns
    kind = intent.option("kind") or "auto"
    arguments = {
        "target": target, "features": features, "kind": kind, "test_share": intent.option("test_share"), "seed": intent.option("seed"),
        "metrics": intent.option("metrics"),
    }  # fmt: skip
    if intent.option("test_share") is None:
        draft.assume("model: 20 % of the rows kept for testing, seed 0")
    draft.answer(
        draft.step("train_model", arguments, intent, name=f"model_of_{target}", purpose=f"{target} predicted by a {kind} model", frame=draft.rows(intent)),
        intent,
    )


def _cluster(draft: Draft, intent: Intent) -> None:
    arguments = {"columns": intent.columns, "k": intent.option("k", 3)}
    draft.answer(draft.step("kmeans", arguments, intent, name="clusters", purpose="Rows that are alike, grouped", frame=draft.rows(intent)), intent)


def _pca(draft: Draft, intent: Intent) -> None:
    arguments = {"columns": intent.columns, "n": intent.option("n", 2)}
    draft.answer(draft.step("pca", arguments, intent, name="principal_components", purpose="Directions of most variation", frame=draft.rows(intent)), intent)


MODELS = {"regress": _regress, "train": _train, "cluster": _cluster, "pca": _pca}

"""Intents about how sure a number is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from nb_orchestra.offline.plans.draft import Draft, said
from nb_orchestra.offline.reading import Intent


def _mean_interval(draft: Draft, intent: Intent) -> None:
    value, by = intent.columns[0], list(intent.by)
    arguments: dict[str, Any] = {"value": value, "by": by, "level": intent.option("level")}
    name = f"interval_of_{value}" + (f"_by_{'_'.join(by)}" if by else "")
    draft.answer(draft.step("interval_of_mean", arguments, intent, name=name, purpose=f"Mean {value} and its interval", frame=draft.rows(intent)), intent)


def _share_interval(draft: Draft, intent: Intent) -> None:
    by, counted = list(intent.by), list(intent.where)
    frame = draft.rows(replace(intent, where=tuple(intent.option("of", ()))))
    arguments: dict[str, Any] = {"where": counted, "by": by, "level": intent.option("level")}
    name = f"share_{said(counted)}" + (f"_by_{'_'.join(by)}" if by else "")
    draft.answer(draft.step("interval_of_share", arguments, intent, name=name, purpose="The share and its interval", frame=frame), intent)


def _sample_size(draft: Draft, intent: Intent) -> None:
    value, difference = intent.columns[0], intent.option("difference")
    arguments: dict[str, Any] = {"value": value, "difference": difference, "by": intent.by[0] if intent.by else None}
    arguments |= {"power": intent.option("power"), "alpha": intent.option("alpha")}
    name, purpose = ("sample_size", "How many rows are needed") if difference is not None else ("detectable_difference", "What so many rows can show")
    draft.answer(draft.step("sample_size", arguments, intent, name=f"{name}_{value}", purpose=purpose, frame=draft.rows(intent)), intent)


CERTAINTY = {"mean_interval": _mean_interval, "share_interval": _share_interval, "sample_size": _sample_size}

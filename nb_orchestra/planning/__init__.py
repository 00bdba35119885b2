"""Goal → Plan: mentions (the `{names}` in a goal) · reading (plan data → checked Plan) · written (plan data as YAML, and back).

by_model (a planner that asks a model; its words are files in wording/). The planner that reads by grammar lives in offline.
"""

from __future__ import annotations

from nb_orchestra.planning.by_model import GrammarFirst, ModelPlanner, Telling
from nb_orchestra.planning.mentions import Mentions, frames_in_prose, read_mentions
from nb_orchestra.planning.reading import read_plan
from nb_orchestra.planning.written import given_plan, plan_data, plan_text

__all__ = ["GrammarFirst", "Mentions", "ModelPlanner", "Telling", "frames_in_prose", "given_plan", "plan_data", "plan_text", "read_mentions", "read_plan"]

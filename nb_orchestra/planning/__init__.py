"""Goal → Plan: mentions (the `{names}` in a goal) · reading (plan data → checked Plan) · written (plan data as YAML, and back).

by_model (a planner that asks a model) · telling (what it is told; the words are files in wording/). The planner that reads by grammar lives in offline.

What answering by hand, from the question alone, taught the wording (11 goals: data, literature, labelling, writing, joins, a
hopeless one, hostile text in a cell; answered by the wording's author, so a lower bound on what is unclear: all 11 plans valid at first try):
- Say what the answerer of a step will see. Before that stood there, a writer got only the ranges of the table it was to write about.
- Say what a `for_each` gives and what its columns are called; nobody guesses the name of the new column.
- Say what each recipe's table holds, and write the form of an expression out: a pointer to a file of ours is no help to a reader.
- A goal that cannot be reached needs a way to be a plan: one `ask` that says so, and the rest under `not_done`.
- One name for two things confuses: an input called "notes" stood beside our own block of that name.
- A form that is asked for must fit the job: "answer in Markdown" at the end of a request for code is a contradiction.
- Text of a variable belongs into a marked block; only what is as short as a name or a number is put into the goal itself.
"""

from __future__ import annotations

from nb_orchestra.planning.by_model import GrammarFirst, ModelPlanner
from nb_orchestra.planning.mentions import Mentions, frames_in_prose, read_mentions
from nb_orchestra.planning.reading import read_plan
from nb_orchestra.planning.telling import Telling
from nb_orchestra.planning.written import given_plan, plan_data, plan_text

__all__ = ["GrammarFirst", "Mentions", "ModelPlanner", "Telling", "frames_in_prose", "given_plan", "plan_data", "plan_text", "read_mentions", "read_plan"]

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

What four more rounds of others and of ourselves taught (40 goals; the last two: 20 of 20 plans valid at first try, no step needless):
- A plan gets fat where a part of a table needs a step, or each cell a name: rows and columns are said in the reference.
- Who mends a plan must know what was not seen and why; told "a group of one row", a planner leaves that row out. It is data, like the judge's reason.
- A mended answer is looked at again, or it goes out unjudged; what is done need not be given, nor paid, again.
- A signature helps more than the names of all others. What a form cannot give (points of a judge) is refused before it is paid for.
- "150 words" is about 150: a program that counts strictly what people say loosely wastes a planner's work.

What a mind that saw only the questions taught in one more round (10 goals over HTTP: 10 of 10 plans valid at first try, no step needless):
- What the form promises must be what is sent: {"row": true} was "the whole row" and came without its words, seven questions for nothing.
- Rows picked from statistics are statistics; a writer that is not told the odd days cannot name them, and the plan is made twice.
- Where a value came from is told once. Told at each of 21 cells, it buries them.
- Say the small things a plan stands on: what Monday is, that there are hours, what becomes of a row that fails, how lengths are counted.
"""

from __future__ import annotations

from nb_orchestra.planning.by_model import GrammarFirst, ModelPlanner
from nb_orchestra.planning.mentions import Mentions, frames_in_prose, read_mentions
from nb_orchestra.planning.reading import read_plan
from nb_orchestra.planning.telling import Telling
from nb_orchestra.planning.written import given_plan, plan_data, plan_text

__all__ = ["GrammarFirst", "Mentions", "ModelPlanner", "Telling", "frames_in_prose", "given_plan", "plan_data", "plan_text", "read_mentions", "read_plan"]

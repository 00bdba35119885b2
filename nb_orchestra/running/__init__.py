"""Plan → values: carries out a plan.

scheduler (pure: which steps may start) · runner (one run, the only writer of its journal) · filling (a step's references
become values) · perform (the one place where a step's error is caught) · rows (`for_each`) · naming (which variable a
step's value gets) · run (what a person holds) · portal (the background loop) · gates (questions to a person)
"""

from __future__ import annotations

from nb_orchestra.running.gates import Gate, NobodyThere, SaysYes
from nb_orchestra.running.naming import Naming, name_steps
from nb_orchestra.running.portal import Portal, portal
from nb_orchestra.running.run import Run
from nb_orchestra.running.runner import Runner
from nb_orchestra.running.scheduler import Scheduler
from nb_orchestra.running.wiring import Wiring

__all__ = ["Gate", "Naming", "NobodyThere", "Portal", "Run", "Runner", "SaysYes", "Scheduler", "Wiring", "name_steps", "portal"]

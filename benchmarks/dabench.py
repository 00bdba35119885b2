"""DABench through the built-in engine: right, right when offered, by category, with the reason for each miss.

    python benchmarks/dabench.py [FOLDER] [--ids 9,10] [--verbose] [--out predictions.jsonl]

FOLDER (or the variable DABENCH) holds the questions, labels and tables; they are read in place and never copied. Scoring is
the published rule: every labelled slot equal as text, or as a number within 1e-6.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import sys
import time
from collections import defaultdict
from pathlib import Path
from types import ModuleType
from typing import Any

from nb_orchestra import orchestrate
from nb_orchestra.core.goal import Goal
from nb_orchestra.errors import OrchestraError
from nb_orchestra.offline.planner import plan_of


def main() -> None:
    options = _options()
    bench = _module(Path(options.folder) / "dabench.py")
    questions = bench.load(options.folder)
    if options.ids:
        wanted = {int(number) for number in options.ids.split(",")}
        questions = [question for question in questions if question["id"] in wanted]
    rows = [_ask(bench, question, options) for question in questions]
    if options.out:
        Path(options.out).write_text("".join(json.dumps({"id": row["id"], "response": row["response"]}) + "\n" for row in rows if row["response"]))
    _report(rows)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", default=os.environ.get("DABENCH", ""))
    parser.add_argument("--ids", default="")
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--out", default="")
    options = parser.parse_args()
    if not options.folder:
        parser.error("name the folder of DABench, or set DABENCH")
    options.folder = str(Path(options.folder).resolve())
    return options


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("dabench_loader", path)
    if spec is None or spec.loader is None:
        sys.exit(f"{path} is not there")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _ask(bench: ModuleType, question: dict[str, Any], options: argparse.Namespace) -> dict[str, Any]:
    import pandas as pd

    frame = pd.read_csv(question["table"])
    started = time.perf_counter()
    response, reason = "", ""
    try:
        if options.verbose:
            _show(question["id"], bench.goal(question), plan_of(Goal(bench.goal(question), {"table": frame})))
        run = orchestrate(bench.goal(question), data={"table": frame}, model="builtin", cache=False)
        response = str(run.value)
        if not bench.SLOT.search(response):
            response, reason = "", "; ".join(run.plan.not_done[-1:]) or "no slot filled"
    except OrchestraError as error:
        reason = f"{type(error).__name__}: {error.message}"
    except Exception as error:  # a crash is a defect: shown, and counted as no answer
        reason = f"CRASH {type(error).__name__}: {error}"
    given = dict(bench.SLOT.findall(response))
    labels = dict(map(tuple, question["answers"]))
    wrong = {name: (given.get(name), label) for name, label in labels.items() if not _equal(given.get(name), label)}
    if response and wrong:
        reason = "; ".join(f"{name}: {got!r} for {label!r}" for name, (got, label) in wrong.items())
    return {
        "id": question["id"], "response": response, "right": bool(response) and not wrong, "offered": bool(response), "reason": reason,
        "concepts": question["concepts"], "level": question["level"], "seconds": time.perf_counter() - started,
    }  # fmt: skip


def _equal(given: str | None, label: str) -> bool:
    if given is None:
        return False
    if str(given) == str(label):
        return True
    try:
        return abs(float(given) - float(label)) < 1e-6
    except ValueError:
        return False


def _show(identity: int, goal: str, plan: dict[str, Any]) -> None:
    print(f"\n#### {identity}\n{goal}")
    for step in plan["steps"]:
        print("  ", step["id"], step["name"], step["params"].get("recipe", "ask"), json.dumps(step["params"].get("arguments", {}), default=str)[:700])
    print("   assumptions:", plan.get("assumptions", ()), "not done:", plan.get("not_done", ()))


def _report(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        mark = "right" if row["right"] else "WRONG" if row["offered"] else "     "
        print(f"{row['id']:4d} {mark} {row['reason']}")
    offered = [row for row in rows if row["offered"]]
    right = [row for row in rows if row["right"]]
    print(f"\nright {len(right)}/{len(rows)} = {len(right) / max(1, len(rows)):.1%}; offered {len(offered)}; ", end="")
    print(f"right when offered {len(right) / max(1, len(offered)):.1%}; {sum(row['seconds'] for row in rows):.1f} s")
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        for concept in [*row["concepts"], f"({row['level']})"]:
            groups[concept].append(row)
    for concept, members in sorted(groups.items()):
        print(f"  {concept:36s} {sum(row['right'] for row in members):3d} right, {sum(row['offered'] for row in members):3d} offered, of {len(members):3d}")


if __name__ == "__main__":
    main()

"""What a person in a notebook waits for: the tree, the first answer, the same cell again. In a real kernel.

    python -m benchmarks.cells [--times 3]

From the moment the cell is sent: until the first display (the tree) has arrived, until the answer has, until the cell has ended. The
cell is the goal of notebooks/01-first-goal.ipynb: in a new kernel with an empty cache; again in that kernel; and in a new kernel from
the cache. `own` is the run's time by its own clock. Prints figures; nothing is asserted.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from jupyter_client.manager import start_new_kernel

TOP = Path(__file__).parent.parent
DATA = TOP / "notebooks" / "data" / "penguins.csv"
GOAL = """%%orchestrate brief
Compare body mass across species and islands in {penguins}, find the outliers,
and write a one-page brief with a chart."""
TURNS = (("new kernel, empty cache", "the same cell again"), ("new kernel, from the cache",))
WHEN = ("tree", "answer", "end", "own")


class Notebook:
    """One kernel with the table and the extension loaded, as the notebook's first cells leave it."""

    def __init__(self, cache: str) -> None:
        environment = {**os.environ, "NB_ORCHESTRA_CACHE_DIR": cache, "PYTHONPATH": str(TOP), "IPYTHONDIR": cache + "/ipython"}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        self.manager, self.client = start_new_kernel(kernel_name="python3", env=environment)
        self.run(f"import pandas as pd\npenguins = pd.read_csv({str(DATA)!r})\n%load_ext nb_orchestra\npenguins.head(3)")

    def run(self, code: str) -> dict[str, Any]:
        """Seconds until each thing arrived, and what was printed."""
        began = time.perf_counter()
        asked = self.client.execute(code)
        told: dict[str, Any] = {"printed": ""}
        while True:
            message = self.client.get_iopub_msg(timeout=120)
            if message["parent_header"].get("msg_id") != asked:
                continue
            kind, content, now = message["msg_type"], message["content"], time.perf_counter() - began
            if kind == "stream":
                told["printed"] += content["text"]
            elif kind == "error":
                raise SystemExit("\n".join(content["traceback"]))
            elif kind in ("display_data", "update_display_data"):
                data = content["data"]
                told.setdefault("tree" if "application/vnd.jupyter.widget-view+json" in data else "answer" if "text/markdown" in data else "other", now)
            elif kind == "status" and content["execution_state"] == "idle":
                return told | {"end": now}

    def goal(self) -> dict[str, float]:
        told = self.run(GOAL)
        own, ran = self.run("print(brief_run.progress.seconds, int((~brief_run.steps['cached']).sum()))")["printed"].split()
        return {name: told.get(name, float("nan")) for name in WHEN[:3]} | {"own": float(own), "ran": float(ran)}

    def close(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


def one_kernel(cache: str, names: tuple[str, ...], found: dict[str, list[dict[str, float]]]) -> None:
    """The goal, once for each name, in a new kernel over a cache."""
    notebook = Notebook(cache)
    for name in names:
        found[name].append(notebook.goal())
    notebook.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=3)
    times = parser.parse_args().times
    found: dict[str, list[dict[str, float]]] = {name: [] for turn in TURNS for name in turn}
    for _ in range(times):
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as cache:
            for turn in TURNS:
                one_kernel(cache, turn, found)
    print(f"seconds after the cell was sent, median of {times}: {'tree':>10}{'answer':>10}{'end':>10}{'own':>10}{'steps run':>12}")
    for name, all_ in found.items():
        figures = [statistics.median(one[when] for one in all_) for when in (*WHEN, "ran")]
        print(f"  {name:44}" + "".join(f"{figure:10.3f}" for figure in figures[:-1]) + f"{figures[-1]:12.0f}")


if __name__ == "__main__":
    main()

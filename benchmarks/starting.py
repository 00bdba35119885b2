"""What it costs to start: `%load_ext` beyond a bare shell, then the first goal in a fresh process, and its memory.

    python -m benchmarks.starting [--times 7]

Each figure is the median over fresh processes, taken in turns so that a busy machine slows all alike. The first goal is that of
notebooks/01-first-goal.ipynb, with an empty cache and again in a process of its own from the cache. Memory is the largest resident set,
beside a process that only imports pandas, scipy.stats and matplotlib. Prints ratios; nothing is asserted.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

TOP = Path(__file__).parent.parent
SHELL = "from IPython.core.interactiveshell import InteractiveShell; shell = InteractiveShell.instance()"
LIBRARIES = "import pandas, scipy.stats, matplotlib.figure, matplotlib.backends.backend_agg"
GOAL = "Compare body mass across species and islands in {penguins}, find the outliers, and write a one-page brief with a chart."
RUN = f"""
from nb_orchestra import orchestrate
import pandas
penguins = pandas.read_csv({str(TOP / "notebooks" / "data" / "penguins.csv")!r})
began = time.perf_counter()
run = orchestrate({GOAL!r}, data={{"penguins": penguins}})
told["seconds"] = time.perf_counter() - began
told["ran"] = int((~run.steps["cached"]).sum())
began = time.perf_counter()
again = orchestrate({GOAL!r}, data={{"penguins": penguins}})
told["again"] = time.perf_counter() - began
told["ran again"] = int((~again.steps["cached"]).sum())
"""
LOAD = """
began, busy = time.perf_counter(), time.process_time()
shell.run_line_magic('load_ext', 'nb_orchestra')
told['load'], told['load busy'] = time.perf_counter() - began, time.process_time() - busy
"""
CASES = {
    "a bare shell": SHELL,
    "shell and %load_ext": f"{SHELL}\n{LOAD}",
    "import nb_orchestra": "import nb_orchestra",
    "pandas, scipy, matplotlib": LIBRARIES,
    "first goal, empty cache": RUN,
    "first goal, from the cache": RUN,
    "first goal, libraries there": f"{LIBRARIES}\n{RUN}",
}


def measured(code: str, cache: str) -> dict[str, float]:
    """Seconds and memory (MB) of a fresh process that runs `code`."""
    script = f"import time, json, resource\nbegan_all = time.perf_counter()\ntold = {{}}\n{code}\n"
    script += "told['all'] = time.perf_counter() - began_all\n"
    script += "told['memory'] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024\nprint('TOLD' + json.dumps(told))"
    environment = {**os.environ, "NB_ORCHESTRA_CACHE_DIR": cache, "PYTHONPATH": str(TOP)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed package has its bytecode
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=environment, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    found: dict[str, float] = json.loads(done.stdout.rpartition("TOLD")[2])
    return found


def once(name: str, kept: str) -> dict[str, float]:
    """One case, with the cache that is kept between cases, or an empty one."""
    with tempfile.TemporaryDirectory() as empty:
        return measured(CASES[name], empty if "empty" in name else kept)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=7)
    times = parser.parse_args().times
    with tempfile.TemporaryDirectory() as kept:
        measured(RUN, kept)
        rounds = [{name: once(name, kept) for name in CASES} for _ in range(times)]

    def middle(name: str, figure: str) -> float:
        return statistics.median(one[name][figure] for one in rounds)

    print(f"{'median of ' + str(times):30}{'s':>8}{'MB':>8}")
    for name in CASES:
        print(f"{name:30}{middle(name, 'all'):8.3f}{middle(name, 'memory'):8.0f}")
    bare, libraries = middle("a bare shell", "all"), middle("pandas, scipy, matplotlib", "memory")
    load, busy = middle("shell and %load_ext", "load"), middle("shell and %load_ext", "load busy")
    print(f"\n%load_ext: {load:.3f} s ({busy:.3f} s of CPU); with it {middle('shell and %load_ext', 'all') / bare:.2f} × the bare shell")
    print(f"first goal: {middle('first goal, empty cache', 'seconds'):.2f} s in a fresh process, imports of pandas, scipy and matplotlib within")
    ran, seconds = middle("first goal, from the cache", "ran"), middle("first goal, from the cache", "seconds")
    print(f"from the cache in a fresh process: {seconds:.3f} s, steps run: {ran:.0f}")
    ran, seconds = middle("first goal, libraries there", "ran"), middle("first goal, libraries there", "seconds")
    print(f"the same where the libraries are imported before: {seconds * 1000:.0f} ms, steps run: {ran:.0f}")
    ran, seconds = middle("first goal, libraries there", "ran again"), middle("first goal, libraries there", "again")
    print(f"in the same process again: {seconds * 1000:.0f} ms, steps run: {ran:.0f}")
    print(f"memory of the first goal over pandas + scipy + matplotlib: {middle('first goal, empty cache', 'memory') - libraries:+.0f} MB")


if __name__ == "__main__":
    main()

"""Runs benchmarks one after the other, each in a process of its own: `python -m benchmarks [NAME …]`, all of them without a name."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

TOP = Path(__file__).parent.parent
QUICK = ("starting", "cells", "tree", "fingerprint", "plans")
"""What runs without a name; the others need data or long hours, and README.md says how to run them."""


def main(names: list[str]) -> int:
    """The number of benchmarks that failed."""
    there = sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py"))
    unknown = [name for name in names if name not in there]
    if unknown:
        print(f"there is no benchmark {unknown[0]!r}; there are {', '.join(there)}", file=sys.stderr)
        return 2
    failed = 0
    for name in names or QUICK:
        print(f"\n── {name}", flush=True)
        failed += subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], cwd=TOP, check=False).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

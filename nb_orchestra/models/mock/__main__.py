"""`python -m nb_orchestra.models.mock [--port N] [--latency SECONDS] [--text TEXT]`: serves until its standard input ends."""

from __future__ import annotations

import argparse
import sys

from nb_orchestra.models.mock.server import MockProvider
from nb_orchestra.models.mock.turns import Turn


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m nb_orchestra.models.mock", description="A model provider on loopback, for tests and benchmarks.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before each answer")
    parser.add_argument("--text", default="ok", help="what every answer says")
    options = parser.parse_args()
    with MockProvider([Turn(text=options.text)], latency=options.latency, port=options.port) as provider:
        print(provider.openai_url, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()

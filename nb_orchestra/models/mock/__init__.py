"""A provider that does what a test tells it to: real HTTP on loopback, the wires of OpenAI and Anthropic, streaming, every fault.

    with MockProvider(["hello", "limited", Turn(text="again")]) as provider:
        …            # provider.openai_url, provider.anthropic_url, provider.asked

A turn is a text, the name of a fault (FAULTS), or a Turn. Turns are taken in order; the last one stays. A function from the
asked body to a turn answers by content instead. `python -m nb_orchestra.models.mock --latency 0.05` serves from a shell.
"""

from __future__ import annotations

from nb_orchestra.models.mock.server import Asked, MockProvider
from nb_orchestra.models.mock.turns import FAULTS, Turn

__all__ = ["FAULTS", "Asked", "MockProvider", "Turn"]

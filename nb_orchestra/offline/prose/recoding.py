"""Values that became others, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nb_orchestra.offline.prose.wording import listed

MOST_RECODED = 12


def recoded_text(mapping: Any) -> str:
    """ "'NORTH' and 'north' to North)": which values became which; "" where they are only known when the step runs."""
    if not isinstance(mapping, Mapping) or "from" in mapping:
        return ""
    olds: dict[str, list[str]] = {}
    for old, new in list(mapping.items())[:MOST_RECODED]:
        olds.setdefault("missing" if new is None else str(new), []).append(f"'{old}'")
    more = f", and {len(mapping) - MOST_RECODED} more" if len(mapping) > MOST_RECODED else ""
    return "; ".join(f"{listed(texts)} to {new}" for new, texts in olds.items()) + more + ")"

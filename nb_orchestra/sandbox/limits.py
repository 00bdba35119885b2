"""What one piece of code may use. Finite, always."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1 << 20
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
"""Variables that say in how many threads libraries compute."""


@dataclass(frozen=True, slots=True)
class Limits:
    """`seconds`: wall clock. `memory`: bytes beyond the warm process and the inputs. `disk`: bytes in the job's folder beyond the inputs.

    `entries`: files and folders in it. `threads`: at once (they count against the whole machine). `printed`: characters kept of what the code prints.
    `value`: bytes of the result.
    """

    seconds: float = 20.0
    memory: int = 2048 * MEGABYTE
    disk: int = 1024 * MEGABYTE
    entries: int = 5_000
    threads: int = 256
    printed: int = 100_000
    value: int = 1024 * MEGABYTE

    def __post_init__(self) -> None:
        for name in self.__slots__:
            if not 0 < getattr(self, name) < float("inf"):
                raise ValueError(f"the limit {name!r} must be a positive, finite number, not {getattr(self, name)!r}")


NO_LIMITS = Limits(3e7, 1 << 50, 1 << 50, 1 << 50, 1 << 20, 10_000, 1 << 50)
"""Of our own functions: they are ended by whoever waits for them."""

"""What happened in a run, in order. Only the runner appends; everybody else folds the events (core.progress).

live (in memory, with subscribers) · durable (one file per run, outlives the kernel) · history (past runs of a folder).
"""

from __future__ import annotations

from nb_orchestra.journal.durable import FileJournal, read_events
from nb_orchestra.journal.history import PastRun, runs
from nb_orchestra.journal.live import LiveJournal

__all__ = ["FileJournal", "LiveJournal", "PastRun", "read_events", "runs"]

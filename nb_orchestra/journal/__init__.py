"""What happened in a run, in order. Only the runner appends; everybody else folds the events (core.progress).

live (in memory, with subscribers) · durable (one file per run, outlives the kernel) · holding (who writes a file) · history (past runs).
"""

from __future__ import annotations

from nb_orchestra.journal.durable import FileJournal, read_events
from nb_orchestra.journal.history import ENDING, PastRun, cut_short, newest, progress_of, runs, state_of
from nb_orchestra.journal.live import LiveJournal

__all__ = ["ENDING", "FileJournal", "LiveJournal", "PastRun", "cut_short", "newest", "progress_of", "read_events", "runs", "state_of"]

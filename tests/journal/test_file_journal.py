"""The journal: every event in order, on disk before it shows, through kills, torn lines and full disks."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time

import pytest

from nb_orchestra.core import events as e
from nb_orchestra.core.progress import Progress
from nb_orchestra.core.redact import Redactor
from nb_orchestra.journal import FileJournal, LiveJournal, progress_of, read_events, runs

PLAN = {"steps": [{"id": "s1", "kind": "code", "name": "masses"}, {"id": "s2", "kind": "ask", "name": "brief", "needs": ["s1"]}]}
EVENTS = [
    e.RunStarted("r1", "compare 😀 \ud83d \n lines", 1000.0, options={"fresh": True}),
    e.PlanMade(PLAN, 1001.0, model="built-in"),
    e.JobStarted("s1", 1001.0),
    e.JobEnded("s1", "done", 1002.0, 1.0, cached=True, key="k", parts={"recipe": "abc"}, tokens_in=10, tokens_out=5, cost=0.5, saved=0.25, warnings=("w",)),
    e.JobEnded("s2", "done", 1003.0, 1.0, tokens_in=1, cost=0.25),
    e.RunEnded("done", 1004.0, 4.0),
]


def _written(path, events=EVENTS, **options):
    journal = FileJournal(path, **options)
    for event in events:
        journal.append(event)
    journal.close()
    return path


def test_what_is_appended_is_read(tmp_path):
    """Events come back equal and in order, whatever characters they hold."""
    assert list(read_events(_written(tmp_path / "runs" / "r1.jsonl"))) == EVENTS


def test_one_event_is_one_line_and_its_file_is_private(tmp_path):
    """A journal can be read by line tools; nobody else on the machine can read it."""
    path = _written(tmp_path / "r1.jsonl")
    assert len(path.read_bytes().splitlines()) == len(EVENTS)
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_journal_goes_on_where_it_stopped(tmp_path):
    """Opening a journal again appends to it."""
    _written(tmp_path / "r1.jsonl", EVENTS[:3])
    assert list(read_events(_written(tmp_path / "r1.jsonl", EVENTS[3:]))) == EVENTS


@pytest.mark.parametrize("cut", range(2, 60, 7))
def test_a_torn_last_line_is_sealed(cut, tmp_path):
    """A line that a kill cut off is lost alone: those before it and those after it are read."""
    path = _written(tmp_path / "r1.jsonl", EVENTS[:4])
    path.write_bytes(path.read_bytes()[:-cut])
    assert list(read_events(_written(path, EVENTS[4:]))) == EVENTS[:3] + EVENTS[4:]


@pytest.mark.parametrize("seed", range(30))
def test_damaged_lines_are_skipped(seed, tmp_path):
    """Flipped bytes cost the lines they hit; what is read is what was written, in order."""
    path = _written(tmp_path / "r1.jsonl")
    chance = random.Random(seed)
    data = bytearray(path.read_bytes())
    for _ in range(chance.randint(1, 5)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    path.write_bytes(data)
    left = iter(EVENTS)
    assert all(event in left for event in read_events(path))


def test_strange_files_hold_no_events(tmp_path):
    """Binary rubbish, other JSON lines, deep nesting, unknown events: nothing is read and nothing raised."""
    import zlib

    bodies = [b"[]", b"1", b"{}", b'{"event":"Unheard"}', b'{"event":"RunStarted"}', b"[" * 100_000, b'{"event":["RunStarted"]}']
    path = tmp_path / "r1.jsonl"
    path.write_bytes(b"\xff\x00rubbish\n\n \n" + b"".join(b"%08x %s\n" % (zlib.crc32(body), body) for body in bodies))
    assert list(read_events(path)) == []
    assert list(read_events(tmp_path / "missing.jsonl")) == []
    assert runs(tmp_path) == []


def test_secrets_are_hidden_before_they_are_written(tmp_path):
    """Redaction sees every text of an event, also inside options; the lines stay readable."""
    secret = 'pa"ss\\word-123'
    events = [e.RunStarted("r1", f"use {secret}", 1.0, options={"key": [secret]}), e.Warned(f"bad {secret}")]
    path = _written(tmp_path / "r1.jsonl", events, redact=Redactor([secret]))
    assert b"word-123" not in path.read_bytes()
    assert [type(event) for event in read_events(path)] == [e.RunStarted, e.Warned]


def test_a_full_disk_ends_the_record_with_one_warning(tmp_path):
    """When no byte fits any more (RLIMIT_FSIZE), appending goes on without an error; what fitted is read."""
    code = """
import resource, sys
from nb_orchestra.core.events import Warned
from nb_orchestra.journal import FileJournal
warnings = []
resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
journal = FileJournal(sys.argv[1], warn=warnings.append)
for number in range(1000):
    journal.append(Warned(f'{number} ' + 'x' * 100))
print(len(warnings))
"""
    path = tmp_path / "r1.jsonl"
    assert subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True).stdout.strip() == "1"
    texts = [event.text for event in read_events(path)]
    assert 50 < len(texts) < 100
    assert texts == [f"{number} " + "x" * 100 for number in range(len(texts))]


def test_a_folder_that_cannot_be_made_ends_the_record_with_one_warning(tmp_path):
    """A journal that cannot be opened warns once and then does nothing."""
    (tmp_path / "file").write_text("")
    warnings = []
    _written(tmp_path / "file" / "r1.jsonl", warn=warnings.append)
    assert len(warnings) == 1


def test_a_link_is_not_followed(tmp_path):
    """A journal's name that was made a link to another file leaves that file alone."""
    other = tmp_path / "other"
    other.write_text("mine")
    (tmp_path / "r1.jsonl").symlink_to(other)
    warnings = []
    _written(tmp_path / "r1.jsonl", warn=warnings.append)
    assert (other.read_text(), len(warnings)) == ("mine", 1)


def test_two_writers_of_one_run_do_not_mix(tmp_path):
    """While one journal is open, a second one on its file warns and writes nothing; afterwards it may."""
    first, warnings = FileJournal(tmp_path / "r1.jsonl"), []
    first.append(EVENTS[0])
    _written(tmp_path / "r1.jsonl", EVENTS[1:2], warn=warnings.append)
    assert len(warnings) == 1
    first.close()
    assert list(read_events(_written(tmp_path / "r1.jsonl", EVENTS[1:]))) == EVENTS


def test_a_killed_writer_loses_no_event_that_it_reported(tmp_path):
    """kill -9 while events are appended: each one that was appended is read, in order."""
    code = """
import sys
from nb_orchestra.core.events import Warned
from nb_orchestra.journal import FileJournal
journal = FileJournal(sys.argv[1])
for number in range(int(sys.argv[2]), 10**9):
    journal.append(Warned(str(number)))
    print(number, flush=True)
"""
    path, reported = tmp_path / "r1.jsonl", -1
    for turn in range(6):
        process = subprocess.Popen([sys.executable, "-c", code, str(path), str(reported + 1)], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        for _ in range(50 + 31 * turn):
            reported = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
        for line in process.stdout:
            reported = int(line)
        process.wait()
        process.stdout.close()
    numbers = [int(event.text) for event in read_events(path)]
    assert sorted(set(numbers)) == list(range(max(numbers) + 1))
    assert max(numbers) >= reported
    assert numbers == sorted(numbers)


def test_a_live_journal_tells_its_sinks_in_order(tmp_path):
    """An event is on disk before it shows: sinks hear of it in the order they were given, in the appending thread."""
    heard = []
    durable = FileJournal(tmp_path / "r1.jsonl")
    live = LiveJournal(durable, lambda event: heard.append((threading.get_ident(), list(read_events(tmp_path / "r1.jsonl"))[-1])))
    for event in EVENTS:
        live.append(event)
    assert heard == [(threading.get_ident(), event) for event in EVENTS]
    assert live.events == EVENTS


def test_a_live_journal_can_be_joined_late_and_left():
    """A subscriber may first hear everything so far; once removed it hears nothing more."""
    live, heard = LiveJournal(), []
    live.append(EVENTS[0])
    leave = live.subscribe(heard.append, from_start=True)
    live.append(EVENTS[1])
    leave()
    leave()
    live.append(EVENTS[2])
    assert heard == EVENTS[:2]


def test_threads_append_one_at_a_time():
    """Events of several threads are never lost, and every sink sees the order of `events`."""
    heard = []
    live = LiveJournal(heard.append)
    threads = [threading.Thread(target=lambda name=name: [live.append(e.Warned(f"{name}{turn}")) for turn in range(200)]) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert heard == live.events
    assert len(heard) == 800


def test_the_history_tells_each_run(tmp_path):
    """Goal, time, state, steps, cached steps, tokens and money of each run, newest first; a killed one is interrupted."""
    _written(tmp_path / "r1.jsonl")
    _written(tmp_path / "r2.jsonl", [e.RunStarted("r2", "second", 2000.0), *EVENTS[1:4]])
    running = FileJournal(tmp_path / "r3.jsonl")
    running.append(e.RunStarted("r3", "third", 3000.0))
    third, second, first = runs(tmp_path)
    assert (first.id, first.goal, first.when, first.state) == ("r1", EVENTS[0].goal, 1000.0, "done")
    assert (first.steps, first.done, first.cached, first.tokens, first.cost, first.saved, first.seconds) == (2, 2, 1, 16, 0.75, 0.25, 4.0)
    assert (second.id, second.state, second.done) == ("r2", "interrupted", 1)
    assert (third.id, third.state) == ("r3", "planning")
    assert runs(tmp_path / "missing") == []
    assert len(runs(tmp_path, most=1)) == 1


def test_replaying_a_journal_gives_the_progress(tmp_path):
    """The state of a run is the fold of its file."""
    assert progress_of(_written(tmp_path / "r1.jsonl")) == Progress().after(*EVENTS)


def test_the_end_of_a_step_reaches_the_platter(tmp_path, monkeypatch):
    """`done` is synced to disk soon after, the new file's folder before it, and nobody waits for it; the run's end is waited for; the end of a step that
    came from the cache need not be."""
    synced, again = [], threading.Event()
    real, here = os.fsync, threading.current_thread().name

    def note(file):
        real(file)
        ours = [path for path in (tmp_path, tmp_path / "r1.jsonl") if os.path.samestat(os.fstat(file), path.stat())]  # other tests' journals end, too
        synced.extend((threading.current_thread().name, path.name) for path in ours)
        if (threading.current_thread().name, "r1.jsonl") in synced:
            again.set()

    monkeypatch.setattr(os, "fsync", note)
    journal = FileJournal(tmp_path / "r1.jsonl")
    journal.append(EVENTS[0])
    journal.append(EVENTS[3])
    assert synced == []
    journal.append(EVENTS[4])
    assert again.wait(20)
    assert synced == [("nb_orchestra journal", tmp_path.name), ("nb_orchestra journal", "r1.jsonl")]
    journal.append(EVENTS[5])
    assert synced[2:] == [(here, "r1.jsonl")]
    journal.close()


def test_a_warning_of_the_journal_may_be_journaled_in_turn(tmp_path):
    """Who is warned of a sick disk may append that warning to the same journals, and nothing waits for itself."""
    (tmp_path / "file").write_text("not a folder")
    live = LiveJournal()
    live.subscribe(FileJournal(tmp_path / "file" / "r1.jsonl", warn=lambda text: live.append(e.Warned(text))))
    live.append(EVENTS[0])
    assert [type(event) for event in live.events] == [e.RunStarted, e.Warned]


def test_what_rows_say_is_written_with_what_comes_next(tmp_path):
    """Prompts of many rows may wait for each other, but never longer than the next thing that happens, and their order stays."""
    journal = FileJournal(tmp_path / "r1.jsonl")
    told = [EVENTS[0], *(e.Sent("s2", "openai/x", 3, 1001.0, str(row)) for row in range(5)), EVENTS[3]]
    for event in told:
        journal.append(event)
    assert list(read_events(journal.path)) == told
    journal.close()


def test_what_rows_say_does_not_wait_for_ever(tmp_path):
    """Where nothing else happens, held lines are written by themselves, soon after."""
    journal = FileJournal(tmp_path / "r1.jsonl")
    told = [EVENTS[0], *(e.Sent("s2", "openai/x", 3, 1001.0, str(row)) for row in range(5))]
    for event in told:
        journal.append(event)
    until = time.monotonic() + 20
    while list(read_events(journal.path)) != told and time.monotonic() < until:
        pass
    assert list(read_events(journal.path)) == told
    journal.close()


def test_nothing_held_is_lost_at_the_end(tmp_path):
    """Closing writes what waits."""
    told = [EVENTS[0], *(e.Sent("s2", "openai/x", 3, 1001.0, str(row)) for row in range(5))]
    assert list(read_events(_written(tmp_path / "r1.jsonl", told))) == told


def test_a_secret_is_hidden_wherever_it_stands_and_neighbours_make_none(tmp_path):
    """A secret at the end of a nested text or as a key is hidden; two texts that only together would be one are left as they are."""
    events = [e.RunStarted("r1", "goal\nsk-abcdefghijklmnopqrst", 1.0, options={"hunter22": [["x", "hunter22"]]}), e.Warned("hunter"), e.JobStarted("22", 2.0)]
    path = _written(tmp_path / "r1.jsonl", events, redact=Redactor(["hunter22"]))
    text = path.read_text()
    assert "hunter22" not in text
    assert "sk-abc" not in text
    assert [type(event).__name__ for event in read_events(path)] == ["RunStarted", "Warned", "JobStarted"]
    assert "hunter" in text

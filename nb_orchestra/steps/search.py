"""`search`: passages that answer a query, as a table: key, title, source, date, passage, score, retrieved_at.

A later text cites a row by its key, `[key]`. Results of several sources are merged by rank (reciprocal rank fusion, Cormack et al. 2009), because
scores of different sources do not compare. What a source could not give is a warning, unless no source gave anything.
"""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from nb_orchestra.core.job import Job
from nb_orchestra.core.outcome import Result
from nb_orchestra.errors import OrchestraError, StepError
from nb_orchestra.protocols import Passage, Source, StepContext

COLUMNS = ("key", "title", "source", "date", "passage", "score", "retrieved_at")
LIMIT = 10
MOST = 200
RANK_OFFSET = 60


class Search:
    """Asks its sources at once."""

    version = "1"

    def identity(self, job: Job, context: StepContext) -> Mapping[str, Any] | None:
        """The query, its limits, and each source by content (a web source: by name and version)."""
        sources = chosen(job, context)
        told = {source.name: source.identity for source in sources}
        if not all(told.values()):
            return None
        return {"query": str(job.params["query"]), "limits of the search": _limits(job), "sources": told}

    async def perform(self, job: Job, context: StepContext) -> Result:
        sources, limits = chosen(job, context), _limits(job)
        answers = await asyncio.gather(*(_asked(source, str(job.params["query"]), limits) for source in sources))
        complaints = [answer for answer in answers if isinstance(answer, str)]
        found = [answer for answer in answers if not isinstance(answer, str)]
        if not found:
            raise StepError("; ".join(complaints), hint="try another source, or later")
        passages = merged(found)[: limits["limit"]]
        empty = [] if passages else [f"nothing found for {str(job.params['query'])[:100]!r}"]
        names = ", ".join(source.name for source in sources)
        return Result(
            table_of(passages),
            sources=tuple(passage.source for passage in passages),
            gaps=tuple(empty),
            model="search",
            reason=f"searched {names}",
            warnings=(*complaints, *empty),
        )


def chosen(job: Job, context: StepContext) -> list[Source]:
    """The sources of a step: those it names, else all there are. StepError where there is none."""
    named = job.params.get("sources") or list(context.sources)
    lacking = [name for name in named if name not in context.sources]
    if lacking or not named:
        there = ", ".join(context.sources) or "none were given: tools=[documents('folder')]"
        raise StepError(f"there is no source {lacking[0]!r}" if lacking else "there is nothing to search", hint=f"sources: {there}")
    return [context.sources[name] for name in named]


def _limits(job: Job) -> dict[str, Any]:
    params = job.params
    return {"limit": min(int(params.get("limit", LIMIT)), MOST), "since": str(params.get("since", "")), "full_text": bool(params.get("full_text", False))}


async def _asked(source: Source, query: str, limits: Mapping[str, Any]) -> Sequence[Passage] | str:
    """What a source found, or its complaint."""
    try:
        return await source.search(query, **limits)
    except OrchestraError as error:
        return f"{source.name}: {error.message}"
    except (OSError, TimeoutError) as error:
        return f"{source.name} could not be searched: {type(error).__name__}: {error}"


def merged(found: Sequence[Sequence[Passage]]) -> list[Passage]:
    """Several rankings as one; a source found twice counts for both. Within one ranking the order stays."""
    if len(found) == 1:
        return list(found[0])
    points: dict[str, float] = {}
    first: dict[str, Passage] = {}
    for passages in found:
        for rank, passage in enumerate(passages, 1):
            points[passage.source] = points.get(passage.source, 0.0) + 1 / (RANK_OFFSET + rank)
            first.setdefault(passage.source, passage)
    return [first[source] for source in sorted(points, key=lambda source: -points[source])]


def table_of(passages: Sequence[Passage]) -> Any:
    """The passages as a DataFrame; keys are unique, `retrieved_at` is UTC."""
    import pandas as pd

    now = pd.Timestamp(datetime.datetime.now(datetime.UTC)).floor("s")
    rows = [
        (key, _whole(p.title), _whole(p.source), _whole(p.date) or None, _whole(p.passage), p.score, now)
        for key, p in zip(_keys(passages), passages, strict=True)
    ]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return frame.astype({"score": float, "retrieved_at": "datetime64[us, UTC]"})


def _whole(text: str) -> str:
    """Half a character, as broken pages hold them, has no place in a text column: it becomes U+FFFD."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _keys(passages: Sequence[Passage]) -> list[str]:
    taken: set[str] = set()
    keys = []
    for passage in passages:
        stem, _, number = passage.key.rpartition(":")
        key, at = passage.key, 2
        while key in taken:
            key, at = f"{stem}-{at}:{number}", at + 1
        taken.add(key)
        keys.append(key)
    return keys

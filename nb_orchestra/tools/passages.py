"""A text file as what a search finds: title, date, and passages of a few sentences. Knows nothing of files' places or of an index.

The title is a `Title:` line, front matter, the first heading, or the file's name; the date a `Date:` line. PDFs are read by pypdf, an optional
extra; whatever cannot be read says why and is left out.
"""

from __future__ import annotations

import html.parser
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePath

from nb_orchestra.values import clean_text

PASSAGE = 1_200
"""Characters that a passage has at most: a paragraph or a few."""
LARGEST = 50_000_000
MOST_PAGES = 2_000
_HEADER = re.compile(r"^(title|date|year|published)\s*:\s*(.+?)\s*$", re.IGNORECASE)
_FRONT = re.compile(r"\A---[ \t]*\n(.*?)\n---[ \t]*\n", re.DOTALL)
_HEADING = re.compile(r"^#{1,3} +(.+)$", re.MULTILINE)
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_ISO = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")


class UnreadableFileError(ValueError):
    """A file whose text cannot be had; the message says why."""


@dataclass(frozen=True, slots=True)
class Document:
    """A text with its title and date (ISO 8601, '' where none is told)."""

    title: str
    date: str
    text: str

    @property
    def passages(self) -> list[str]:
        """The text in pieces, whole paragraphs together as far as they fit."""
        return list(_pieces(self.text))


def read_document(data: bytes, name: str) -> Document:
    """A file's bytes as a Document. UnreadableFileError where its kind has no reader or it is damaged."""
    reader = READERS.get(PurePath(name).suffix.lower())
    if reader is None:
        raise UnreadableFileError(f"files like {PurePath(name).suffix or name!r} are not read")
    if len(data) > LARGEST:
        raise UnreadableFileError(f"it has {len(data) / 1e6:,.0f} MB, more than {LARGEST / 1e6:,.0f}")
    return document_of(reader(data), PurePath(name).stem)


def document_of(text: str, stem: str) -> Document:
    """A text as a Document; header lines at its top are taken off it."""
    text = clean_text(text.replace("\r\n", "\n"))
    front = _FRONT.match(text)
    lines = front.group(1).split("\n") if front else list(_leading(text))
    found = {match[1].lower(): match[2].strip("\"'") for line in lines if (match := _HEADER.match(line))}
    heading = _HEADING.search(text)
    title = found.get("title") or (heading.group(1).strip() if heading else "") or stem
    date = _ISO.match(found.get("date") or found.get("published") or found.get("year") or "")
    head = front.end() if front else sum(len(line) + 1 for line in lines) if found else 0
    return Document(title[:300], date.group() if date else "", text[head:].strip())


def _leading(text: str) -> Iterator[str]:
    """The lines before the first empty one: where header lines stand."""
    for line in text.split("\n", 12)[:12]:
        if not line.strip():
            return
        yield line


def _pieces(text: str) -> Iterator[str]:
    held = ""
    for paragraph in re.split(r"\n\s*\n", text):
        for part in _fitting(" ".join(paragraph.split())):
            if held and len(held) + len(part) + 2 > PASSAGE:
                yield held
                held = ""
            held = f"{held}\n\n{part}" if held else part
    if held:
        yield held


def _fitting(paragraph: str) -> Iterator[str]:
    """The paragraph, or its sentences in groups where it is too long."""
    held = ""
    for sentence in _SENTENCE.split(paragraph) if len(paragraph) > PASSAGE else [paragraph]:
        for start in range(0, len(sentence), PASSAGE):
            part = sentence[start : start + PASSAGE]
            if held and len(held) + len(part) + 1 > PASSAGE:
                yield held
                held = ""
            held = f"{held} {part}" if held else part
    if held:
        yield held


def _plain(data: bytes) -> str:
    if b"\0" in data[:4096]:
        raise UnreadableFileError("it is no text")
    return data.decode("utf-8-sig", "replace")


class _Words(html.parser.HTMLParser):
    """The words of a page, without scripts and styles."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._silent += tag in ("script", "style")
        self.parts.append("\n\n" if tag in ("p", "div", "h1", "h2", "h3", "li", "tr") else "")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("script", "style") and self._silent > 0

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)


def words_of_page(data: bytes) -> str:
    """The words of an HTML page."""
    words = _Words()
    words.feed(_plain(data))
    return "".join(words.parts)


def _pdf(data: bytes) -> str:
    try:
        import pypdf
    except ImportError:
        raise UnreadableFileError('PDFs need pypdf: pip install "nb_orchestra[documents]"') from None
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        return "\n\n".join(page.extract_text() or "" for page in reader.pages[:MOST_PAGES])
    except Exception as error:  # whatever a damaged or hostile file makes the library raise
        raise UnreadableFileError(f"this PDF cannot be read ({type(error).__name__})") from None


READERS: dict[str, Callable[[bytes], str]] = {
    ".txt": _plain,
    ".md": _plain,
    ".rst": _plain,
    ".html": words_of_page,
    ".htm": words_of_page,
    ".pdf": _pdf,
}

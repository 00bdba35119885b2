"""One entry of the cache as files of a bundle: its tree as JSON, each large part as a file of its own (a PNG is a .png, a column block .arrow).

Parts are named by their content, so that a chart that stands in two results is there once. Back together they are the entry's very bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from nb_orchestra.protocols import Data
from nb_orchestra.values.encoding import from_parts, parts_of

_ENDINGS = ((b"\x89PNG\r\n\x1a\n", "png"), (b"ARROW1", "arrow"), (b"\xff\xff\xff\xff", "arrow"))


def digest(data: bytes) -> str:
    """SHA-256, hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def as_text(data: Any) -> bytes:
    """JSON that a person can read and a diff can follow."""
    return (json.dumps(data, ensure_ascii=True, allow_nan=False, indent=1, sort_keys=True) + "\n").encode("ascii")


def unpacked(key: str, entry: Data) -> dict[str, bytes]:
    """The files of an entry, by their paths in the bundle. ValueError for bytes that are no entry."""
    tree, blocks = parts_of(entry)
    files = {block_path(bytes(block)): bytes(block) for block in blocks}
    head = json.dumps({"tree": tree, "blocks": [block_path(bytes(block)) for block in blocks]}, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return {entry_path(key): head.encode("ascii"), **files}


def packed(head: bytes, files: Mapping[str, bytes]) -> bytes:
    """The entry's bytes from its files. ValueError or KeyError where they do not fit."""
    data = json.loads(head.decode("ascii"))
    names: Sequence[str] = data["blocks"]
    return from_parts(data["tree"], [files[name] for name in names])


def entry_path(key: str) -> str:
    return f"entries/{key}.json"


def block_path(block: bytes) -> str:
    ending = next((name for start, name in _ENDINGS if block.startswith(start)), "bin")
    return f"blocks/{digest(block)[:40]}.{ending}"

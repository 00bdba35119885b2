"""The envelope of an entry on disk: who it is for, and a checksum. A flipped bit, a torn file or a swapped entry is a miss.

xxh3_128, because it finds damage at memory speed. Against a person who may write to the folder no checksum without a key
helps; what they could put there can still run nothing (values.decode reads data only).
"""

from __future__ import annotations

from collections.abc import Iterable

import xxhash

from nb_orchestra.core.pieces import Pieces
from nb_orchestra.protocols import Data

MAGIC = b"NBE2"
HEAD = 32
"""Bytes before the data, so that what is mapped into memory begins where numpy and Arrow want it."""


class Sealed(Pieces):
    """An entry as it goes to disk: what stands before the data, and the data."""


def sealed(key: str, data: Data | Pieces) -> Sealed:
    parts = data.parts if isinstance(data, Pieces) else (data,)
    return Sealed((MAGIC + bytes(HEAD - len(MAGIC) - 16) + _checksum(key, parts), *parts))


def unsealed(key: str, envelope: object) -> Data | None:
    """The data, or None where this is not what `sealed` gave for this key."""
    if not isinstance(envelope, bytes | memoryview) or envelope[: len(MAGIC)] != MAGIC:
        return None
    data = envelope[HEAD:]
    return data if envelope[HEAD - 16 : HEAD] == _checksum(key, (data,)) else None


def _checksum(key: str, parts: Iterable[Data]) -> bytes:
    digest = xxhash.xxh3_128(key.encode() + b"\0")
    for part in parts:
        digest.update(part)
    return digest.digest()

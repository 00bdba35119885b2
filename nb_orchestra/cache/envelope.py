"""The envelope of an entry on disk: who it is for, and a checksum. A flipped bit, a torn file or a swapped entry is a miss.

xxh3_128, because it finds damage at memory speed. Against a person who may write to the folder no checksum without a key
helps; what they could put there can still run nothing (values.decode reads data only).
"""

from __future__ import annotations

import xxhash

MAGIC = b"NBE1"
HEAD = len(MAGIC) + 16


def sealed(key: str, data: bytes) -> bytes:
    return b"".join([MAGIC, _checksum(key, data), data])


def unsealed(key: str, envelope: object) -> bytes | None:
    """The data, or None where this is not what `sealed` gave for this key."""
    if not isinstance(envelope, bytes) or envelope[: len(MAGIC)] != MAGIC:
        return None
    data = envelope[HEAD:]
    return data if envelope[len(MAGIC) : HEAD] == _checksum(key, data) else None


def _checksum(key: str, data: bytes) -> bytes:
    digest = xxhash.xxh3_128(key.encode() + b"\0")
    digest.update(data)
    return digest.digest()

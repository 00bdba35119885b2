"""Values as bytes and back, exactly or not at all: `decode(encode(value))` has the same content, checked before it is kept.

One JSON tree (texts, numbers, containers; ASCII, so that lone surrogates survive) and, behind it, the raw blocks that
it names: table columns as Arrow IPC, array memory, images. No pickle: a tag in the tree picks a reader from a closed
table, everything read is checked, and a hostile payload can do no more than be refused with ValueError.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from typing import Any

from nb_orchestra.values.content import content

MAGIC = b"NBV1"
LARGEST = 2 << 30
"""Bytes; what is larger is not kept, and not read."""


class NotKeepableError(ValueError):
    """The value has no form on disk that comes back the same."""


def encode(value: Any) -> bytes:
    """The value as bytes; NotKeepableError where it would not come back exactly (an object of a class of one's own, a cycle, > 2 GiB)."""
    name = content(value)
    if name is None:
        raise NotKeepableError(f"a {type(value).__name__} cannot be kept exactly")
    from nb_orchestra.values.encoding_tree import pack

    blocks: list[Any] = []
    try:
        tree = pack(value, blocks)
        data = _join(tree, blocks)
        same = content(decode(data)) == name
    except NotKeepableError:
        raise
    except Exception as error:  # pandas and pyarrow raise many kinds for columns that they cannot write
        raise NotKeepableError(f"a {type(value).__name__} cannot be kept: {type(error).__name__}") from error
    if not same:
        raise NotKeepableError(f"a {type(value).__name__} does not come back the same")
    return data


def decode(data: bytes) -> Any:
    """The value that `encode` was given. ValueError for anything else."""
    from nb_orchestra.values.encoding_tree import unpack

    try:
        tree, blocks = _split(data)
        return unpack(tree, blocks)
    except ValueError:
        raise
    except Exception as error:  # whatever a broken or hostile payload provokes
        raise ValueError(f"not a kept value: {type(error).__name__}") from error


def parts_of(data: bytes) -> tuple[Any, list[memoryview]]:
    """The tree and the blocks of an encoded value, unread. ValueError for anything else."""
    return _split(data)


def from_parts(tree: Any, blocks: list[Any]) -> bytes:
    """The encoded value of these parts: the very bytes that `parts_of` was given."""
    return _join(tree, blocks)


def _join(tree: Any, blocks: list[Any]) -> bytes:
    """Each block begins at a multiple of 16 bytes, so that Arrow and numpy read it where it lies."""
    head = json.dumps({"tree": tree, "blocks": [len(block) for block in blocks]}, ensure_ascii=True, allow_nan=False, separators=(",", ":")).encode()
    head += b" " * (-(12 + len(head)) % 16)
    padded = [part for block in blocks for part in (block, b"\0" * (-len(block) % 16))]
    data = b"".join([MAGIC, struct.pack("<Q", len(head)), head, *padded])
    if len(data) > LARGEST:
        raise NotKeepableError(f"{len(data):,} bytes are more than can be kept")
    return data


def _split(data: bytes) -> tuple[Any, list[memoryview]]:
    if len(data) > LARGEST or data[:4] != MAGIC or len(data) < 12:
        raise ValueError("not a kept value")
    (size,) = struct.unpack_from("<Q", data, 4)
    head = json.loads(data[12 : 12 + size].decode("ascii"), parse_constant=_refuse)
    if not isinstance(head, Mapping) or len(data) < 12 + size:
        raise ValueError("not a kept value")
    blocks, at, view = [], 12 + size, memoryview(data)
    for length in head["blocks"]:
        if type(length) is not int or length < 0 or at + length > len(data):
            raise ValueError("a block is cut off")
        blocks.append(view[at : at + length])
        at += length + -length % 16
    if at != len(data):
        raise ValueError("more bytes than blocks")
    return head["tree"], blocks


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")

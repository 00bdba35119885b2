"""Values as bytes and back, exactly or not at all: `decode(encode(value))` has the same content; of all but plain data that is checked before it is kept.

One JSON tree (texts, numbers, containers; ASCII, so that lone surrogates survive) and, behind it, the raw blocks that
it names: table columns as Arrow IPC, array memory, images. No pickle: a tag in the tree picks a reader from a closed
table, everything read is checked, and a hostile payload can do no more than be refused with ValueError.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from typing import Any

from nb_orchestra.core.pieces import Pieces
from nb_orchestra.protocols import Data
from nb_orchestra.values.content import content

MAGIC = b"NBV1"
LARGE = 1 << 20
_AS_JSON = json.JSONEncoder(ensure_ascii=True, allow_nan=False, separators=(",", ":")).encode
LARGEST = 2 << 30
"""Bytes; what is larger is not kept, and not read."""


class NotKeepableError(ValueError):
    """The value has no form on disk that comes back the same."""


def encode(value: Any) -> bytes | Pieces:
    """The value as bytes; where they are many, as pieces that lie where the value itself does: write them before it can change.

    NotKeepableError where it would not come back exactly (an object of a class of one's own, a cycle, > 2 GiB).
    """
    from nb_orchestra.values.encoding_plain import OTHER, plain_tree
    from nb_orchestra.values.encoding_tree import pack

    blocks: list[Any] = []
    try:
        tree = plain_tree(value, blocks)
        plain = tree is not OTHER
        if plain and not blocks and len(head := _head_of(tree, blocks)) < LARGE:
            return head
        pieces = _pieces(tree if plain else pack(value, blocks := []), blocks)
        kept: bytes | Pieces = bytes(pieces) if len(pieces) < LARGE else pieces
        comes_back = plain or (_same_small(value, kept) if isinstance(kept, bytes) else _same_large(value, pieces, blocks))
    except NotKeepableError:
        raise
    except Exception as error:  # pandas and pyarrow raise many kinds for columns that they cannot write
        raise NotKeepableError(f"a {type(value).__name__} cannot be kept: {type(error).__name__}") from error
    if not comes_back:
        raise NotKeepableError(f"a {type(value).__name__} {'cannot be kept exactly' if content(value) is None else 'does not come back the same'}")
    return kept


def _same_small(value: Any, data: bytes) -> bool:
    from nb_orchestra.values.encoding_tree import OwnBlocks, unpack

    name, (tree, blocks) = content(value), _split(data)
    return name is not None and content(unpack(tree, OwnBlocks(blocks))) == name


def _same_large(value: Any, pieces: Pieces, blocks: list[Any]) -> bool:
    """Without joining the pieces: their head is read back as it was written, the blocks as they lie."""
    from nb_orchestra.values.encoding_tree import OwnBlocks, unpack
    from nb_orchestra.values.sameness import same

    head = bytes(pieces.parts[0])
    return same(value, unpack(_head(head[12:])["tree"], OwnBlocks(blocks)))


def decode(data: Data) -> Any:
    """The value that `encode` was given. ValueError for anything else. A memoryview that can be written is given away: the value may lie in it."""
    from nb_orchestra.values.encoding_tree import unpack

    try:
        tree, blocks = _split(data)
        return unpack(tree, blocks)
    except ValueError:
        raise
    except Exception as error:  # whatever a broken or hostile payload provokes
        raise ValueError(f"not a kept value: {type(error).__name__}") from error


def parts_of(data: Data) -> tuple[Any, list[memoryview]]:
    """The tree and the blocks of an encoded value, unread. ValueError for anything else."""
    return _split(data)


def from_parts(tree: Any, blocks: list[Any]) -> bytes:
    """The encoded value of these parts: the very bytes that `parts_of` was given."""
    return bytes(_pieces(tree, blocks))


def _pieces(tree: Any, blocks: list[Any]) -> Pieces:
    """Each block begins at a multiple of 16 bytes, so that Arrow and numpy read it where it lies."""
    parts: list[bytes | memoryview] = [_head_of(tree, blocks)]
    for block in blocks:
        parts += [*(block.parts if isinstance(block, Pieces) else (block,)), bytes(-len(block) % 16)]
    pieces = Pieces(parts)
    if len(pieces) > LARGEST:
        raise NotKeepableError(f"{len(pieces):,} bytes are more than can be kept")
    return pieces


def _head_of(tree: Any, blocks: list[Any]) -> bytes:
    head = _AS_JSON({"tree": tree, "blocks": [len(block) for block in blocks]}).encode()
    head += b" " * (-(12 + len(head)) % 16)
    return MAGIC + struct.pack("<Q", len(head)) + head


def _split(data: Data) -> tuple[Any, list[memoryview]]:
    if len(data) > LARGEST or data[:4] != MAGIC or len(data) < 12:
        raise ValueError("not a kept value")
    (size,) = struct.unpack_from("<Q", data, 4)
    head = _head(data[12 : 12 + size])
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


def _head(data: Data) -> Any:
    return json.loads(str(data, "ascii"), parse_constant=_refuse)


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")

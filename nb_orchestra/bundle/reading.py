"""One file → a checked bundle, held in memory: nothing is unpacked to disk, nothing in it is run, and what does not fit is refused as a whole.

Looked at here: names (a closed list of shapes, so no path leads out), sizes before and while unpacking, checksums, the manifest's form.
Values are decoded by the same reader as the cache's (data only); a file that this machine has not seen before is decoded in a process with
limits first (vetting).
"""

from __future__ import annotations

import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nb_orchestra.bundle.happened import events_of
from nb_orchestra.bundle.packing import digest, entry_path, packed
from nb_orchestra.core.events import Event
from nb_orchestra.core.pieces import Pieces
from nb_orchestra.errors import BundleError
from nb_orchestra.protocols import Data, Trimmed

LARGEST_FILE = 512 << 20
LARGEST_WHOLE = 1 << 30
MOST_MEMBERS = 20_000
MANIFEST = "manifest.json"
FORMATS = (1,)
RUN = r"[0-9A-Za-z_-]{1,60}"
KEY = re.compile(r"[A-Za-z0-9_.:-]{1,200}\Z")
_MEMBER = re.compile(
    rf"(manifest\.json|runs/{RUN}/(plan\.json|events\.jsonl|results/[A-Za-z_][A-Za-z0-9_]{{0,80}}\.(parquet|json|md|svg))"
    r"|entries/[A-Za-z0-9_-][A-Za-z0-9_.:-]{0,199}\.json|blocks/[0-9a-f]{40}\.(arrow|png|bin))\Z"
)


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle whose form holds. `sha`: of the whole file. `runs`: what the manifest says of each. `files`: member → bytes."""

    path: Path
    sha: str
    manifest: Mapping[str, Any]
    files: Mapping[str, bytes]

    @property
    def runs(self) -> Sequence[Mapping[str, Any]]:
        found: Sequence[Mapping[str, Any]] = self.manifest["runs"]
        return found

    @property
    def keys(self) -> list[str]:
        """The keys of its entries."""
        return list(self.manifest["entries"])

    def entry(self, key: str) -> bytes:
        """An entry as the cache would hold it. KeyError where there is none, BundleError where its parts do not fit."""
        head = self.files[entry_path(key)]
        try:
            return packed(head, self.files)
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise BundleError(f"{self.path.name}: entry {key} is broken ({type(error).__name__})") from None

    def events(self, run: str) -> list[Event]:
        """What happened in a run; lines of a kind that this version does not know are left out. ValueError where they tell none (`read_bundle` looked)."""
        return events_of(self.files.get(f"runs/{run}/events.jsonl", b"").splitlines())


@dataclass(slots=True)
class BundleStore:
    """A bundle as a Store: read only."""

    bundle: Bundle
    _keys: frozenset[str] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        self._keys = frozenset(self.bundle.keys)

    def read(self, keys: Sequence[str]) -> dict[str, Data]:
        return {key: self.bundle.entry(key) for key in keys if key in self._keys}

    def write(self, items: Mapping[str, Data | Pieces]) -> None:
        """Nothing: a bundle does not change."""

    def remove(self, keys: Iterable[str]) -> None:
        """Nothing."""

    def size(self) -> int:
        return sum(map(len, self.bundle.files.values()))

    def count(self) -> int:
        return len(self.bundle.files)

    def clear(self) -> int:
        return 0

    def trim(self, most: int) -> Trimmed:
        return Trimmed(0, 0)


def read_bundle(path: Path) -> Bundle:
    """BundleError, saying what is wrong, for anything that `write_bundle` would not have written."""
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise BundleError(f"{path.name} is {size / 1e6:,.0f} MB large; a bundle has at most {LARGEST_FILE / 1e6:,.0f} MB")
        data = path.read_bytes()
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            files = _members(path, archive)
    except FileNotFoundError:
        raise BundleError(f"there is no file {path}", hint="%orchestrate export RUN FILE makes one") from None
    except (OSError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, UnicodeDecodeError) as error:
        raise BundleError(f"{path.name} cannot be read as a bundle: {error}", hint="%orchestrate export RUN FILE makes one") from None
    made = Bundle(path, digest(data), _manifest(path, files), files)
    for run in made.runs:
        try:
            made.events(run["id"])
        except ValueError as error:
            raise BundleError(f"{path.name}: {error}", hint="export it again; nothing of it was used") from None
    return made


def _members(path: Path, archive: zipfile.ZipFile) -> dict[str, bytes]:
    """Every member, its name and size looked at before it is unpacked."""
    members = archive.infolist()
    names = [member.filename for member in members]
    strange = next((name for name in names if not _MEMBER.match(name)), None)
    if strange is not None:
        raise BundleError(
            f"{path.name} holds {strange[:80]!r}, which is no part of a bundle", hint="it was not made by %orchestrate export; nothing of it was used"
        )
    if len(set(names)) != len(names) or len(names) > MOST_MEMBERS:
        raise BundleError(f"{path.name} holds {len(names):,} files, some of them twice or too many")
    whole = sum(member.file_size for member in members)
    if whole > LARGEST_WHOLE:
        raise BundleError(f"{path.name} would be {whole / 1e9:,.1f} GB unpacked; the limit is {LARGEST_WHOLE / 1e9:,.1f} GB", hint="nothing of it was unpacked")
    if any(member.flag_bits & 1 or member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for member in members):
        raise BundleError(f"{path.name} is packed in a way that bundles are not")
    return {member.filename: _content(path, archive, member) for member in members}


def _content(path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """A member's bytes, never more than it announced."""
    with archive.open(member) as file:
        data = file.read(member.file_size + 1)
    if len(data) != member.file_size:
        raise BundleError(f"{path.name}: {member.filename} has another size than it says")
    return data


def _manifest(path: Path, files: Mapping[str, bytes]) -> Mapping[str, Any]:
    try:
        manifest = json.loads(files[MANIFEST])
        fits = _fits(manifest)
    except (KeyError, ValueError, TypeError, AttributeError, RecursionError):
        fits = False
    if not fits:
        raise BundleError(f"{path.name} has no manifest that this version can read", hint="a newer nb_orchestra may have written it")
    wrong = [name for name, data in files.items() if name != MANIFEST and manifest["files"].get(name) != digest(data)]
    gone = [name for name in manifest["files"] if name not in files] + [key for key in manifest["entries"] if entry_path(key) not in files]
    if wrong or gone:
        raise BundleError(f"{path.name}: {(wrong or gone)[0]} was changed or is missing", hint="export it again; nothing of it was used")
    found: Mapping[str, Any] = manifest
    return found


def _fits(manifest: Any) -> bool:
    runs, files, entries = manifest["runs"], manifest["files"], manifest["entries"]
    told = all(re.fullmatch(RUN, run["id"]) and isinstance(run["goal"], str) and isinstance(run["name"], str) for run in runs)
    return manifest["format"] in FORMATS and isinstance(files, dict) and isinstance(entries, list) and all(KEY.match(key) for key in entries) and told

"""What was done once is not done again: equal jobs have equal identities, and a kept value comes back the same or not at all.

fingerprint (a job's parts by content → one key) · why (the parts in words: what changed) · memo (find and keep results,
off the loop) · store (bytes by key: on disk, in memory). The cache can never fail a run: what is broken is a miss and one warning.
"""

from __future__ import annotations

from nb_orchestra.cache.fingerprint import Identity, identify, unnameable
from nb_orchestra.cache.layered import LayeredStore
from nb_orchestra.cache.memo import Memo
from nb_orchestra.cache.places import network_kind
from nb_orchestra.cache.store import DiskStore, MemoryStore
from nb_orchestra.cache.why import FIRST_TIME, explain

__all__ = ["FIRST_TIME", "DiskStore", "Identity", "LayeredStore", "Memo", "MemoryStore", "explain", "identify", "network_kind", "unnameable"]

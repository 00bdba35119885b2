"""One file that holds runs: plans, events, results, and what a replay needs. It can be read with any zip tool, and it can run nothing.

packing (an entry of the cache as files) · writing (runs → file) · reading (file → checked bundle) · vetting (a foreign file is first
decoded in a process with limits) · using (which are in use in this kernel) · readable (results as Parquet, Markdown, JSON and SVG).
"""

from __future__ import annotations

from nb_orchestra.bundle.reading import Bundle, BundleStore, read_bundle
from nb_orchestra.bundle.using import in_use, use, use_none
from nb_orchestra.bundle.vetting import vetted
from nb_orchestra.bundle.writing import Written, write_bundle

__all__ = ["Bundle", "BundleStore", "Written", "in_use", "read_bundle", "use", "use_none", "vetted", "write_bundle"]

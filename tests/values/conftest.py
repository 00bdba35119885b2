"""The strategies of this folder's property tests stand beside them, so they must be found there."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

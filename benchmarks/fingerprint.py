"""How long it takes to name a table by content, and to keep and read it, beside pandas and pyarrow on the same tables.

Prints medians of one run and their ratios; nothing is asserted. `python benchmarks/fingerprint.py [rows]` (default 1,000,000 × 10).
"""

from __future__ import annotations

import hashlib
import io
import statistics
import sys
import time
from collections.abc import Callable

import numpy as np
import pandas as pd
import pyarrow as pa

from nb_orchestra.values import content, decode, encode

REPEATS = 5


def tables(rows: int) -> dict[str, pd.DataFrame]:
    chance = np.random.default_rng(0)
    numeric = pd.DataFrame({f"n{number}": chance.normal(size=rows) for number in range(10)})
    words = np.array([f"word {number}" for number in range(1000)], dtype=object)
    texts = numeric.drop(columns=["n8", "n9"]).assign(s1=words[chance.integers(0, 1000, rows)], s2=words[chance.integers(0, 1000, rows)])
    gaps = numeric.mask(chance.random((rows, 10)) < 0.1)
    return {"numbers": numeric, "numbers with gaps": gaps, "numbers and texts": texts, "texts as objects": texts.astype({"s1": object, "s2": object})}


def median_ms(work: Callable[[], object]) -> float:
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times)


def pandas_digest(frame: pd.DataFrame) -> str:
    return hashlib.sha256(pd.util.hash_pandas_object(frame).to_numpy().tobytes()).hexdigest()


def arrow_write(frame: pd.DataFrame) -> bytes:
    table = pa.Table.from_pandas(frame)
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    return sink.getvalue()


def arrow_read(data: bytes) -> pd.DataFrame:
    return pa.ipc.open_stream(data).read_all().to_pandas()


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    print(f"{rows:,} rows × 10, medians of {REPEATS}, ms (× = of the one beside it)")
    print(f"{'':20}{'content':>9}{'hash_pandas_object':>20}{'×':>6}{'encode':>9}{'pyarrow':>9}{'×':>6}{'decode':>9}{'pyarrow':>9}{'×':>6}")
    for name, frame in tables(rows).items():
        ours, theirs = median_ms(lambda: content(frame)), median_ms(lambda: pandas_digest(frame))  # noqa: B023  # used at once
        kept, plain = bytes(encode(frame)), arrow_write(frame)
        write, arrow = median_ms(lambda: bytes(encode(frame))), median_ms(lambda: arrow_write(frame))  # noqa: B023
        read, back = median_ms(lambda: decode(kept)), median_ms(lambda: arrow_read(plain))  # noqa: B023
        print(f"{name:20}{ours:9.1f}{theirs:20.1f}{ours / theirs:6.2f}{write:9.1f}{arrow:9.1f}{write / arrow:6.2f}{read:9.1f}{back:9.1f}{read / back:6.2f}")


if __name__ == "__main__":
    main()

"""How columns go together: correlation, with the reversal within groups looked for unasked; matrices; partial correlation."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pandas as pd
from scipy import stats

from nb_orchestra.offline.recipes.comparing import holm
from nb_orchestra.offline.recipes.conditions import rows_where
from nb_orchestra.offline.recipes.frames import (
    Refusal,
    as_groups,
    column_of,
    columns_of,
    complete_rows,
    holds_numbers,
    levels_of,
    number_columns,
    numbers_of,
    rows_table,
    unique_columns,
)
from nb_orchestra.offline.recipes.testing import NAN, TEST_COLUMNS, result_row, short

COEFFICIENTS: dict[str, tuple[str, Any]] = {
    "pearson": ("Pearson's r", stats.pearsonr),
    "spearman": ("Spearman's ρ", stats.spearmanr),
    "kendall": ("Kendall's τ-b", stats.kendalltau),
}
FEWEST = 10  # a group with fewer rows says nothing about a reversal
MOST_GROUPS = 12
CORRELATION = ("x", "y", "by", "group", "r", *TEST_COLUMNS, "n", "dropped", "dropped_why", "assumptions", "reversed")


def correlate(frame: pd.DataFrame, *, x: str, y: str, method: str = "pearson", by: str | None = None, where: Any = None) -> pd.DataFrame:
    """The correlation over all rows (group missing), then within each group of `by`, or of a category that reverses its sign. Refusal below 3 pairs."""
    frame = rows_where(frame, where)
    x, y = column_of(frame, x), column_of(frame, y)
    if x == y:
        raise Refusal(f"{x} cannot be correlated with itself", "name two columns")
    if method not in COEFFICIENTS:
        raise Refusal(f"there is no correlation {method!r}", f"known: {', '.join(COEFFICIENTS)}")
    table, dropped, why = complete_rows(frame, [x, y])
    if len(table) < 3:
        raise Refusal(f"{len(table)} rows have both {x} and {y}, 3 needed")
    whole = correlate_once(table, x, y, method)
    if not whole["r"] == whole["r"]:
        raise Refusal(f"{x if not np.ptp(table[x]) else y} holds one value only, so nothing can go together with it")
    rows = [whole | {"dropped": dropped, "dropped_why": why or None, "reversed": False}]
    groups = column_of(frame, by) if by else reversing_group(frame, table, x, y, whole["r"])
    if groups:
        labels = as_groups(frame[groups]).loc[table.index]
        for level in levels_of(labels):
            part = table[(labels == level).to_numpy()]
            row = correlate_once(part, x, y, method) if len(part) >= 3 else {"n": len(part), "r": NAN}
            rows.append(row | {"by": groups, "group": str(level), "reversed": bool(row["r"] * whole["r"] < 0)})
    return rows_table([{"x": x, "y": y} | row for row in rows], CORRELATION)


def correlate_once(table: pd.DataFrame, x: str, y: str, method: str) -> dict[str, Any]:
    """One coefficient with p and its 95 % interval by Fisher's z (Spearman: error by Bonett and Wright 2000; Kendall: by Fieller 1957)."""
    a, b, n = table[x].to_numpy(), table[y].to_numpy(), len(table)
    if not np.ptp(a) or not np.ptp(b):
        return {"r": NAN, "n": n}
    name, call = COEFFICIENTS[method]
    found = call(a, b)
    r = float(found.statistic)
    spread = {"pearson": 1.0, "spearman": 1 + r**2 / 2, "kendall": 0.437}[method] / max(n - (4 if method == "kendall" else 3), 1)
    reach = 1.96 * float(np.sqrt(spread)) if n > 4 and abs(r) < 1 else NAN
    low, high = (float(np.tanh(np.arctanh(r) + side * reach)) for side in (-1, 1)) if reach == reach else (NAN, NAN)
    row = result_row(name, r, found.pvalue, df=n - 2 if method == "pearson" else NAN, effect=(name, r, low, high))
    skew = max(abs(float(stats.skew(a))), abs(float(stats.skew(b))))
    assumptions = f"linear, no far values: largest skew {short(skew)}" if method == "pearson" else "monotone"
    return row | {"r": r, "n": n, "assumptions": assumptions}


def reversing_group(frame: pd.DataFrame, table: pd.DataFrame, x: str, y: str, r: float) -> str | None:
    """The category, of those within whose groups the sign is mostly the opposite, that explains most of y; None where there is none."""
    best: tuple[float, str | None] = (0.0, None)
    for name in unique_columns(frame):
        if name in (x, y) or (holds_numbers(frame[name]) and frame[name].nunique() > MOST_GROUPS):
            continue
        labels = as_groups(frame[name]).loc[table.index]
        if not 2 <= labels.nunique() <= MOST_GROUPS:
            continue
        parts = [part for _, part in table.groupby(labels, observed=True) if len(part) >= FEWEST]
        inner = [float(np.corrcoef(part[x], part[y])[0, 1]) for part in parts if np.ptp(part[x]) and np.ptp(part[y])]
        against = sum(len(part) for part, value in zip(parts, inner, strict=False) if value * r < 0)
        clear = any(
            value * r < 0 and abs(np.arctanh(min(abs(value), 0.999999))) * np.sqrt(len(part) - 3) > 1.96 for part, value in zip(parts, inner, strict=False)
        )
        share = against / len(table)
        if len(inner) >= 2 and share > 0.5 and clear and share > best[0]:
            best = (share, name)
    return best[1]


def correlation_matrix(frame: pd.DataFrame, *, columns: Any = None, method: str = "pearson", target: str | None = None) -> pd.DataFrame:
    """One row per pair of columns (or per column against the target), strongest first: r, p, p_holm, n. Rows are left out pair by pair."""
    names = columns_of(frame, columns) or number_columns(frame, least=2)
    aim = column_of(frame, target) if target else None
    names = list(dict.fromkeys([*names, *([aim] if aim else [])]))
    if method not in COEFFICIENTS:
        raise Refusal(f"there is no correlation {method!r}", f"known: {', '.join(COEFFICIENTS)}")
    if len(names) < 2:
        raise Refusal("two numeric columns are needed")
    numbers, kind = pd.DataFrame({name: numbers_of(frame, name) for name in names}), cast(Any, method)
    there = numbers.notna().to_numpy(dtype="float64")
    counts = there.T @ there
    if method != "kendall" and there.all():  # many times faster than pair by pair
        cells = np.atleast_2d(np.corrcoef((numbers if method == "pearson" else numbers.rank()).to_numpy(), rowvar=False))
    else:
        cells = numbers.corr(method=kind).to_numpy()
    first, second = np.triu_indices(len(names), 1)
    if aim is not None:
        at = names.index(aim)
        kept = (first == at) | (second == at)
        first, second = np.where(first == at, second, first)[kept], np.full(int(kept.sum()), at)
    labels = np.array(names, dtype=object)
    table = pd.DataFrame({"x": labels[first], "y": labels[second], "r": cells[first, second], "n": counts[first, second].astype("int64")})
    table["p"] = p_values(table["r"], table["n"], method)
    table["p_holm"] = holm(table["p"])
    order = table["r"].abs().sort_values(ascending=False, kind="stable").index
    return table.loc[order, ["x", "y", "r", "p", "p_holm", "n"]].reset_index(drop=True)


def p_values(r: Any, n: Any, method: str) -> Any:
    """Two-sided p of coefficients: by t, Kendall's by its normal approximation."""
    with np.errstate(all="ignore"):
        if method == "kendall":
            return 2 * stats.norm.sf(np.abs(r) / np.sqrt(2 * (2 * n + 5) / (9 * n * (n - 1))))
        return 2 * stats.t.sf(np.abs(r) * np.sqrt((n - 2) / np.maximum(1 - r**2, 1e-300)), n - 2)


def partial_correlation(frame: pd.DataFrame, *, x: str, y: str, controls: Any, method: str = "pearson") -> pd.DataFrame:
    """The correlation of what least squares on the controls leaves of x and y (by ranks: of their ranks). Categories enter as indicators."""
    names = [name for name in columns_of(frame, controls) if name not in (x, y)]
    if not names:
        raise Refusal("a column to control for is needed")
    numeric = [name for name in names if holds_numbers(frame[name])]
    table, dropped, why = complete_rows(frame, [x, y, *numeric], [name for name in names if name not in numeric])
    if method == "spearman":
        table = table.assign(**{name: table[name].rank() for name in [x, y, *numeric]})
    design = pd.get_dummies(table[names], columns=[name for name in names if name not in numeric], drop_first=True, dtype="float64").to_numpy(dtype="float64")
    design = np.column_stack([np.ones(len(table)), design])
    df = len(table) - 1 - design.shape[1]
    if df < 1:
        raise Refusal(f"{len(table)} complete rows are too few to control for {design.shape[1] - 1} columns")
    q, r_factor = np.linalg.qr(design)
    q = q if np.linalg.matrix_rank(r_factor) == design.shape[1] else np.linalg.svd(design, full_matrices=False)[0][:, : np.linalg.matrix_rank(design)]
    rest = [table[name].to_numpy() - q @ (q.T @ table[name].to_numpy()) for name in (x, y)]
    r = float(np.corrcoef(*rest)[0, 1])
    t = r * np.sqrt(df / max(1 - r**2, 1e-300))
    reach = 1.96 / np.sqrt(df - 1) if df > 1 else NAN
    low, high = (float(np.tanh(np.arctanh(np.clip(r, -1 + 1e-15, 1 - 1e-15)) + side * reach)) for side in (-1, 1))
    name = f"partial {COEFFICIENTS[method][0]}"
    row = result_row(name, r, 2 * stats.t.sf(abs(t), df), df=df, effect=(name, r, low, high))
    about = {
        "x": x,
        "y": y,
        "controls": ", ".join(names),
        "r": r,
        "n": len(table),
        "dropped": dropped,
        "dropped_why": why or None,
        "assumptions": "linear in the controls",
    }
    return rows_table([about | row], ["x", "y", "controls", "r", *TEST_COLUMNS, "n", "dropped", "dropped_why", "assumptions"])

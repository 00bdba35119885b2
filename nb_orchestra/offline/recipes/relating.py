"""How columns go together: correlation, with the reversal within groups looked for unasked; matrices; partial correlation."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pandas as pd
from scipy import stats

from nb_orchestra.offline.recipes.conditions import rows_where
from nb_orchestra.offline.recipes.frames import (
    Refusal,
    as_groups,
    column_of,
    columns_of,
    complete_rows,
    holds_numbers,
    in_level,
    levels_of,
    number_columns,
    numbers_of,
    reasons_of,
    rows_table,
    tell_left_out,
    unique_columns,
)
from nb_orchestra.offline.recipes.testing import NAN, TEST_COLUMNS, holm, of_ordinary_size, result_row, short

COEFFICIENTS: dict[str, tuple[str, Any]] = {
    "pearson": ("Pearson's r", stats.pearsonr),
    "spearman": ("Spearman's ρ", stats.spearmanr),
    "kendall": ("Kendall's τ-b", stats.kendalltau),
}
FEWEST = 10  # a group with fewer rows says nothing about a reversal
FAR_SKEW = 2.0
MOST_GROUPS = 12
MOST_RANKED = 20_000
CORRELATION = ("x", "y", "by", "group", "r", *TEST_COLUMNS, "n", "dropped", "dropped_why", "assumptions", "reversed")
MATRIX = ("x", "y", "r", *TEST_COLUMNS, "p_holm", "n", "dropped", "dropped_why", "assumptions")


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
    groups = column_of(frame, by) if by else reversing_group(frame, table, x, y, method, whole["r"])
    if groups:
        everywhere = as_groups(frame[groups])
        labels = everywhere.loc[table.index]
        tell_left_out(int(labels.isna().sum()), [groups])
        for level in levels_of(labels):
            part = table[in_level(labels, level)]
            row = correlate_once(part, x, y, method) if len(part) >= 3 else {"n": len(part), "r": NAN}
            row |= group_gaps(frame.loc[in_level(everywhere, level), [x, y]], len(part)) if dropped else {"dropped": 0}
            rows.append(row | {"by": groups, "group": str(level), "reversed": bool(row["r"] * whole["r"] < 0)})
    return rows_table([{"x": x, "y": y} | row for row in rows], CORRELATION)


def group_gaps(part: pd.DataFrame, used: int) -> dict[str, Any]:
    """How many rows of a group its coefficient does not use, and why."""
    dropped = len(part) - used
    return {"dropped": dropped, "dropped_why": reasons_of(part.isna()) or "values that are no numbers" if dropped else None}


def correlate_once(table: pd.DataFrame, x: str, y: str, method: str) -> dict[str, Any]:
    """One coefficient with p and its 95 % interval by Fisher's z."""
    a, b, n = table[x].to_numpy(), table[y].to_numpy(), len(table)
    if not np.ptp(a) or not np.ptp(b):
        return {"r": NAN, "n": n}
    name, call = COEFFICIENTS[method]
    found = call(a, b)
    r = float(found.statistic)
    reach = 1.96 * float(fisher_error(r, n, method)) if n > 4 and abs(r) < 1 else NAN
    low, high = (float(np.tanh(np.arctanh(r) + side * reach)) for side in (-1, 1)) if reach == reach else (NAN, NAN)
    row = result_row(name, r, found.pvalue, df=n - 2 if method == "pearson" else NAN, effect=(name, r, low, high))
    skew = max(abs(float(stats.skew(a))), abs(float(stats.skew(b))))
    far = "some values lie far out, so ranks or logarithms say more" if skew > FAR_SKEW else "no far values"
    assumptions = f"linear; {far}: largest skew {short(skew)}" if method == "pearson" else "monotone"
    return row | {"r": r, "n": n, "assumptions": assumptions}


def reversing_group(frame: pd.DataFrame, table: pd.DataFrame, x: str, y: str, method: str, r: float) -> str | None:
    """The category whose groups reverse the sign of r for most rows; None where there is none.

    A category counts where groups with the opposite sign hold more than half of the rows and one of them is beyond chance (p < 0.05, divided
    by the groups looked at), or where so clearly reversed groups hold a fifth of the rows.
    """
    best: tuple[float, str | None] = (0.0, None)
    for name in unique_columns(frame):
        if name in (x, y) or (holds_numbers(frame[name]) and frame[name].nunique() > MOST_GROUPS):
            continue
        labels = as_groups(frame[name]).loc[table.index]
        if not 2 <= labels.nunique() <= MOST_GROUPS:
            continue
        against, beyond = reversed_rows(table, labels, x, y, method, r)
        share = max(against / len(table) if beyond else 0.0, 0.5 + beyond / len(table) if beyond >= len(table) / 5 else 0.0)
        if share > 0.5 and share > best[0]:
            best = (share, name)
    return best[1]


def reversed_rows(table: pd.DataFrame, labels: Any, x: str, y: str, method: str, r: float) -> tuple[int, int]:
    """(rows in groups with the opposite sign, rows in those that are beyond chance); (0, 0) for fewer than two groups of ten that vary."""
    parts = [part for _, part in table.groupby(labels, observed=True) if len(part) >= FEWEST and np.ptp(part[x]) > 0 and np.ptp(part[y]) > 0]
    against = beyond = 0
    for part in parts if len(parts) > 1 else ():
        ranks = part[[x, y]] if method == "pearson" else ranks_of(part[[x, y]])
        inner = float(np.corrcoef(ranks[x], ranks[y])[0, 1])
        if inner * r < 0:
            against += len(part)
            p = 2 * stats.norm.sf(np.arctanh(min(abs(inner), 0.999999)) * np.sqrt(len(ranks) - 3))
            beyond += len(part) if p < 0.05 / len(parts) else 0
    return against, beyond


def ranks_of(part: pd.DataFrame) -> pd.DataFrame:
    """Ranks, of a large group those of a fixed draw: the sign of its coefficient is clear from that."""
    return (part if len(part) <= MOST_RANKED else part.sample(MOST_RANKED, random_state=0)).rank()


def correlation_matrix(frame: pd.DataFrame, *, columns: Any = None, method: str = "pearson", target: str | None = None) -> pd.DataFrame:
    """One row per pair of columns (or per column against the target), strongest first: r with its test and interval, p_holm. Rows are left out pair by pair."""
    names = columns_of(frame, columns) or number_columns(frame, least=2)
    aim = column_of(frame, target) if target else None
    names = list(dict.fromkeys([*names, *([aim] if aim else [])]))
    if method not in COEFFICIENTS:
        raise Refusal(f"there is no correlation {method!r}", f"known: {', '.join(COEFFICIENTS)}")
    if len(names) < 2:
        raise Refusal("two numeric columns are needed")
    numbers = pd.DataFrame({name: numbers_of(frame, name) for name in names})
    first, second = np.triu_indices(len(names), 1)
    if aim is not None:
        at = names.index(aim)
        kept = (first == at) | (second == at)
        first, second = np.where(first == at, second, first)[kept], np.full(int(kept.sum()), at)
    labels = np.array(names, dtype=object)
    table = pd.DataFrame({"x": labels[first], "y": labels[second]}).assign(**pair_coefficients(numbers, first, second, method))
    dropped = len(frame) - table["n"]
    table = table.assign(**coefficient_tests(table, method), dropped=dropped, dropped_why=dropped.map(lambda gone: "without one of the two" if gone else None))
    table["p_holm"] = holm(table["p"])
    order = table["r"].abs().sort_values(ascending=False, kind="stable").index
    return table.loc[order, list(MATRIX)].reset_index(drop=True)


def pair_coefficients(numbers: pd.DataFrame, first: Any, second: Any, method: str) -> dict[str, Any]:
    """r and n of each pair, and Kendall's p, which needs the ties."""
    there = numbers.notna().to_numpy(dtype="float64")
    counts = (there.T @ there)[first, second].astype("int64")
    if method == "kendall":
        found = [kendall_of(numbers.iloc[:, at].to_numpy(), numbers.iloc[:, other].to_numpy()) for at, other in zip(first, second, strict=True)]
        return {"r": [float(pair[0]) for pair in found], "n": counts, "p": [float(pair[1]) for pair in found]}
    if there.all():  # many times faster than pair by pair
        cells = np.atleast_2d(np.corrcoef((numbers if method == "pearson" else numbers.rank()).to_numpy(), rowvar=False))
    else:
        cells = numbers.corr(method=cast(Any, method)).to_numpy()
    return {"r": cells[first, second], "n": counts}


def kendall_of(a: Any, b: Any) -> tuple[float, float]:
    """(τ-b, p) of the rows that have both; missing where they are too few or equal."""
    both = ~(np.isnan(a) | np.isnan(b))
    found = stats.kendalltau(a[both], b[both]) if both.sum() > 1 else (NAN, NAN)
    return float(found[0]), float(found[1])


def coefficient_tests(table: pd.DataFrame, method: str) -> dict[str, Any]:
    """The columns of a test for each coefficient: p by t where it is not there yet, and the 95 % interval by Fisher's z."""
    r, n = table["r"].to_numpy(dtype=float), table["n"].to_numpy()
    name = COEFFICIENTS[method][0]
    with np.errstate(all="ignore"):
        p = table["p"] if "p" in table else 2 * stats.t.sf(np.abs(r) * np.sqrt((n - 2) / np.maximum(1 - r**2, 1e-300)), n - 2)
        reach = np.where((n > 4) & (np.abs(r) < 1), 1.96 * fisher_error(r, n, method), NAN)
        low, high = np.tanh(np.arctanh(r) - reach), np.tanh(np.arctanh(r) + reach)
    whole = {"test": name, "statistic": r, "df": n - 2 if method == "pearson" else NAN, "df2": NAN, "p": p, "effect_size": name, "effect": r}
    return whole | {"ci_low": low, "ci_high": high, "assumptions": "linear; far values were not looked for" if method == "pearson" else "monotone"}


def fisher_error(r: Any, n: Any, method: str) -> Any:
    """The standard error of Fisher's z (Spearman: Bonett and Wright 2000; Kendall: Fieller 1957)."""
    spread = {"pearson": 1.0, "spearman": 1 + r**2 / 2, "kendall": 0.437}[method]
    return np.sqrt(spread / np.maximum(n - (4 if method == "kendall" else 3), 1))


def partial_correlation(frame: pd.DataFrame, *, x: str, y: str, controls: Any, method: str = "pearson") -> pd.DataFrame:
    """The correlation of what least squares on the controls leaves of x and y (by ranks: of their ranks). Categories enter as indicators."""
    names = [name for name in columns_of(frame, controls) if name not in (x, y)]
    if not names:
        raise Refusal("a column to control for is needed")
    numeric = [name for name in names if holds_numbers(frame[name])]
    table, dropped, why = complete_rows(frame, [x, y, *numeric], [name for name in names if name not in numeric])
    if len(table):
        table = table.assign(**{name: of_ordinary_size(table[name]) for name in [x, y, *numeric]})
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

"""Are groups different? The test is chosen by its assumptions, and the table says which, why, and what was left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from nb_orchestra.offline.recipes.conditions import rows_where
from nb_orchestra.offline.recipes.frames import (
    Refusal,
    as_groups,
    column_of,
    complete_rows,
    in_level,
    levels_of,
    rows_table,
    tell_left_out,
)
from nb_orchestra.offline.recipes.repeated import of_units
from nb_orchestra.offline.recipes.testing import (
    NAN,
    TEST_COLUMNS,
    anova,
    friedman,
    kruskal,
    levene,
    mann_whitney,
    near_normal,
    paired_t,
    short,
    signed_rank,
    t_tests,
    welch_anova,
)

GROUP_TESTS: dict[str, tuple[int, int, Callable[[Sequence[Any]], dict[str, Any]]]] = {  # name → (fewest, most groups, test)
    "t": (2, 2, lambda samples: t_tests(samples, equal_variances=True)),
    "welch": (2, 2, lambda samples: t_tests(samples, equal_variances=False)),
    "mann_whitney": (2, 2, mann_whitney),
    "paired_t": (2, 2, paired_t),
    "wilcoxon": (2, 2, signed_rank),
    "anova": (2, 10_000, anova),
    "welch_anova": (2, 10_000, welch_anova),
    "kruskal": (2, 10_000, kruskal),
    "levene": (2, 10_000, levene),
    "friedman": (3, 10_000, friedman),
}
OUTER = ("highest", "highest_mean", "highest_n", "lowest", "lowest_mean", "lowest_n")
COMPARISON = ("value", "by", "within", "n", *TEST_COLUMNS, "groups", "dropped", "dropped_why", "assumptions", "chosen")
COMPARED = (*COMPARISON, "difference", "difference_low", "difference_high", *OUTER)


def compare_groups(
    frame: pd.DataFrame,
    *,
    value: str,
    by: str,
    within: str | None = None,
    test: str = "auto",
    paired: Any = False,
    unit: str | None = None,
    where: Any = None,
) -> pd.DataFrame:
    """One row per test: all groups of `by` at once, apart for each level of `within`. Where an assumption fails, a second row checks by the other family.

    difference: highest minus lowest group mean, with its 95 % interval (Welch). unit: a column whose rows belong together, see `of_units`.
    Refusal for fewer than two groups with two values each.
    """
    frame = rows_where(frame, where)
    if test != "auto" and test not in GROUP_TESTS:
        raise Refusal(f"there is no test {test!r}", f"known: auto, {', '.join(GROUP_TESTS)}")
    value, by = column_of(frame, value), column_of(frame, by)
    if value == by:
        raise Refusal(f"{value} cannot be compared by itself", "name the groups")
    done = ""
    if unit and not paired and test != "levene":
        frame, paired, done = of_units(frame, value, [by, *([column_of(frame, within)] if within else [])], unit)
    others = list(dict.fromkeys([by, *([column_of(frame, within)] if within else []), *([column_of(frame, paired)] if isinstance(paired, str) else [])]))
    if within and len(others) < 2:
        raise Refusal(f"{by} cannot be compared within itself")
    if not within:
        return rows_table(chosen_for(compare_once(frame, value, others, test, paired), done), COMPARED)
    return rows_table(chosen_for(compare_within(frame, value, others, test, paired), done), COMPARED)


def compare_within(frame: pd.DataFrame, value: str, others: list[str], test: str, paired: Any) -> list[dict[str, Any]]:
    """The rows of a comparison by others[0] for each level of others[1]; where none can be tested there, a row that says why."""
    by, within = others[0], others[1]
    tell_left_out(int(frame[within].isna().sum()), [within])
    rows = []
    for level in levels_of(frame[within]):
        part = frame[in_level(as_groups(frame[within]), level)]
        try:
            rows += [row | {"within": str(level)} for row in compare_once(part, value, others, test, paired)]
        except Refusal as refusal:
            table, dropped, why = complete_rows(part, [value], others)
            found = {"groups": table[by].nunique(), "n": len(table), "dropped": dropped, "dropped_why": why or None}
            rows.append({"value": value, "by": by, "within": str(level), "chosen": f"no test: {refusal.args[0]}"} | found)
    if all(not row.get("test") for row in rows):
        raise Refusal(f"no level of {within} has two groups of {by} to compare", f"{within} and {by} cannot be told apart")
    return rows


def chosen_for(rows: list[dict[str, Any]], done: str) -> list[dict[str, Any]]:
    """The rows, with what was done about repeated rows beside why the test was chosen."""
    return [row | {"chosen": f"{row['chosen']}; {done}"} if done and row["chosen"] != CHECK else row for row in rows]


CHECK = "a check by the other kind of test"


def compare_once(frame: pd.DataFrame, value: str, others: list[str], test: str, paired: Any) -> list[dict[str, Any]]:
    """The rows of one comparison by others[0]: the chosen test, and a check by the other family where an assumption fails."""
    by = others[0]
    table, dropped, why = complete_rows(frame, [value], others)
    if not len(table):
        raise Refusal(f"no row has both {value} and {by}", "check for missing values")
    samples, small = samples_of(table, value, by, fewest=1 if test in ONE_IS_ENOUGH else 2)
    if paired:
        samples = pair_samples(table, value, by, paired, samples)
    alone = len(table) - sum(small.values()) - sum(map(len, samples.values()))
    pairs = bool(paired) or test in ("paired_t", "wilcoxon", "friedman")
    names, chosen, assumptions = choose_tests(samples, test, pairs)
    order = sorted(samples, key=lambda level: -samples[level].mean()) if len(samples) == 2 else list(samples)
    why = ", ".join(filter(None, [why, too_small(by, small), f"{alone:,} whose pair is not complete, or which repeat" if alone else ""]))
    common = {
        "value": value,
        "by": by,
        "groups": len(samples),
        "n": sum(map(len, samples.values())),
        "dropped": dropped + sum(small.values()) + alone,
        "dropped_why": why or None,
    }
    rows = []
    for number, name in enumerate(names):
        fewest, most, call = GROUP_TESTS[name]
        if not fewest <= len(samples) <= most:
            raise Refusal(f"{name} compares {fewest} groups, {by} has {len(samples)}", "name another test, or filter to the groups that you mean")
        found = call([samples[level] for level in order])
        rows.append(common | found | {"assumptions": assumptions, "chosen": chosen if number == 0 else CHECK})
    return [row | extremes(samples, pairs) for row in rows]


ONE_IS_ENOUGH = ("anova", "kruskal")  # asked for by name, they take groups of one value, as SciPy's do


def samples_of(table: pd.DataFrame, value: str, by: str, fewest: int = 2) -> tuple[dict[Any, Any], dict[Any, int]]:
    """({level: its values}, {level that is too small: its size}), in the levels' order. Refusal where fewer than two are left."""
    parts = {level: part.to_numpy() for level, part in table.groupby(by, observed=True, sort=False)[value]}
    levels = [level for level in levels_of(table[by]) if level in parts]
    samples = {level: parts[level] for level in levels if len(parts[level]) >= fewest}
    small = {level: len(parts[level]) for level in levels if level not in samples}
    if len(samples) < 2 or max(map(len, samples.values())) < 2:
        only = f"only {next(iter(samples))}" if len(samples) == 1 else "no group"
        raise Refusal(f"{only} of {by} has two or more values, so there is nothing to compare", "two groups with values are needed")
    if len(parts) > 50 and len(table) < 3 * len(parts):
        raise Refusal(f"{by} has {len(parts):,} levels for {len(table):,} rows: these are no groups", "name a column with few levels, or correlate")
    return samples, small


def too_small(by: str, small: dict[Any, int]) -> str:
    """Which groups were left out for having one value."""
    return f"{sum(small.values()):,} of {by} {', '.join(map(str, small))}: fewer than 2 values" if small else ""


def pair_samples(table: pd.DataFrame, value: str, by: str, paired: Any, samples: dict[Any, Any]) -> dict[Any, Any]:
    """The samples in matching order: by a column that names the pairs (incomplete ones are left out), or as the rows stand."""
    if isinstance(paired, str):
        wide = table.pivot_table(index=paired, columns=by, values=value, observed=True)[list(samples)].dropna()
        samples = {level: wide[level].to_numpy() for level in samples}
    if len({len(sample) for sample in samples.values()}) != 1 or len(next(iter(samples.values()))) < 2:
        raise Refusal(f"the groups of {by} cannot be paired: they differ in size", "name the column that says which rows belong together")
    return samples


def choose_tests(samples: dict[Any, Any], test: str, pairs: bool) -> tuple[list[str], str, str]:
    """(tests to run, why the first was chosen, the assumptions with their own p)."""
    sizes = [len(sample) for sample in samples.values()]
    if pairs:
        return choose_paired(samples, test)
    equal = float(stats.levene(*samples.values(), center="median").pvalue) if any(sample.std() > 0 for sample in samples.values()) else NAN
    normal, normal_text = near_normal(samples)
    assumptions = f"equal variances: Levene p {short(equal)}; normal within groups: {normal_text}"
    if test != "auto":
        return [test], "asked for", assumptions
    if not equal == equal:
        raise Refusal("all values within each group are equal, so there is nothing to test")
    if len(sizes) == 2:
        if normal:
            return ["welch"], "two groups; Welch's t does not need equal variances", assumptions
        return ["mann_whitney", "welch"], "two groups that are not near normal, so by ranks", assumptions
    if not normal:
        return ["kruskal", *(["welch_anova"] if steady(samples) else [])], "groups that are not near normal, so by ranks", assumptions
    if equal < 0.05 and steady(samples):
        return ["welch_anova", "kruskal"], f"variances differ (Levene p {short(equal)})", assumptions
    return ["anova"] if equal >= 0.05 else ["kruskal"], "variances are alike and groups near normal" if equal >= 0.05 else "variances differ", assumptions


def steady(samples: dict[Any, Any]) -> bool:
    """True where every group varies: Welch's ANOVA divides by each variance."""
    return all(sample.var() > 0 for sample in samples.values())


def choose_paired(samples: dict[Any, Any], test: str) -> tuple[list[str], str, str]:
    """The test of paired samples: t where the differences are near normal, else by signed ranks; Friedman for more than two."""
    if len(samples) > 2:
        return ["friedman" if test == "auto" else test], "more than two paired groups", "none about the distribution"
    a, b = samples.values()
    if not np.any(a - b):
        raise Refusal("all pairs are equal, so there is nothing to test")
    normal, text = near_normal({"the differences": a - b})
    assumptions = f"differences normal: {text}"
    if test != "auto":
        return [test], "asked for", assumptions
    return (["paired_t"], "differences near normal", assumptions) if normal else (["wilcoxon"], "differences that are not near normal", assumptions)


def extremes(samples: dict[Any, Any], pairs: bool = False) -> dict[str, Any]:
    """The groups with the highest and the lowest mean, and their difference with its interval (of pairs: of their own differences)."""
    order = sorted(samples, key=lambda level: samples[level].mean())
    low, high = order[0], order[-1]
    a, b = samples[high], samples[low]
    parts = (a.var(ddof=1) / len(a), b.var(ddof=1) / len(b)) if min(len(a), len(b)) > 1 else (0.0, 0.0)
    error = float(np.sqrt(sum(parts)))
    if pairs:
        error, parts = float((a - b).std(ddof=1) / np.sqrt(len(a))), (0.0, 0.0)
    df = len(a) - 1 if pairs else sum(parts) ** 2 / (parts[0] ** 2 / (len(a) - 1) + parts[1] ** 2 / (len(b) - 1)) if error else NAN
    gap, reach = float(a.mean() - b.mean()), float(stats.t.ppf(0.975, df) * error) if error else NAN
    ends = (str(high), float(a.mean()), len(a), str(low), float(b.mean()), len(b))
    return {"difference": gap, "difference_low": gap - reach, "difference_high": gap + reach} | dict(zip(OUTER, ends, strict=True))

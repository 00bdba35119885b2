"""One sample against a number, two columns as pairs, several columns as samples."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from nb_orchestra.offline.recipes.comparing import COMPARISON, GROUP_TESTS, choose_tests
from nb_orchestra.offline.recipes.frames import (
    Refusal,
    as_groups,
    column_of,
    columns_of,
    complete_rows,
    in_level,
    levels_of,
    numbers_of,
    rows_table,
    tell,
    tell_left_out,
)
from nb_orchestra.offline.recipes.testing import TEST_COLUMNS, holm, near_normal, paired_t, result_row, signed_rank

REST = (*TEST_COLUMNS, "n", "dropped", "dropped_why", "assumptions")


def one_sample(frame: pd.DataFrame, *, value: str, expected: float = 0, test: str = "auto") -> pd.DataFrame:
    """Is the mean (by ranks: the centre) different from an expected number? t where values are near normal, else Wilcoxon's signed ranks."""
    numbers = numbers_of(frame, value, least=3)
    sample = numbers.dropna().to_numpy()
    normal, text = near_normal({"all values": sample})
    chosen = ("t" if normal else "wilcoxon") if test == "auto" else test
    gap = sample - expected
    if not np.ptp(sample):
        raise Refusal(f"{value} holds one value only, so there is nothing to test")
    if chosen == "t":
        d = float(gap.mean() / gap.std(ddof=1))
        error = float(np.sqrt(1 / len(gap) + d**2 / (2 * len(gap))))
        found = stats.ttest_1samp(sample, expected)
        row = result_row("one-sample t", found.statistic, found.pvalue, df=len(sample) - 1, effect=("Cohen's d", d, d - 1.96 * error, d + 1.96 * error))
    else:
        row = signed_rank([sample, np.full(len(sample), float(expected))])
    gaps = int(numbers.isna().sum())
    about = {"n": len(sample), "dropped": gaps, "dropped_why": f"{gaps:,} without {value}" if gaps else None, "assumptions": f"normal: {text}"}
    first = {"value": numbers.name, "expected": float(expected), "mean": float(sample.mean())}
    return rows_table([first | row | about], ["value", "expected", "mean", *REST])


def paired(frame: pd.DataFrame, *, first: str, second: str, test: str = "auto", by: str | None = None) -> pd.DataFrame:
    """Do two columns differ, row by row? difference: first minus second. t where the differences are near normal, else Wilcoxon's signed ranks.

    by: a row per group (group, and p_holm for being several). Refusal where no group has three complete rows.
    """
    if by is None:
        return paired_once(frame, first, second, test)
    by, rows = column_of(frame, by), []
    labels = as_groups(frame[by])
    tell_left_out(int(labels.isna().sum()), [by])
    for level in levels_of(labels):
        try:
            rows.append(paired_once(frame[in_level(labels, level)], first, second, test).assign(group=str(level)))
        except Refusal as refusal:
            tell(f"not compared: {level} ({refusal.args[0]})")
    if not rows:
        raise Refusal(f"no group of {by} has three rows with both {first} and {second}")
    table = pd.concat(rows, ignore_index=True)
    return table[["group", *[name for name in table.columns if name != "group"]]].assign(p_holm=holm(table["p"]))


def paired_once(frame: pd.DataFrame, first: str, second: str, test: str) -> pd.DataFrame:
    """The one row of all pairs."""
    table, dropped, why = complete_rows(frame, [first, second])
    if len(table) < 3:
        raise Refusal(f"{len(table)} rows have both {first} and {second}, 3 needed")
    samples = [table[first].to_numpy(), table[second].to_numpy()]
    if not np.ptp(samples[0] - samples[1]):
        raise Refusal("all pairs differ by the same amount, so there is nothing to test")
    normal, text = near_normal({"the differences": samples[0] - samples[1]})
    by_t = test == "paired_t" or (test == "auto" and normal)
    about = {"n": len(table), "dropped": dropped, "dropped_why": why or None, "assumptions": f"differences normal: {text}"}
    means = {"first": first, "second": second, "mean_first": samples[0].mean(), "mean_second": samples[1].mean()}
    row = paired_t(samples) if by_t else signed_rank(samples)
    columns = ["first", "second", "mean_first", "mean_second", "difference", *REST]
    return rows_table([means | {"difference": means["mean_first"] - means["mean_second"]} | row | about], columns)


def compare_columns(frame: pd.DataFrame, *, columns: Any, test: str = "auto") -> pd.DataFrame:
    """Are several columns samples of the same level? Each column is an independent sample; see `paired` for rows that belong together."""
    names = columns_of(frame, columns)
    if len(names) < 2:
        raise Refusal("two columns are needed to compare")
    samples = {name: numbers_of(frame, name, least=2).dropna().to_numpy() for name in names}
    tests, chosen, assumptions = choose_tests(samples, test, pairs=False)
    gaps = sum(len(frame) - len(sample) for sample in samples.values())
    common = {"value": ", ".join(names), "by": "column", "groups": len(names), "n": sum(map(len, samples.values())), "dropped": gaps}
    rows = []
    for number, name in enumerate(tests):
        fewest, most, call = GROUP_TESTS[name]
        if not fewest <= len(samples) <= most:
            raise Refusal(f"{name} compares {most} columns, {len(samples)} were given")
        why = {
            "dropped_why": f"{gaps:,} missing values" if gaps else None,
            "assumptions": assumptions,
            "chosen": chosen if number == 0 else "a check by the other kind of test",
        }
        rows.append(common | call(list(samples.values())) | why)
    return rows_table(rows, [name for name in COMPARISON if name not in ("within", "chosen")])

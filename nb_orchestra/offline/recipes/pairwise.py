"""Which groups differ: every pair of them, with p adjusted for being several."""

from __future__ import annotations

import itertools

import pandas as pd

from nb_orchestra.offline.recipes.comparing import GROUP_TESTS, pair_samples, samples_of, too_small
from nb_orchestra.offline.recipes.frames import Refusal, column_of, complete_rows, numbers_of, rows_table
from nb_orchestra.offline.recipes.repeated import of_units
from nb_orchestra.offline.recipes.testing import TEST_COLUMNS, holm, near_normal

POST_HOC = ("group_1", "group_2", "difference", "p_holm", *TEST_COLUMNS, "n", "mean_1", "mean_2", "n_1", "n_2", "dropped", "dropped_why", "assumptions")


def post_hoc(frame: pd.DataFrame, *, value: str, by: str, test: str = "auto", unit: str | None = None) -> pd.DataFrame:
    """One row per pair of groups (Welch's t, or Mann–Whitney where groups are not near normal), with p adjusted by Holm. Refusal for more than 50 groups.

    unit: a column whose rows belong together: its means are compared, as pairs where each unit is in all groups (paired t, or Wilcoxon).
    """
    numbers_of(frame, value, least=2)
    frame, pairs, _ = of_units(frame, column_of(frame, value), [column_of(frame, by)], unit) if unit else (frame, False, "")
    table, dropped, why = complete_rows(frame, [value], [by])
    samples, small = samples_of(table, value, by)
    left_out = {"dropped": dropped + sum(small.values()), "dropped_why": ", ".join(filter(None, [why, too_small(by, small)])) or None}
    if len(samples) > 50:
        raise Refusal(f"{len(samples)} groups make {len(samples) * (len(samples) - 1) // 2:,} pairs", "filter to the groups that you mean")
    samples = pair_samples(table.assign(**{str(pairs): frame[pairs]}), value, by, pairs, samples) if pairs else samples
    both = list(itertools.combinations(samples, 2))
    normal, text = near_normal({f"{a} − {b}": samples[a] - samples[b] for a, b in both} if pairs else samples)
    usual = ("paired_t", "wilcoxon") if pairs else ("welch", "mann_whitney")
    name = usual[0 if normal else 1] if test == "auto" else test
    call = GROUP_TESTS[name][2]
    rows = []
    for first, second in both:
        a, b = samples[first], samples[second]
        means = {
            "group_1": str(first),
            "group_2": str(second),
            "mean_1": a.mean(),
            "mean_2": b.mean(),
            "n_1": len(a),
            "n_2": len(b),
            "difference": a.mean() - b.mean(),
        }
        rows.append(
            means | call([a, b]) | left_out | {"n": len(a) + len(b), "assumptions": f"{'differences normal' if pairs else 'normal within groups'}: {text}"}
        )
    return rows_table(rows, POST_HOC).assign(p_holm=lambda pairs: holm(pairs["p"]))

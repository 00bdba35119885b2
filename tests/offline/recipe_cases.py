"""One call of each recipe on penguins (or what is made of them), for the tests that must hold for every recipe."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

PENGUINS = Path(__file__).parents[2] / "notebooks" / "data" / "penguins.csv"
ONLY_GENTOO = [{"column": "species", "op": "==", "value": "Gentoo"}]
PROFIT = {"op": "/", "args": [{"column": "body_mass_g"}, {"column": "flipper_length_mm"}]}

CASES: dict[str, dict[str, Any]] = {
    "profile": {},
    "check_data": {},
    "describe": {"columns": ["body_mass_g", "year"], "statistics": ["mean", "geometric_mean", "skew"]},
    "count_rows": {"where": ONLY_GENTOO, "by": ["island"]},
    "value_counts": {"column": "sex", "by": ["species"], "n": 1},
    "summarise": {"column": "body_mass_g", "statistic": "kurtosis"},
    "quantile": {"column": "body_mass_g", "q": [0.1, 0.9], "by": ["species"]},
    "filter_rows": {"where": [{"column": "bill_length_mm", "op": "between", "value": [40, 45]}, {"column": "sex", "op": "missing"}], "how": "any"},
    "sort_rows": {"by": ["species", "body_mass_g"], "ascending": [False, True]},
    "head": {"n": -3},
    "select_columns": {"columns": ["sex", "species"]},
    "rename_columns": {"names": {"sex": "gender"}},
    "sample_rows": {"n": 7, "seed": 1},
    "derive": {"name": "g_per_mm", "expression": {"op": "zscore", "args": [PROFIT], "by": ["species"]}},
    "join": {"other": {"data": "islands"}},
    "join_report": {"other": {"data": "islands"}},
    "stack_rows": {"other": {"data": "islands"}},
    "pivot": {"rows": ["species"], "columns": "island", "value": "body_mass_g", "statistic": "median"},
    "melt": {"columns": ["bill_length_mm", "bill_depth_mm"]},
    "drop_missing": {"columns": ["sex"]},
    "fill_missing": {"columns": ["body_mass_g", "sex"], "method": "mode", "by": ["species"]},
    "drop_duplicates": {"columns": ["species", "island"]},
    "duplicates": {"columns": ["bill_length_mm", "bill_depth_mm"]},
    "convert_types": {"columns": ["year"], "to": "date"},
    "clean_text": {"columns": ["species"]},
    "text_report": {"columns": ["species"]},
    "replace_values": {"column": "sex", "mapping": {"male": "m", "female": "f"}},
    "encode": {"columns": ["species"]},
    "group_summary": {"by": ["species", "sex"], "value": ["body_mass_g", "year"], "statistics": ["mean", "iqr", "mad"]},
    "crosstab": {"rows": "species", "columns": "island", "normalise": "rows"},
    "weighted_summary": {"value": "bill_length_mm", "weight": "body_mass_g", "by": ["species"], "statistic": "median"},
    "table_one": {"by": "species"},
    "compare_groups": {"value": "body_mass_g", "by": "island", "within": "species"},
    "post_hoc": {"value": "body_mass_g", "by": "species"},
    "compare_proportions": {"outcome": "species", "by": "island"},
    "confounding": {"first": "species", "second": "island"},
    "one_sample": {"value": "body_mass_g", "expected": 4000},
    "paired": {"first": "bill_length_mm", "second": "bill_depth_mm"},
    "interval_of_mean": {"value": "body_mass_g", "by": ["species"], "level": 0.9},
    "interval_of_share": {"where": ONLY_GENTOO, "by": ["year"]},
    "sample_size": {"value": "body_mass_g", "difference": 300, "by": "sex"},
    "change_within": {"unit": "species", "value": "body_mass_g", "over": "year", "first": 2007, "last": 2009},
    "changes_compared": {"unit": "flipper_length_mm", "over": "year", "by": "sex", "columns": ["body_mass_g"]},
    "time_between": {"date": "day", "by": ["species"]},
    "fall_from_peak": {"date": "day", "value": "body_mass_g"},
    "against_level": {"date": "day", "value": "body_mass_g", "at": "2007"},
    "first_and_last": {"date": "day", "value": "body_mass_g", "every": "month", "statistic": "mean", "full": True},
    "compare_columns": {"columns": ["bill_length_mm", "bill_depth_mm"]},
    "normality": {"by": "species", "test": "anderson"},
    "correlate": {"x": "bill_length_mm", "y": "bill_depth_mm", "method": "spearman"},
    "correlation_matrix": {"target": "body_mass_g", "method": "kendall"},
    "associations": {"target": "body_mass_g"},
    "strongest_chart": {},
    "trends": {"date": "day", "columns": ["body_mass_g", "bill_length_mm"]},
    "partial_correlation": {"x": "bill_length_mm", "y": "bill_depth_mm", "controls": ["species", "body_mass_g"]},
    "regression": {"y": "body_mass_g", "x": ["flipper_length_mm", "species"], "where": [{"column": "year", "op": ">", "value": 2007}]},
    "odds_ratios": {"y": "sex", "x": ["body_mass_g", "species"], "positive": "male"},
    "adjusted_effect": {"outcome": "body_mass_g", "factor": "sex", "given": ["species", "flipper_length_mm"]},
    "predict": {"y": "body_mass_g", "x": ["flipper_length_mm"], "at": [{"flipper_length_mm": 200}]},
    "outliers": {"column": "body_mass_g", "by": ["species"]},
    "outlier_summary": {"method": "mad", "threshold": 2},
    "remove_outliers": {"columns": ["body_mass_g"], "by": ["species"]},
    "clip_outliers": {"columns": ["body_mass_g"], "method": "zscore", "threshold": 1},
    "rank": {"by": "body_mass_g", "n": 2, "within": ["species"], "columns": ["sex"]},
    "extreme": {"by": "body_mass_g", "which": "min"},
    "group_extreme": {"by": ["species"], "value": "body_mass_g", "statistic": "sd"},
    "resample": {"date": "day", "value": "body_mass_g", "every": "month", "statistic": "sum"},
    "time_pattern": {"date": "day", "value": "body_mass_g", "by": "weekday"},
    "trend": {"date": "day", "value": "body_mass_g", "by": "species"},
    "longest_run": {"date": "day", "where": [{"column": "sex", "op": "present"}]},
    "seasonality": {"date": "day", "value": "body_mass_g", "period": 7},
    "moving_average": {"column": "body_mass_g", "window": 3, "date": "day", "by": ["species"]},
    "kmeans": {"columns": ["bill_length_mm", "bill_depth_mm"]},
    "pca": {"n": 3},
    "train_model": {"target": "species", "kind": "tree", "metrics": ["accuracy", "f1"]},
    "chart": {"x": "species", "y": "body_mass_g", "colour": "sex"},
    "search_texts": {"column": "note", "query": "storms and islands", "n": 3},
    "summarise_text": {"column": "note", "sentences": 2},
    "word_counts": {"column": "note", "n": 5},
}
MORE_CHARTS: list[dict[str, Any]] = [
    {"kind": "bar", "x": "species", "y": "body_mass_g", "statistic": "mean", "colour": "sex"},
    {"kind": "stacked_bar", "x": "island", "colour": "species"},
    {"kind": "line", "x": "day", "y": ["bill_length_mm", "bill_depth_mm"]},
    {"kind": "area", "x": "year", "y": "body_mass_g", "statistic": "sum"},
    {"kind": "scatter", "x": "flipper_length_mm", "y": "body_mass_g", "colour": "species", "fit": True},
    {"kind": "histogram", "x": "body_mass_g", "colour": "sex", "bins": 7},
    {"kind": "heatmap"},
    {"kind": "heatmap", "x": "species", "y": "island"},
    {"kind": "pie", "x": "species"},
    {"x": "year"},
]


def penguins() -> pd.DataFrame:
    """The penguins with a day each, and a note of a few sentences."""
    frame = pd.read_csv(PENGUINS)
    frame["day"] = pd.Timestamp("2007-11-10") + pd.to_timedelta(np.arange(len(frame)) * 3, unit="D")
    notes = [
        "Storms kept us on the island. Nothing was weighed today.",
        "A calm day with many penguins. The islands were visited by boat.",
        "The scale broke in the storm. Repairs took all of the afternoon.",
    ]
    frame["note"] = [notes[at % 3] for at in range(len(frame))]
    return frame


def islands() -> pd.DataFrame:
    """A table that joins to the penguins by its one text column."""
    return pd.DataFrame({"place": ["Biscoe", "Dream", "Elsewhere"], "km2": [12.5, 0.5, 3.0]})

# size: one literal table, one row per recipe
"""Each recipe on 2 million rows, beside the same answer written by hand with pandas, numpy, scipy or scikit-learn.

Prints seconds of both (best of a few, CPU time of the process) and their ratio, worst first; nothing is asserted. The hand-written side does
what a person would type for these columns: no look at types, gaps or names. `python -m benchmarks.recipes [--rows N] [NAME …]`
"""

from __future__ import annotations

import argparse
import html
import itertools
import re
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from nb_orchestra.offline.computing import RecipeTable
from nb_orchestra.offline.table import RECIPES

ROWS = 2_000_000
TARGET = 3.0
QUICK = 0.02  # seconds: below that a ratio says nothing
LONG = 4.0  # seconds: what takes longer runs once
NUMBERS = ["x", "y", "z"]
X_ABOVE = [{"column": "x", "op": ">", "value": 0}, {"column": "region", "op": "==", "value": "north"}]
RATIO: dict[str, Any] = {"op": "/", "args": [{"column": "x"}, {"column": "weight"}]}
Work = Callable[[pd.DataFrame], Any]


def table_of(rows: int) -> pd.DataFrame:
    """Numbers with gaps, groups of 2, 4 and 50 levels, a date, a text with entities, numbers that were read as text."""
    chance = np.random.default_rng(0)
    x = chance.normal(size=rows)
    titles = np.array([f"Film {number} &amp; more " for number in range(20_000)], dtype=object)
    return pd.DataFrame(
        {
            "x": np.where(chance.random(rows) < 0.02, np.nan, x),
            "y": x * 0.4 + chance.normal(size=rows),
            "z": chance.exponential(size=rows),
            "weight": chance.integers(1, 9, rows),
            "region": np.array(["north", "south", "east", "west"], dtype=object)[chance.integers(0, 4, rows)],
            "shop": np.array([f"shop {number}" for number in range(50)], dtype=object)[chance.integers(0, 50, rows)],
            "kind": np.array(["a", "b"], dtype=object)[chance.integers(0, 2, rows)],
            "day": pd.Timestamp("2015-01-01") + pd.to_timedelta(chance.integers(0, 3_650, rows), unit="D"),
            "title": titles[chance.integers(0, len(titles), rows)],
            "price": pd.Series(chance.integers(1, 5_000, rows)).astype(str),
        }
    )


def shops(_: Any = None) -> pd.DataFrame:
    return pd.DataFrame({"shop": [f"shop {number}" for number in range(45)], "size": range(45)})


def samples(t: pd.DataFrame, value: str, by: str) -> list[Any]:
    return [part.to_numpy() for _, part in t.dropna(subset=[value]).groupby(by)[value]]


def group_test(t: pd.DataFrame) -> Any:
    """What compare_groups reports, by hand: both tests, Levene, skew, means with Welch's interval."""
    parts = samples(t, "x", "region")
    ends = sorted(parts, key=np.mean)
    welch = stats.ttest_ind(ends[0], ends[-1], equal_var=False).confidence_interval()
    return stats.levene(*parts, center="median"), [stats.skew(part) for part in parts], stats.f_oneway(*parts), welch


def all_pairs(t: pd.DataFrame) -> Any:
    parts = samples(t, "x", "region")
    skews = [stats.skew(part) for part in parts]
    return skews, [stats.ttest_ind(a, b, equal_var=False) for a, b in itertools.combinations(parts, 2)]


def table_one_by_hand(t: pd.DataFrame) -> Any:
    groups = t.groupby("kind")
    numbers = [(groups[name].mean(), groups[name].std(), t[name].skew(), t[name].mean(), t[name].std(), two_samples(t, name)) for name in NUMBERS]
    return numbers, [stats.chi2_contingency(pd.crosstab(t[name], t["kind"])) for name in ("region",)]


def two_samples(t: pd.DataFrame, name: str) -> Any:
    a, b = samples(t, name, "kind")
    return stats.levene(a, b), stats.skew(a), stats.skew(b), stats.ttest_ind(a, b, equal_var=False)


def least_squares(t: pd.DataFrame) -> Any:
    rows = t[["y", "x", "z"]].dropna()
    matrix = np.column_stack([np.ones(len(rows)), rows[["x", "z"]]])
    beta, _, _, _ = np.linalg.lstsq(matrix, rows["y"])
    rest = rows["y"].to_numpy() - matrix @ beta
    inverse = np.linalg.inv(matrix.T @ matrix)
    spread = np.linalg.lstsq(matrix, rest**2)[0]
    leverage = ((matrix @ inverse) * matrix).sum(axis=1)
    return beta, np.sqrt(np.diag(inverse) * rest.var()), stats.skew(rest), spread, (rest**2 * leverage / (1 - leverage) ** 2).max()


def fitted(t: pd.DataFrame) -> Any:
    rows = t[["y", "x", "z"]].dropna()
    matrix = np.column_stack([np.ones(len(rows)), rows[["x", "z"]]])
    beta, _, _, _ = np.linalg.lstsq(matrix, rows["y"])
    inverse = np.linalg.inv(matrix.T @ matrix)
    guess = matrix @ beta
    width = np.sqrt(1 + ((matrix @ inverse) * matrix).sum(axis=1))
    return rows.assign(predicted=guess, low=guess - 1.96 * width, high=guess + 1.96 * width)


def partial(t: pd.DataFrame) -> Any:
    rows = t[["x", "y", "z"]].dropna()
    matrix = np.column_stack([np.ones(len(rows)), rows["z"]])
    rest = [rows[name] - matrix @ np.linalg.lstsq(matrix, rows[name])[0] for name in ("x", "y")]
    return stats.pearsonr(*rest)


def beyond(values: Any) -> Any:
    q1, q3 = values.quantile([0.25, 0.75])
    return (values < q1 - 1.5 * (q3 - q1)) | (values > q3 + 1.5 * (q3 - q1))


def components(t: pd.DataFrame) -> Any:
    from sklearn.decomposition import PCA
    from sklearn.preprocessing import StandardScaler

    return PCA(2).fit(StandardScaler().fit_transform(t[NUMBERS].dropna()))


def clusters(t: pd.DataFrame) -> Any:
    from sklearn.cluster import KMeans
    from sklearn.preprocessing import StandardScaler

    rows = t.dropna(subset=["x", "y"])
    return rows.assign(cluster=KMeans(3, n_init=10, random_state=0).fit_predict(StandardScaler().fit_transform(rows[["x", "y"]])))


def learned(t: pd.DataFrame) -> Any:
    from sklearn.linear_model import LinearRegression
    from sklearn.model_selection import train_test_split

    rows = t[["y", "x", "z"]].dropna()
    a, b, c, d = train_test_split(rows[["x", "z"]].to_numpy(), rows["y"].to_numpy(), test_size=0.2, random_state=0)
    return LinearRegression().fit(a, c).score(b, d)


def histogram(t: pd.DataFrame) -> Any:
    from matplotlib.figure import Figure

    figure = Figure()
    figure.add_subplot().hist(t["x"].dropna(), bins=60)
    for kind in ("png", "svg"):
        figure.savefig("/dev/null", format=kind, dpi=144)


def runs(t: pd.DataFrame) -> Any:
    rows = t.sort_values("day", kind="stable")
    hit = rows["x"] > 0
    return hit[hit].groupby((hit != hit.shift()).cumsum()[hit]).size().max()


def words(t: pd.DataFrame) -> Counter[str]:
    total: Counter[str] = Counter()
    for text in t["title"]:
        total.update(re.findall(r"\w+", text.lower()))
    return total


def yearly(t: pd.DataFrame) -> Any:
    means = t.groupby(t["day"].dt.year)["y"].mean()
    return stats.linregress(means.index, means)


def looked_at(t: pd.DataFrame) -> Any:
    return t.describe(include="all"), t.isna().sum(), t.nunique(), [t[name].value_counts().head(1) for name in t]


def checked(t: pd.DataFrame) -> Any:
    texts = [t[name].str.strip().ne(t[name]).sum() for name in ("region", "shop", "kind", "title", "price")]
    return (
        t.isna().sum(),
        t.duplicated().sum(),
        t.nunique(),
        t[[*NUMBERS, "weight"]].agg(["min", "max"]),
        texts,
        t["title"].str.contains("&", regex=False).sum(),
    )


def cleaned(t: pd.DataFrame) -> Any:
    return t["title"].map(html.unescape).str.strip().str.replace(r"\s+", " ", regex=True)


def joined(t: pd.DataFrame) -> Any:
    found = t[["shop"]].merge(shops(), on="shop", how="outer", indicator=True)["_merge"].value_counts()
    return found, t["shop"].duplicated().sum()


CASES: dict[str, tuple[dict[str, Any], Work]] = {
    "profile": ({}, looked_at),
    "check_data": ({}, checked),
    "describe": ({}, lambda t: (t.describe(), t.isna().sum())),
    "count_rows": ({"where": X_ABOVE, "by": ["shop"]}, lambda t: (t[(t["x"] > 0) & (t["region"] == "north")].groupby("shop").size(), t.groupby("shop").size())),
    "value_counts": ({"column": "shop"}, lambda t: t["shop"].value_counts(dropna=False)),
    "summarise": ({"column": "x", "statistic": "median"}, lambda t: t["x"].median()),
    "quantile": ({"column": "x", "q": [0.1, 0.9], "by": ["shop"]}, lambda t: t.groupby("shop")["x"].quantile(np.array([0.1, 0.9]))),
    "filter_rows": ({"where": X_ABOVE}, lambda t: t[(t["x"] > 0) & (t["region"] == "north")].reset_index(drop=True)),
    "sort_rows": ({"by": ["shop", "x"]}, lambda t: t.sort_values(["shop", "x"], ignore_index=True)),
    "head": ({"n": 10}, lambda t: t.head(10)),
    "select_columns": ({"columns": ["x", "shop"]}, lambda t: t[["x", "shop"]]),
    "rename_columns": ({"names": {"x": "first"}}, lambda t: t.rename(columns={"x": "first"})),
    "sample_rows": ({"n": 1000}, lambda t: t.sample(1000, random_state=0).sort_index()),
    "derive": ({"name": "ratio", "expression": RATIO}, lambda t: t.assign(ratio=t["x"] / t["weight"])),
    "join": ({"other": shops}, lambda t: t.merge(shops(), on="shop")),
    "join_report": ({"other": shops, "on": "shop"}, joined),
    "stack_rows": ({"other": lambda t: t.head(1_000_000)}, lambda t: pd.concat([t, t.head(1_000_000)], ignore_index=True)),
    "pivot": ({"rows": ["shop"], "columns": "region", "value": "x"}, lambda t: t.pivot_table(index="shop", columns="region", values="x")),
    "melt": ({"columns": NUMBERS}, lambda t: t.melt([name for name in t if name not in NUMBERS], NUMBERS)),
    "drop_missing": ({}, lambda t: t.dropna(ignore_index=True)),
    "fill_missing": ({"columns": ["x"], "by": ["shop"]}, lambda t: t.assign(x=t["x"].fillna(t.groupby("shop")["x"].transform("median")))),
    "drop_duplicates": ({"columns": ["shop", "day"]}, lambda t: t.drop_duplicates(["shop", "day"], ignore_index=True)),
    "duplicates": (
        {"columns": ["shop", "title", "day"]},
        lambda t: t[t.duplicated(["shop", "title", "day"], keep=False)].sort_values(["shop", "title", "day"]),
    ),
    "convert_types": ({"columns": ["price"]}, lambda t: t.assign(price=pd.to_numeric(t["price"]))),
    "clean_text": ({"columns": ["title"]}, lambda t: t.assign(title=cleaned(t))),
    "text_report": ({"columns": ["title"]}, lambda t: ((clean := cleaned(t)).ne(t["title"]).sum(), clean.duplicated().sum())),
    "replace_values": ({"column": "kind", "mapping": {"a": "first"}}, lambda t: t.assign(kind=t["kind"].replace({"a": "first"}))),
    "encode": ({"columns": ["region"]}, lambda t: pd.get_dummies(t, columns=["region"], dtype="int64")),
    "group_summary": (
        {"by": ["shop"], "value": "x", "statistics": ["mean", "median", "sd"]},
        lambda t: t.groupby("shop")["x"].agg(["count", "mean", "median", "std"]),
    ),
    "crosstab": ({"rows": "shop", "columns": "region"}, lambda t: pd.crosstab(t["shop"], t["region"])),
    "weighted_summary": (
        {"value": "y", "weight": "weight", "by": ["shop"]},
        lambda t: t.groupby("shop")[["y", "weight"]].apply(lambda part: np.average(part["y"], weights=part["weight"])),
    ),
    "table_one": ({"by": "kind", "columns": [*NUMBERS, "region"]}, table_one_by_hand),
    "compare_groups": ({"value": "x", "by": "region"}, group_test),
    "post_hoc": ({"value": "x", "by": "region"}, all_pairs),
    "compare_proportions": ({"outcome": "region", "by": "kind"}, lambda t: stats.chi2_contingency(pd.crosstab(t["region"], t["kind"]))),
    "confounding": ({"first": "region", "second": "shop"}, lambda t: stats.chi2_contingency(pd.crosstab(t["region"], t["shop"]))),
    "one_sample": ({"value": "x"}, lambda t: (stats.ttest_1samp(t["x"].dropna(), 0), stats.skew(t["x"].dropna()))),
    "paired": (
        {"first": "x", "second": "y"},
        lambda t: (stats.ttest_rel((pair := t[["x", "y"]].dropna())["x"], pair["y"]), stats.skew(pair["x"] - pair["y"])),
    ),
    "compare_columns": (
        {"columns": ["x", "y"]},
        lambda t: (stats.levene(a := t["x"].dropna(), b := t["y"]), stats.skew(a), stats.skew(b), stats.ttest_ind(a, b, equal_var=False)),
    ),
    "normality": ({"columns": NUMBERS}, lambda t: [(stats.normaltest(t[name].dropna()), t[name].skew(), t[name].kurt()) for name in NUMBERS]),
    "correlate": ({"x": "x", "y": "y", "method": "spearman"}, lambda t: stats.spearmanr((pair := t[["x", "y"]].dropna())["x"], pair["y"])),
    "correlation_matrix": ({"columns": NUMBERS, "method": "spearman"}, lambda t: t[NUMBERS].corr(method="spearman")),
    "partial_correlation": ({"x": "x", "y": "y", "controls": ["z"]}, partial),
    "regression": ({"y": "y", "x": ["x", "z"]}, least_squares),
    "predict": ({"y": "y", "x": ["x", "z"]}, fitted),
    "outliers": ({"column": "z"}, lambda t: t[beyond(t["z"])].reset_index(names="row")),
    "outlier_summary": ({"columns": NUMBERS}, lambda t: [beyond(t[name]).sum() for name in NUMBERS]),
    "remove_outliers": ({"columns": ["z"]}, lambda t: t[~beyond(t["z"])].reset_index(drop=True)),
    "clip_outliers": ({"columns": ["z"]}, lambda t: t.assign(z=t["z"].clip(*t["z"].quantile([0.25, 0.75])))),
    "rank": ({"by": "x", "n": 10}, lambda t: t.nlargest(10, "x").assign(rank=lambda top: top["x"].rank(ascending=False))),
    "extreme": ({"by": "x"}, lambda t: t[t["x"] == t["x"].max()]),
    "group_extreme": ({"by": ["shop"], "value": "x"}, lambda t: t.groupby("shop")["x"].agg(["count", "mean"]).nlargest(1, "mean")),
    "resample": ({"date": "day", "value": "x", "every": "month"}, lambda t: t.set_index("day")["x"].resample("MS").agg(["count", "mean"])),
    "time_pattern": ({"date": "day", "value": "x"}, lambda t: t.groupby(t["day"].dt.month)["x"].agg(["count", "mean"])),
    "trend": ({"date": "day", "value": "y"}, yearly),
    "longest_run": ({"date": "day", "where": X_ABOVE[:1]}, runs),
    "seasonality": ({"date": "day", "value": "y", "period": 7}, lambda t: (days := t.groupby("day")["y"].mean(), days.rolling(7, center=True).mean())),
    "moving_average": ({"column": "y", "date": "day"}, lambda t: (rows := t.sort_values("day")).assign(average=rows["y"].rolling(7).mean())),
    "kmeans": ({"columns": ["x", "y"]}, clusters),
    "pca": ({"columns": NUMBERS}, components),
    "train_model": ({"target": "y", "features": ["x", "z"]}, learned),
    "chart": ({"kind": "histogram", "x": "x"}, histogram),
    "search_texts": (
        {"column": "title", "query": "film 777"},
        lambda t: t["title"].str.lower().str.findall(r"\w+").map(lambda found: ("film" in found) + ("777" in found)).nlargest(10),
    ),
    "word_counts": ({"column": "title"}, words),
}
"""summarise_text and fill_answer have no such size: the one reads 2,000 sentences at most, the other a few results."""


def seconds(work: Callable[[], object]) -> float:
    """CPU seconds, the best of three; what takes long runs once."""
    times: list[float] = []
    while len(times) < 3 and (not times or times[-1] < LONG):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("names", nargs="*", choices=[*CASES, []], metavar="NAME")
    options.add_argument("--rows", type=int, default=ROWS)
    given = options.parse_args()
    frame, recipes = table_of(given.rows), RecipeTable()
    recipes.run("head", {"frame": frame})
    rows = []
    print(f"{given.rows:,} rows × {frame.shape[1]}; CPU seconds", flush=True)
    for name in given.names or CASES:
        arguments = {key: value(frame) if callable(value) else value for key, value in CASES[name][0].items()}
        theirs = seconds(lambda: CASES[name][1](frame))  # noqa: B023  # used at once
        ours = seconds(lambda: recipes.run(name, {"frame": frame, **arguments}))  # noqa: B023
        rows.append((ours / max(theirs, 1e-9), name, ours, theirs))
        print(f"  {name:20}{ours:9.3f}{theirs:9.3f}{rows[-1][0]:8.2f} ×", flush=True)
    over = [name for ratio, name, ours, _ in sorted(rows, reverse=True) if ratio > TARGET and ours > QUICK]
    print(f"median {np.median([row[0] for row in rows]):.2f} ×; over {TARGET:g} × (and {1000 * QUICK:g} ms): {', '.join(over) or 'none'}")
    print(f"without such a size: {', '.join(sorted(set(RECIPES) - set(CASES)))}")


if __name__ == "__main__":
    main()

"""What a recipe did, as a sentence of a Methods section: in the past tense, with the tests that were really used, their sources, n and what was excluded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from nb_orchestra.offline.prose.comparing import CHECK
from nb_orchestra.offline.prose.conditions import condition_text
from nb_orchestra.offline.prose.recoding import recoded_text
from nb_orchestra.offline.prose.wording import listed, missing, number, plural
from nb_orchestra.offline.recipe import Recipe, made_columns
from nb_orchestra.offline.recipes.labels import capital, label_of

SENTENCES = {
    "profile": "the columns were profiled",
    "check_data": "the table was checked for gaps, repeated rows, mixed types and impossible values",
    "describe": "{columns} were described{ by |statistics}",
    "count_rows": "rows{ with |where} were counted{ by |by}",
    "value_counts": "the levels of {column} were counted{ by |by}",
    "summarise": "the {statistic} of {column} was computed",
    "quantile": "quantiles ({q}) of {column} were computed{ by |by}, by linear interpolation",
    "filter_rows": "only rows with {where} were used",
    "sample_rows": "{n} rows were drawn at random (seed {seed})",
    "derive": "{made}",
    "join": "the tables were joined{ on |on}, keeping {how} matches",
    "stack_rows": "the tables were stacked",
    "pivot": "the {statistic} of {value} was tabulated by {rows} and {columns}",
    "drop_missing": "rows without {columns} were left out",
    "fill_missing": "missing values of {columns} were filled by {method}{ within |by}",
    "drop_duplicates": "repeated rows were left out",
    "convert_types": "{columns} were converted to {to}",
    "clean_text": "text was cleaned of HTML entities and padding",
    "replace_values": "values of {column} were recoded{ (|recoded}",
    "encode": "{columns} were coded as numbers ({method})",
    "group_summary": "{value} was summarised by {by} ({statistics})",
    "crosstab": "{rows} was cross-tabulated with {columns}",
    "weighted_summary": "the weighted {statistic} of {value} was computed{ by |by}, with {weight} as weight",
    "table_one": "characteristics were tabulated{ by |by}: mean (SD), or median [quartiles] where |skewness| > 1, and n (%) for categories",
    "compare_groups": "differences in {value} between the groups of {by}{ within |within} were tested",
    "compare_proportions": "the association of {outcome} with {by} was tested",
    "confounding": "how far {first} and {second} can be told apart was examined",
    "post_hoc": "groups of {by} were compared in {value}, pair by pair",
    "compare_columns": "{columns} were compared",
    "correlate": "the association of {x} and {y} was measured{ within |by}",
    "correlation_matrix": "pairs of {columns} were correlated{ with |target}",
    "associations": "pairs of {columns} were tested for association{ with |target} by Spearman's ρ, Kruskal–Wallis or χ², with p adjusted by Holm",
    "trends": "trends of {columns} over {date} were estimated, with p adjusted by Holm",
    "partial_correlation": "{x} and {y} were correlated, controlling for {controls}",
    "regression": "{y} was regressed on {x} by ordinary least squares",
    "odds_ratios": "the odds of {y} were modelled on {x} by logistic regression",
    "adjusted_effect": "the effect of {factor} on {outcome} was adjusted for {given} by regression",
    "predict": "{y} was predicted from {x} by ordinary least squares, with 95 % prediction intervals",
    "one_sample": "{value} was compared with {expected}",
    "paired": "{first} and {second} were compared, row by row",
    "interval_of_mean": "means of {value} were computed with their intervals by Student's t{ by |by}",
    "interval_of_share": "the share of rows with {where} was computed with its score interval (Wilson 1927){ by |by}",
    "sample_size": "sample sizes were computed for a two-sided t-test of {value} (power {power}, alpha {alpha}; Cohen 1988)",
    "change_within": "the change of {value} over {over} was computed within each {unit}",
    "changes_compared": "changes over {over} within each {unit} were compared between the groups of {by}, with p adjusted by Holm",
    "time_between": "the days from one {date} to the next were computed{ by |by}",
    "fall_from_peak": "the deepest fall of {value} below its highest value until then was found{ by |by}",
    "against_level": "{value} was held against its level at {at}{ by |by}",
    "first_and_last": "{value} at first and at last were compared{ by |by}",
    "normality": "{columns} was tested for normality{ within |by}",
    "outliers": "outliers of {column} were found by {fence}{ within |by}",
    "outlier_summary": "outliers of {columns} were counted by {fence}{ within |by}",
    "remove_outliers": "outliers of {columns} by {fence}{ within |by} were left out",
    "clip_outliers": "outliers of {columns} were set to the limits of {fence}{ within |by}",
    "rank": "rows were ranked by {by}{ within |within}",
    "extreme": "the {which} of {by} was looked up",
    "group_extreme": "the {statistic} of {value} was compared between {by}",
    "trend": "the trend of {value} over {date} was estimated{ within |by} from means per {every}",
    "time_pattern": "{value} was summarised by {by} of {date} ({statistic})",
    "resample": "{value} was summarised per {every} ({statistic})",
    "longest_run": "the longest run of rows with {where} was found",
    "seasonality": "{value} was decomposed into trend, season and rest by centred moving averages (additive)",
    "moving_average": "{column} was smoothed by a moving average over {window} rows",
    "kmeans": "rows were clustered by k-means (k = {k}, ten starts, seed {seed}{, standardised|standardise}) on {columns}",
    "pca": "principal components of {columns} were computed{, each standardised|standardise}",
    "strongest_chart": "charts were drawn with matplotlib",
    "chart": "charts were drawn with matplotlib",
    "search_texts": "texts of {column} were ranked for the words {query} by BM25 (Robertson and Zaragoza 2009)",
    "summarise_text": "sentences of {column} were chosen by the centrality of their tf–idf vectors",
    "word_counts": "words of {column} were counted",
}
FENCES = {
    "iqr": "Tukey's rule ({} × IQR beyond the quartiles; Tukey 1977)",
    "zscore": "distance from the mean ({} SD)",
    "sigma": "distance from the mean ({} SD)",
    "mad": "the median absolute deviation (modified z above {}; Iglewicz and Hoaglin 1993)",
}
WIDTHS = {"iqr": 1.5, "zscore": 3, "sigma": 3, "mad": 3.5}
SOURCES = {  # as a table names its test → whom to cite
    "Student's t": "Student 1908", "one-sample t": "Student 1908", "paired t": "Student 1908", "Welch's t": "Welch 1947",
    "Mann–Whitney U": "Mann and Whitney 1947",
    "Wilcoxon signed-rank": "Wilcoxon 1945", "ANOVA F": "Fisher 1925", "Welch's ANOVA F": "Welch 1951", "Kruskal–Wallis H": "Kruskal and Wallis 1952",
    "Levene's test": "Brown and Forsythe 1974", "Friedman χ²": "Friedman 1937", "Pearson χ²": "Pearson 1900", "Fisher's exact test": "Fisher 1935",
    "Pearson's r": "Pearson 1895", "Spearman's ρ": "Spearman 1904", "Kendall's τ-b": "Kendall 1945", "Shapiro–Wilk": "Shapiro and Wilk 1965",
    "D'Agostino–Pearson": "D'Agostino and Pearson 1973", "Anderson–Darling": "Stephens 1986", "Jarque–Bera": "Jarque and Bera 1987",
    "Kolmogorov–Smirnov": "Massey 1951", "Mann–Kendall τ": "Mann 1945; Theil–Sen slope, Sen 1968",
}  # fmt: skip
CHOSEN = (
    "the test was chosen by normality within groups (Shapiro and Wilk 1965) and equality of variances (Levene's test around medians, Brown and Forsythe 1974)"
)
RESIDUALS = "residuals were checked by Shapiro–Wilk, Breusch–Pagan (studentized, Koenker 1981) and Cook's distance"
MODELS = {
    "linear": "linear regression", "logistic": "logistic regression", "tree": "a decision tree", "forest": "a random forest", "ridge": "ridge regression",
    "knn": "nearest neighbours", "svm": "a support vector machine",
}  # fmt: skip
UNTOLD = frozenset({"fill_answer", "head", "select_columns", "rename_columns", "sort_rows", "melt", "text_report", "join_report", "duplicates"})
"""Recipes without a sentence: they change nothing that a reader would ask for, or are told by another step."""
_HOLE = re.compile(r"\{([^{}]*)\}")


def method_of(recipe: Recipe, arguments: Mapping[str, Any], result: Any, purpose: str = "") -> str:
    """The sentence, without its full stop; '' for what no reader of a paper asks for. `result`: the step's table, None where it is not at hand."""
    template = SENTENCES.get(recipe.name, "")
    if recipe.name == "train_model" and hasattr(result, "columns"):
        return model_text(result)
    if not template:
        return ""
    given = {argument.name: argument.default for argument in recipe.needs if not argument.required} | dict(arguments)
    words = {name: _words(name, value) for name, value in given.items() if name != "frame" and value is not None and value is not False and value != []}
    if "method" in given:
        width = given.get("threshold") or WIDTHS.get(str(given["method"]))
        words["fence"] = FENCES.get(str(given["method"]), "").format("" if width is None else f"{width:g}")
    if recipe.name == "derive":
        words["made"] = listed([f"{_words('name', name)} was computed as {formula_text(tree)}" for name, tree in made_columns(given).items()])
    if recipe.name == "replace_values":
        words["recoded"] = recoded_text(given["mapping"])
    if recipe.name == "trend":
        words["every"] = str(result["every"].iloc[0]) if hasattr(result, "columns") else "period"
    told = capital(_HOLE.sub(lambda hole: _part(hole, words), template))
    details = "; ".join(_details(recipe.name, given, result)) if hasattr(result, "columns") and _own(recipe) else ""
    return f"{told} ({details})" if details else told


def _part(hole: re.Match[str], words: Mapping[str, str]) -> str:
    """`{by}` is the argument; `{ within |within}` is " within " and the argument, or nothing; `{, standardised|standardise}` is only the words of a yes."""
    before, bar, name = hole.group(1).rpartition("|")
    value = words.get(name, "")
    if value == "yes":
        return before
    return (f"{before}{value}" if value else "") if bar else value or "all columns"


def _words(name: str, value: Any) -> str:
    if name == "where":
        return condition_text(value)
    if isinstance(value, bool):
        return "yes"
    if isinstance(value, int | float):
        return number(value)
    if isinstance(value, Mapping):
        return "a computed value" if "from" in value else listed([f"{label_of(str(key))} and {_words(name, part)}" for key, part in value.items()])
    if isinstance(value, list | tuple):
        return listed([_words(name, item) for item in value])
    return str(value) if name in ("statistic", "statistics", "method", "every", "to", "how", "query", "which") else label_of(str(value))


def formula_text(tree: Any) -> str:
    """An expression tree as a formula: intgross − budget."""
    if not isinstance(tree, Mapping):
        return number(tree) if isinstance(tree, int | float) and not isinstance(tree, bool) else str(tree)
    if "column" in tree:
        return label_of(str(tree["column"]))
    parts, op = [formula_text(part) for part in tree.get("args", ())], str(tree.get("op", ""))
    if op in SIGNS and len(parts) > 1:
        return f" {SIGNS[op]} ".join(f"({part})" if any(f" {sign} " in part for sign in SIGNS.values()) else part for part in parts)
    by = tree.get("by")
    within = f" within {listed([label_of(str(name)) for name in ([by] if isinstance(by, str) else by)])}" if by else ""
    return f"{op.replace('_', ' ')} of {listed(parts)}{within}" if parts else op.replace("_", " ")


SIGNS = {"+": "+", "-": "−", "*": "×", "/": "/", "**": "^", "%": "mod"}


def _details(recipe: str, given: Mapping[str, Any], result: Any) -> Iterator[str]:
    """Tests with their n, how they were chosen, what was excluded, what was adjusted."""
    records = result.to_dict("records")
    if "test" in result.columns and recipe != "table_one":
        yield from _tests(records)
    elif "test" in result.columns:
        yield f"tests: {listed([_cited(name) for name in dict.fromkeys(result['test'].dropna())])}"
    if recipe == "compare_groups" and given.get("test") == "auto" and not given.get("paired"):
        yield CHOSEN
    done = next((str(row["chosen"]).rpartition("; ")[2] for row in records if given.get("unit") and "; " in str(row.get("chosen"))), "")
    if done:
        said = done.replace("of the mean", "by the mean").replace("pairs within", "in pairs within")
        yield f"since rows of one {label_of(str(given['unit']))} are not independent, {said}"
    if recipe == "trend" and "periods" in result.columns:
        yield "n counts the periods"
    if recipe == "correlate" and len(records) > 1:
        yield f"over all rows, and within each {label_of(str(records[1]['by']))}" + (", where the sign is reversed" if not given.get("by") else "")
    if recipe == "regression":
        yield f"n = {number(records[0]['n'])}; {RESIDUALS}"
    if "dropped" in result.columns:
        yield from _excluded(records)
    if any("enlarged" in str(row.get("assumptions")) for row in records):
        yield "autocorrelation was counted in after Hamed and Rao (1998)"
    if any("counted as" in str(row.get("assumptions")) for row in records):
        yield "autocorrelation was counted in by the effective sample size (Santer et al. 2000)"
    if "p_holm" in result.columns:
        yield "p values adjusted by Holm (1979)"


def _own(recipe: Recipe) -> bool:
    """True where the columns of the result are the recipe's own, and not those of the person's table."""
    return recipe.name == "table_one" or "dropped" in recipe.gives.get("columns", ())


def _tests(records: list[dict[str, Any]]) -> Iterator[str]:
    """Each test once, with its source and n (of several: from the fewest to the most)."""
    sizes: dict[str, list[int]] = {}
    checks = {row.get("test") for row in records if row.get("chosen") == CHECK}
    for row in records:
        if isinstance(row.get("test"), str):
            sizes.setdefault(row["test"], []).append(int(row.get("periods", row["n"])))
    for name, counts in sizes.items():
        n = number(counts[0]) if len(set(counts)) == 1 else f"{number(min(counts))} to {number(max(counts))}"
        yield f"{'as a check ' if name in checks else ''}{_cited(name)}, n = {n}"


def _cited(name: str) -> str:
    plain = name.removeprefix("partial ")
    return f"{name} ({SOURCES[plain]})" if plain in SOURCES else name


def _excluded(records: list[dict[str, Any]]) -> Iterator[str]:
    """The rows that were dropped, with the reasons; of groups that are tested apart the sum."""
    parts = {str(row.get("column", "")) + str(row.get("within", row.get("group"))): row for row in records if not missing(row["dropped"]) and row["dropped"]}
    apart = [row for row in parts.values() if not missing(row.get("within", row.get("group")))]
    if len(apart) > 1 and len(apart) == len(parts):
        yield f"{number(sum(int(row['dropped']) for row in apart))} rows of the groups excluded for missing values"
    elif parts:
        worst = max(parts.values(), key=lambda row: int(row["dropped"]))
        yield f"{plural(worst['dropped'], 'row')} excluded: {worst['dropped_why']}"


def model_text(result: Any) -> str:
    """A trained model: what predicts what, split, seed, rows."""
    row = result.iloc[0]
    sizes = f"trained on {plural(row['n_train'], 'row')}, tested on {number(row['n_test'])} others, split at random with seed {number(row['seed'])}"
    gone = f"; {plural(row['dropped'], 'row')} excluded: {row['dropped_why']}" if row["dropped"] else ""
    features = listed([label_of(name) for name in str(row["features"]).split(", ")])
    what = MODELS.get(str(row["model"]), f"a {row['model']} model")
    return f"{capital(label_of(str(row['target'])))} was predicted from {features} by {what} ({sizes}{gone})"

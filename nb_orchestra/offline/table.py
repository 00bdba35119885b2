# size: one literal table, one row per recipe
"""Every recipe, one row each: its name, its function, what it needs, what it gives, the words that call it, its source.

One literal table, so that a person, the planner and a model's catalogue read the same thing. It is longer than a module
should be, and its rows wider than a line, because it is data. Importing it imports neither pandas nor scipy.
"""

# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nb_orchestra.offline.recipe import Argument, Recipe

STATISTICS = (
    "n", "missing", "missing_percent", "distinct", "sum", "mean", "median", "mode", "sd", "var", "sem", "cv", "min", "max", "range",
    "q1", "q3", "iqr", "mad", "p5", "p10", "p90", "p95", "p99", "skew", "kurtosis", "geometric_mean", "harmonic_mean",
    "sd_population", "var_population", "skew_population", "kurtosis_population", "ci_low", "ci_high", "percent", "first", "last",
)  # fmt: skip
"""Statistics by name. sd, var, sem: ddof 1 (`_population`: ddof 0); skew, kurtosis: bias-corrected, as pandas (`_population`: as scipy's default; excess kurtosis);
quartiles by linear interpolation; percent: share of the rows; ci_*: 95 % of the mean (t)."""

EVERY = ("hour", "day", "week", "month", "quarter", "year", "decade")
PARTS = ("year", "quarter", "month", "week", "weekday", "day", "hour")
GROUP_TESTS = ("auto", "t", "welch", "mann_whitney", "paired_t", "wilcoxon", "anova", "welch_anova", "kruskal", "levene", "friedman")
KINDS = ("auto", "bar", "stacked_bar", "line", "area", "scatter", "box", "histogram", "heatmap", "pie", "interval")

_REQUIRED: Any = object()


CONDITIONS = (
    '[{"column": c, "op": o, "value": v}], o is == != < <= > >= in "not in" between contains "not contains" "starts with" "ends with" missing present true false year '
    'month weekday; v also {"column": c} or {"statistic": s, "column": c}'
)
EXPRESSION = (
    'a value, {"column": c}, or {"op": o, "args": [EXPRESSION, …], "by": [groups]}; o is + - * / // % ** log log10 exp sqrt abs round row_mean row_sum year month '
    "quarter weekday (Monday 0) hour day_start days_between length upper lower title == != < <= > >= and or not missing if(test, then, else) bin(x, edges, labels); over rows, within by: "
    "zscore rank percent_of_total cumsum cummax diff pct_change shift(x, rows back) rolling_mean mean sum first_value (of if(date == d, x, null): x at a date)"
)


def _a(name: str, type: str, default: Any = _REQUIRED, help: str = "", choices: tuple[str, ...] = ()) -> Argument:
    return Argument(name, type, default is _REQUIRED, None if default is _REQUIRED else default, choices, help)


def _older(name: str, type: str) -> Argument:
    return Argument(name, type, required=False, told=False)


def _table(**columns: str) -> Mapping[str, Any]:
    return {"type": "table", "columns": columns} if columns else {"type": "table"}


_FRAME = _a("frame", "frame", help="the table")
_COLUMNS = _a("columns", "columns", None, "all columns that fit, when left out")
_WHERE = _a("where", "conditions", None, "only these rows")
_BY = _a("by", "columns", None, "groups: each is treated apart")
_UNIT = _a("unit", "column", None, "the column whose rows belong together: patient, plot")
_LEVEL = _a("level", "number", 0.95, "of the interval")
_SEED = _a("seed", "integer", 0, "the same seed gives the same result")
SHARED = (_FRAME, _COLUMNS, _WHERE, _BY, _SEED)
"""Arguments that mean the same in every recipe."""

_TEST = {
    "test": "text", "statistic": "number", "df": "number", "df2": "number", "p": "number",
    "effect_size": "text", "effect": "number", "ci_low": "number", "ci_high": "number",
    "n": "integer", "dropped": "integer", "dropped_why": "text", "assumptions": "text",
}  # fmt: skip
TESTED = tuple(_TEST)
"""The columns that every test gives."""

_ROWS: tuple[Recipe, ...] = (
    # ── looking ──────────────────────────────────────────────────────────────────────────────────────────────────
    Recipe(
        "profile", "profiling.profile", (_FRAME,),
        _table(
            column="text", type="text", n="integer", missing="integer", missing_percent="number", distinct="integer", mean="number", sd="number",
            minimum="any", q1="number", median="number", q3="number", maximum="any", most_common="any", most_common_n="number",
        ),
        ("profile", "overview", "explore", "look at", "what is in", "columns", "summary of the data", "missing values per column", "data types"),
        said_by="looking.profile",
    ),
    Recipe(
        "check_data", "checking.check_data", (_FRAME, _a("problems", "boolean", False, "only what should be looked at")),
        _table(check="text", column="text", rows="integer", detail="text", suggestion="text"),
        ("check", "check my data", "validate", "data quality", "problems", "issues", "anything wrong", "sanity check", "clean?"),
        said_by="looking.check_data",
    ),
    Recipe(
        "describe", "describing.describe",
        (_FRAME, _COLUMNS, _a("statistics", "choices", None, "default: n, missing, mean, sd, min, q1, median, q3, max", STATISTICS), _WHERE),
        _table(),
        ("describe", "summary statistics", "descriptive statistics", "summarise", "distribution of"),
        "one row per column: column, then one column per statistic; text columns give n, missing, distinct, mode", "looking.describe",
    ),
    Recipe(
        "count_rows", "describing.count_rows", (_FRAME, _WHERE, _BY),
        _table(),
        ("how many", "count", "number of rows", "number of"),
        "by…, n, of (rows of the group), percent", "looking.count_rows",
    ),
    Recipe(
        "value_counts", "describing.value_counts",
        (_FRAME, _a("column", "column"), _a("n", "integer", None, "only the n most frequent"), _a("where", "conditions", None), _a("by", "columns", None),
         _a("levels", "any", None, "a list: only these levels, in percent of all rows")),
        _table(),
        ("value counts", "frequency", "how often", "how many of each", "most common", "levels", "distinct values", "breakdown"),
        "by…, the column itself, n, percent; most frequent first; missing values are counted as a level of their own", "looking.value_counts",
    ),
    Recipe(
        "summarise", "describing.summarise",
        (_FRAME, _a("column", "column"), _a("statistic", "choice", "mean", "", STATISTICS), _WHERE),
        _table(statistic="text", column="text", value="any", n="integer", missing="integer"),
        ("mean", "average", "avg", "median", "sum", "total", "standard deviation", "minimum", "maximum", "skewness", "kurtosis", "variance"),
        said_by="looking.summarise",
    ),
    Recipe(
        "quantile", "describing.quantile",
        (_FRAME, _a("column", "column"), _a("q", "any", 0.5, "a number or a list of numbers between 0 and 1"), _BY, _WHERE),
        _table(),
        ("quantile", "percentile", "quartile", "90th percentile", "decile"),
        "by…, column, q, value, n; linear interpolation (Hyndman and Fan type 7)", "looking.quantile",
    ),
    # ── shaping ──────────────────────────────────────────────────────────────────────────────────────────────────
    Recipe(
        "filter_rows", "shaping.filter_rows",
        (
            _FRAME,
            _a("where", "conditions", help=CONDITIONS),
            _a("how", "choice", "all", "all conditions or any of them", ("all", "any")),
        ),
        _table(), ("only", "where", "filter", "keep", "with", "excluding", "without", "except", "between", "at least", "more than", "less than"),
        said_by="shaping.filter_rows",
    ),
    Recipe(
        "sort_rows", "shaping.sort_rows", (_FRAME, _a("by", "columns"), _a("ascending", "any", True, "true or false, or a list, one for each column")),
        _table(), ("sort", "order by", "sorted", "arrange"), said_by="shaping.rows",
    ),
    Recipe("head", "shaping.head", (_FRAME, _a("n", "integer", 10, "negative: the last rows")), _table(), ("first rows", "head", "last rows", "tail"), said_by="shaping.rows"),
    Recipe("select_columns", "shaping.select_columns", (_FRAME, _a("columns", "columns")), _table(), ("select", "only the columns", "keep columns"), said_by="shaping.rows"),
    Recipe("rename_columns", "shaping.rename_columns", (_FRAME, _a("names", "mapping", help="{old: new}")), _table(), ("rename",), said_by="shaping.rows"),
    Recipe("sample_rows", "shaping.sample_rows", (_FRAME, _a("n", "integer", 100), _SEED), _table(), ("sample", "random rows"), said_by="shaping.rows"),
    Recipe(
        "derive", "expressions.derive",
        (_FRAME, _a("columns", "expressions", None, EXPRESSION), _older("name", "text"), _older("expression", "expression")),
        _table(), ("ratio", "difference", "minus", "plus", "divided by", "times", "per", "as percent", "log", "change", "z-score", "normalise", "new column", "feature", "share", "gain", "gained", "lost", "grew"),
        said_by="shaping.derive",
    ),
    Recipe(
        "join", "joining.join",
        (_FRAME, _a("other", "frame"), _a("on", "any", None, "key column(s), or {left: right}; guessed when left out"),
         _a("how", "choice", "inner", "without: rows of the first that have no partner", ("inner", "left", "right", "outer", "without"))),
        _table(), ("join", "merge", "match", "combine", "look up"),
        "both tables' columns; the key is guessed by equal names and shared values; lost rows are counted by `join_report`", "shaping.join",
    ),
    Recipe(
        "join_report", "joining.join_report",
        (_FRAME, _a("other", "frame"), _a("on", "any", None), _a("how", "choice", "inner", "", ("inner", "left", "right", "outer"))),
        _table(key="text", key_guessed="boolean", rows_left="integer", rows_right="integer", rows_out="integer", matched_left="integer", matched_right="integer",
               lost_left="integer", lost_right="integer", repeated_keys_left="integer", repeated_keys_right="integer"),
        ("lost rows", "unmatched"), said_by="shaping.join_report",
    ),
    Recipe(
        "stack_rows", "joining.stack_rows",
        (_FRAME, _a("other", "frame"), _a("label", "text", "", "a new column that says which table a row is of"), _a("labels", "any", None, "its two values")), _table(), ("append", "concatenate", "stack"), said_by="shaping.rows",
    ),
    Recipe(
        "pivot", "reshaping.pivot",
        (_FRAME, _a("rows", "columns"), _a("columns", "column"), _a("value", "column", None), _a("statistic", "choice", "mean", "", STATISTICS)),
        _table(), ("pivot", "pivot table", "cross table of means", "wide"), said_by="shaping.rows",
    ),
    Recipe(
        "melt", "reshaping.melt",
        (_FRAME, _a("columns", "columns", None, "columns to stack; default: all numeric"), _a("names_to", "text", "name"), _a("values_to", "text", "value"),
         _a("number_from_name", "boolean", False, "keep only the number in each column's name (gdp_1952 → 1952)")),
        _table(), ("long format", "unpivot", "melt"), said_by="shaping.rows",
    ),
    # ── cleaning ─────────────────────────────────────────────────────────────────────────────────────────────────
    Recipe(
        "drop_missing", "cleaning.drop_missing", (_FRAME, _COLUMNS, _a("how", "choice", "any", "", ("any", "all"))),
        _table(), ("drop missing", "remove missing", "dropna", "without gaps", "complete cases", "drop rows missing"), said_by="shaping.rows",
    ),
    Recipe(
        "fill_missing", "cleaning.fill_missing",
        (_FRAME, _COLUMNS,
         _a("method", "choice", "median", "auto: median for numbers, mode for text", ("auto", "mean", "median", "mode", "value", "zero", "forward", "backward", "interpolate")),
         _a("value", "any", None), _BY),
        _table(), ("fill", "impute", "replace missing", "fillna", "interpolate"), said_by="shaping.rows",
    ),
    Recipe(
        "drop_duplicates", "cleaning.drop_duplicates", (_FRAME, _COLUMNS, _a("keep", "choice", "first", "", ("first", "last", "none"))),
        _table(), ("drop duplicates", "deduplicate", "unique rows"), said_by="shaping.rows",
    ),
    Recipe(
        "duplicates", "cleaning.duplicates", (_FRAME, _COLUMNS),
        _table(), ("find duplicates", "repeated rows", "repeats"), said_by="shaping.duplicates",
    ),
    Recipe(
        "convert_types", "cleaning.convert_types",
        (_FRAME, _COLUMNS, _a("to", "choice", "auto", "", ("auto", "number", "date", "text", "category", "boolean"))),
        _table(), ("convert", "as numbers", "as dates", "parse dates", "types"), said_by="shaping.rows",
    ),
    Recipe(
        "clean_text", "cleaning.clean_text", (_FRAME, _COLUMNS),
        _table(), ("clean up", "clean", "tidy titles", "strip", "unescape"), "the table without HTML entities, padding and repeated blanks; letters keep their case", "shaping.rows",
    ),
    Recipe(
        "text_report", "cleaning.text_report", (_FRAME, _COLUMNS),
        _table(column="text", n="integer", cleaned="integer", unescaped="integer", padded="integer", repeats="integer"),
        ("what was cleaned", "repeats", "how many titles"), "what clean_text does to each text column, counted; repeats are counted after it", "shaping.text_report",
    ),
    Recipe(
        "replace_values", "cleaning.replace_values", (_FRAME, _a("column", "column"), _a("mapping", "mapping", help="{old: new}; new may be null")),
        _table(), ("replace", "recode", "map"), said_by="shaping.rows",
    ),
    Recipe(
        "encode", "cleaning.encode", (_FRAME, _a("columns", "columns"), _a("method", "choice", "onehot", "", ("onehot", "label"))),
        _table(), ("one-hot", "dummy", "label encode", "encode"), said_by="shaping.rows",
    ),
    # ── groups ───────────────────────────────────────────────────────────────────────────────────────────────────
    Recipe(
        "group_summary", "grouping.group_summary",
        (_FRAME, _a("by", "columns"), _a("value", "columns", None, "left out: only the rows are counted"),
         _a("statistics", "choices", ["mean"], "", STATISTICS), _WHERE, _a("sort", "choice", "group", "by the last column", ("group", "ascending", "descending"))),
        _table(), ("by", "per", "for each", "in each", "across", "group", "mean by", "average per", "breakdown"),
        "by…, n, one column per statistic (several values: value_statistic); n counts the rows of the group with a value", "grouping.group_summary",
    ),
    Recipe(
        "crosstab", "grouping.crosstab",
        (_FRAME, _a("rows", "column"), _a("columns", "column"), _a("normalise", "choice", None, "percent of …", ("rows", "columns", "all"))),
        _table(), ("crosstab", "contingency table", "cross-tabulate", "two-way table"), "counts, or percent, one column per level", "grouping.crosstab",
    ),
    Recipe(
        "weighted_summary", "grouping.weighted_summary",
        (_FRAME, _a("value", "column"), _a("weight", "column"), _BY, _a("statistic", "choice", "mean", "", ("mean", "median", "sum", "sd", "var"))),
        _table(), ("weighted", "weighted mean", "weighted by"), "by…, statistic, value, weight_sum, n; weights are frequency weights for sd and var", "grouping.weighted_summary",
    ),
    Recipe(
        "table_one", "tabling.table_one", (_FRAME, _a("by", "column", None), _a("columns", "columns", None)),
        _table(), ("table 1", "table one", "baseline characteristics"),
        "variable, level, one column per group, missing, test, p, p_holm; median [IQR] if skewed (|skew| > 1) else mean (SD), n (%) for categories; Kruskal or Welch ANOVA, χ² or Fisher; p by Holm (1979)", "grouping.table_one",
    ),
    Recipe(
        "compare_groups", "comparing.compare_groups",
        (_FRAME, _a("value", "column"), _a("by", "column", help="the groups"), _a("within", "column", None, "one test per level of this column"),
         _a("test", "choice", "auto", "auto: chosen by the assumptions, and said so", GROUP_TESTS),
         _a("paired", "any", False, "true: rows pair in order; or the column that names the pairs"),
         _UNIT, _a("where", "conditions", None)),
        _table(value="text", by="text", within="text", groups="integer", **_TEST, chosen="text", difference="number", difference_low="number",
               difference_high="number", highest="text", highest_mean="number", highest_n="integer", lowest="text", lowest_mean="number", lowest_n="integer"),
        ("compare", "different between", "differ", "difference between", "does it matter", "effect of", "t-test", "anova", "kruskal", "mann-whitney", "significant", "chance", "than", "stronger", "weaker", "higher", "lower", "better", "worse", "faster", "slower", "larger", "smaller"),
        "Levene (median), Shapiro–Wilk; Welch (1947, 1951), Kruskal and Wallis (1952); d: Hedges; η², ε² with non-central intervals; two rows when an assumption "
        "fails: the chosen test first, then a check by the other family",
        "comparing.compare_groups",
    ),
    Recipe(
        "post_hoc", "pairwise.post_hoc",
        (_FRAME, _a("value", "column"), _a("by", "column"), _a("test", "choice", "auto", "", ("auto", "welch", "mann_whitney")), _UNIT),
        _table(group_1="text", group_2="text", mean_1="number", mean_2="number", n_1="integer", n_2="integer", difference="number", **_TEST, p_holm="number"),
        ("post hoc", "pairwise", "which groups differ", "tukey"), "pairwise Welch or Mann–Whitney, p adjusted by Holm (1979)", "comparing.post_hoc",
    ),
    Recipe(
        "compare_proportions", "proportions.compare_proportions",
        (_FRAME, _a("outcome", "column"), _a("by", "column"), _a("test", "choice", "auto", "Fisher where an expected count is below 5", ("auto", "chi2", "fisher")),
         _a("corrected", "boolean", False, "Yates' correction of a 2 × 2 table")),
        _table(outcome="text", by="text", **_TEST),
        ("association between categories", "chi-square", "fisher", "proportion", "independent"), "Pearson χ² without correction unless corrected; Fisher (2 × 2); Cramér's V", "comparing.compare_proportions",
    ),
    Recipe(
        "confounding", "proportions.confounding", (_FRAME, _a("first", "column"), _a("second", "column")),
        _table(first="text", second="text", cells="integer", empty_cells="integer", cramers_v="number", only_in_one="text", confounded="boolean", n="integer",
               dropped="integer", dropped_why="text"),
        ("confounded", "overlap", "nested"), "how far two groupings can be told apart: empty cells of their cross table, Cramér's V", "comparing.confounding",
    ),
    Recipe(
        "one_sample", "comparing_one.one_sample",
        (_FRAME, _a("value", "column"), _a("expected", "number", 0), _a("test", "choice", "auto", "", ("auto", "t", "wilcoxon"))),
        _table(value="text", expected="number", mean="number", **_TEST), ("different from", "one-sample"), "Student (1908); Wilcoxon (1945)", "comparing.one_sample",
    ),
    Recipe(
        "paired", "comparing_one.paired",
        (_FRAME, _a("first", "column"), _a("second", "column"), _a("test", "choice", "auto", "", ("auto", "paired_t", "wilcoxon")), _a("by", "column", None, "a row per group")),
        _table(first="text", second="text", mean_first="number", mean_second="number", difference="number", **_TEST),
        ("paired", "before and after", "two columns"), "paired t, or Wilcoxon signed-rank where the differences are not normal", "comparing.paired",
    ),
    Recipe(
        "interval_of_mean", "certainty.interval_of_mean", (_FRAME, _a("value", "column"), _BY, _LEVEL),
        _table(), ("confidence interval of a mean", "margin of error", "CI"), "Student's t", "certainty.mean_interval",
    ),
    Recipe(
        "interval_of_share", "certainty.interval_of_share", (_FRAME, _a("where", "conditions", help="which rows are counted"), _BY, _LEVEL),
        _table(), ("confidence interval of a share", "confidence interval of a percentage", "margin of error"), "Wilson (1927)", "certainty.share_interval",
    ),
    Recipe(
        "sample_size", "certainty.sample_size",
        (_FRAME, _a("value", "column"), _a("difference", "number", None, "left out: the smallest that these rows can show"), _a("by", "column", None, "the groups"),
         _a("power", "number", 0.8), _a("alpha", "number", 0.05)),
        _table(value="text", sd="number", difference="number", effect="number", n_each="integer", n_both="integer", power="number", alpha="number"),
        ("sample size", "how many are needed", "power analysis", "is the sample big enough"), "non-central t (Cohen 1988)", "certainty.sample_size",
    ),
    Recipe(
        "change_within", "repeated.change_within",
        (_FRAME, _a("unit", "column", help="what was measured several times"), _a("value", "column"), _a("over", "column", help="when: visit, week, term"),
         _a("first", "any", None, "a level of over; each unit's own first one when left out"), _a("last", "any", None), _a("keep", "columns", None, "groups to keep beside it")),
        _table(), ("change from baseline", "change within each", "from first to last visit", "repeated measures"), "last less first of each unit",
    ),
    Recipe(
        "changes_compared", "changing.changes_compared",
        (_FRAME, _a("unit", "column", help="what was measured several times"), _a("over", "column", help="when: visit, week, term"), _a("by", "column", help="the groups"), _COLUMNS),
        _table(), ("do the groups change differently", "change by group"), "each unit's last less first; the test as of compare_groups; p by Holm (1979)", "comparing.changes_compared",
    ),
    Recipe(
        "compare_columns", "comparing_one.compare_columns",
        (_FRAME, _a("columns", "columns"), _a("test", "choice", "auto", "independent samples", ("auto", "welch", "t", "mann_whitney", "anova", "kruskal", "levene"))),
        _table(value="text", by="text", groups="integer", **_TEST), ("compare columns",), said_by="comparing.compare_columns",
    ),
    Recipe(
        "normality", "normality.normality",
        (_FRAME, _a("columns", "columns", None), _a("by", "column", None), _a("test", "choice", "auto", "auto: Shapiro–Wilk up to 5,000 values, else D'Agostino",
         ("auto", "shapiro", "dagostino", "ks", "anderson", "jarque_bera"))),
        _table(column="text", group="text", **_TEST, normal="boolean", skew="number", kurtosis="number"),
        ("normal", "normally distributed", "normality", "shapiro", "gaussian"), "Shapiro–Wilk; D'Agostino–Pearson; ks: Kolmogorov–Smirnov against the fitted normal", "comparing.normality",
    ),
    # ── relations ────────────────────────────────────────────────────────────────────────────────────────────────
    Recipe(
        "correlate", "relating.correlate",
        (_FRAME, _a("x", "column"), _a("y", "column"), _a("method", "choice", "pearson", "", ("pearson", "spearman", "kendall")),
         _a("by", "column", None, "left out: a category that reverses the sign within its groups is found and shown unasked"), _WHERE),
        _table(x="text", y="text", by="text", group="text", r="number", **_TEST, reversed="boolean"),
        ("correlate", "correlation", "relate", "relationship", "related", "association", "go together", "depend on"),
        "Fisher z intervals; `reversed`: the sign within this group is the opposite of the sign over all rows (Simpson 1951)", "relating.correlate",
    ),
    Recipe(
        "correlation_matrix", "relating.correlation_matrix",
        (_FRAME, _COLUMNS, _a("method", "choice", "pearson", "", ("pearson", "spearman", "kendall")), _a("target", "column", None, "only pairs with this column")),
        _table(x="text", y="text", r="number", **_TEST, p_holm="number"),
        ("correlation matrix", "correlations between all", "most correlated"), "one row per pair, strongest first; pairwise complete", "relating.correlation_matrix",
    ),
    Recipe(
        "partial_correlation", "relating.partial_correlation",
        (_FRAME, _a("x", "column"), _a("y", "column"), _a("controls", "columns"), _a("method", "choice", "pearson", "", ("pearson", "spearman"))),
        _table(x="text", y="text", controls="text", r="number", **_TEST), ("partial correlation", "controlling for", "adjusted for", "holding constant"),
        "correlation of least-squares residuals; categories enter as indicators", "relating.partial_correlation",
    ),
    Recipe(
        "regression", "regressing.regression",
        (_FRAME, _a("y", "column"), _a("x", "columns"), _a("where", "conditions", None), _a("standardise", "boolean", False)),
        _table(term="text", estimate="number", se="number", t="number", df="number", p="number", ci_low="number", ci_high="number", r2="number", r2_adjusted="number",
               rmse="number", f="number", f_p="number", n="integer", dropped="integer", dropped_why="text", assumptions="text", outcome="text"),
        ("regression", "predict", "linear model", "slope", "fit a line", "explains"),
        "ordinary least squares; residual checks: Shapiro–Wilk, Breusch–Pagan (1979), largest Cook's distance", "relating.regression",
    ),
    Recipe(
        "odds_ratios", "odds.odds_ratios",
        (_FRAME, _a("y", "column", help="an outcome with two values"), _a("x", "columns"), _WHERE, _a("positive", "any", None, "the value whose odds are meant")),
        _table(term="text", odds_ratio="number", ci_low="number", ci_high="number", z="number", p="number", estimate="number", se="number", events="integer", n="integer",
               pseudo_r2="number", dropped="integer", dropped_why="text", outcome="text", level="text", assumptions="text"),
        ("odds ratio", "odds ratios", "logistic regression", "odds"),
        "logistic regression by maximum likelihood, Wald intervals; McFadden's pseudo r² (1974)", "relating.odds_ratios",
    ),
    Recipe(
        "adjusted_effect", "adjusting.adjusted_effect",
        (_FRAME, _a("outcome", "column"), _a("factor", "column", help="the group, or the number, whose effect is asked for"), _a("given", "columns", help="held constant"), _WHERE),
        _table(term="text", against="text", measure="text", effect="number", ci_low="number", ci_high="number", se="number", statistic="number", df="number", p="number",
               plain="number", plain_ci_low="number", plain_ci_high="number", plain_p="number", n="integer", dropped="integer", dropped_why="text", given="text",
               outcome="text", factor="text", level="text", assumptions="text"),
        ("adjusted for", "controlling for", "taking into account", "adjusted difference", "holding constant"),
        "least squares (differences, slopes) or logistic regression (odds ratios); `plain`: without what is given, on the same rows", "relating.adjusted_effect",
    ),
    Recipe(
        "predict", "regressing.predict",
        (_FRAME, _a("y", "column"), _a("x", "columns"), _a("at", "any", None, "a record or a list of records of x; left out: fitted values of every row")),
        _table(), ("predicted", "forecast at", "what would"), "predicted, low, high (95 % prediction interval); by the regression of all complete rows", "relating.predict",
    ),
    # ── first looks ────────────────────────────────────────────────────────────────────────────
    Recipe(
        "associations", "exploring.associations", (_FRAME, _a("target", "column", None, "only pairs with this column"), _COLUMNS, _WHERE),
        _table(x="text", y="text", strength="number", **_TEST, p_holm="number", highest="text", lowest="text", reversed_by="text"),
        ("what drives", "what matters for", "what explains", "key factors", "what goes with", "what tells them apart", "strongest associations", "explore"),
        "numbers and categories alike, one row per pair, strongest first; strength 0 to 1: |Spearman's ρ|, √ε² of Kruskal–Wallis, Cramér's V; p by Holm (1979)",
        "exploring.associations",
    ),
    Recipe(
        "strongest_chart", "exploring.strongest_chart", (_FRAME, _a("pairs", "frame", None, "the table of `associations`; made when left out"), _WHERE),
        {"type": "figure"}, ("chart of the strongest association",), "pairs that say nearly the same (0.95 and more) come last", "charting.chart",
    ),
    Recipe(
        "trends", "exploring.trends", (_FRAME, _a("date", "column"), _COLUMNS, _WHERE),
        _table(value="text", date="text", slope_per_year="number", **_TEST, first="any", last="any", first_level="number", last_level="number", direction="text", p_holm="number"),
        ("what changed over time", "trend of each column"), "`trend` for each numeric column, p by Holm (1979)", "exploring.trends",
    ),
    # ── outliers, order ──────────────────────────────────────────────────────────────────────────────────────────
    Recipe(
        "outliers", "outlying.outliers",
        (_FRAME, _a("column", "column"), _a("method", "choice", "iqr", "", ("iqr", "zscore", "mad", "sigma")),
         _a("threshold", "number", None, "iqr 1.5 × IQR; zscore and sigma 3 SD; mad 3.5"), _BY),
        _table(), ("outliers", "outlier", "anomalies", "unusual", "extreme values", "odd"),
        "the outlying rows, in front row (position), column, group, value, low_limit, high_limit, side; Tukey (1977); Iglewicz and Hoaglin (1993)", "outlying.outliers",
    ),
    Recipe(
        "outlier_summary", "outlying.outlier_summary",
        (_FRAME, _a("columns", "columns", None), _a("method", "choice", "iqr", "", ("iqr", "zscore", "mad", "sigma")), _a("threshold", "number", None), _BY),
        _table(), ("how many outliers", "number of outliers", "outlier limits"), "column, group…, n, outliers, percent, low, high, low_limit, high_limit", "outlying.outlier_summary",
    ),
    Recipe(
        "remove_outliers", "outlying.remove_outliers",
        (_FRAME, _a("columns", "columns"), _a("method", "choice", "iqr", "", ("iqr", "zscore", "mad", "sigma")), _a("threshold", "number", None), _BY),
        _table(), ("remove outliers", "without outliers", "drop outliers", "exclude outliers"), "the rows left; those with a missing value stay", "shaping.rows",
    ),
    Recipe(
        "clip_outliers", "outlying.clip_outliers",
        (_FRAME, _a("columns", "columns"), _a("method", "choice", "iqr", "", ("iqr", "zscore", "mad", "sigma")), _a("threshold", "number", None), _BY),
        _table(), ("clip", "winsorise", "cap outliers"), said_by="shaping.rows",
    ),
    Recipe(
        "rank", "ranking.rank",
        (_FRAME, _a("by", "column"), _a("n", "integer", 10), _a("ascending", "boolean", False), _a("columns", "columns", None), _a("within", "columns", None, "top n of each group"), _WHERE),
        _table(), ("top", "bottom", "highest", "lowest", "largest", "smallest", "best", "worst", "rank", "most", "least"),
        "rank (ties share the lowest), then the columns; rows in rank order, ties in the table's order", "outlying.rank",
    ),
    Recipe(
        "extreme", "ranking.extreme",
        (_FRAME, _a("by", "column"), _a("which", "choice", "max", "", ("max", "min")), _a("columns", "columns", None), _WHERE),
        _table(), ("which has the most", "highest", "lowest", "maximum", "minimum"), "every row that holds the extreme", "outlying.extreme",
    ),
    Recipe(
        "group_extreme", "ranking.group_extreme",
        (_FRAME, _a("by", "columns"), _a("value", "column"), _a("statistic", "choice", "mean", "", STATISTICS), _a("which", "choice", "max", "", ("max", "min")), _WHERE),
        _table(), ("which group has the highest", "which group has the lowest"), "by…, n, the statistic; every group that holds the extreme", "outlying.group_extreme",
    ),
    # ── time ─────────────────────────────────────────────────────────────────────────────────────────────────────
    Recipe(
        "resample", "timing.resample",
        (_FRAME, _a("date", "column"), _a("value", "columns", None, "left out: rows are counted"), _a("every", "choice", "month", "", EVERY), _a("statistic", "choice", "mean", "", STATISTICS), _BY),
        _table(), ("monthly", "yearly", "weekly", "daily", "per month", "per year", "resample", "over time", "by year"),
        "the date column (start of the period), by…, n, the statistic; empty periods stay, with n 0", "timing.resample",
    ),
    Recipe(
        "time_pattern", "timing.time_pattern",
        (_FRAME, _a("date", "column"), _a("value", "column"), _a("by", "choice", "month", "", PARTS), _a("statistic", "choice", "mean", "", STATISTICS),
         _a("each", "choice", None, "of each year's total", ("year",))),
        _table(), ("which months", "monthly pattern", "weekday", "hour of day", "seasonal pattern", "time of year"),
        "the part's name (month, weekday …), number, n, the statistic", "timing.time_pattern",
    ),
    Recipe(
        "trend", "trending.trend",
        (_FRAME, _a("date", "column"), _a("value", "column"), _a("every", "choice", "auto", "values are averaged per period first", ("auto", *EVERY)), _a("by", "column", None),
         _a("test", "choice", "auto", "", ("auto", "linear", "mann_kendall"))),
        _table(value="text", date="text", group="text", every="text", periods="integer", slope_per_year="number", slope_per_decade="number", **_TEST, first="any", last="any", first_level="number", last_level="number",
               change="number", change_percent="number", direction="text", years="number"),
        ("trend", "changed over", "has it changed", "recovered", "decade", "rising", "falling", "getting warmer", "increase over time", "over the years", "growing", "declining"),
        "Theil–Sen slope with Mann–Kendall's test, or least squares where residuals allow; neighbours that are alike count less (Hamed and Rao 1998; Santer et al. 2000); "
        "fewer than 10 years are flagged", "timing.trend",
    ),
    Recipe(
        "longest_run", "timing.longest_run",
        (_FRAME, _a("date", "column", None), _a("where", "conditions"), _BY),
        _table(), ("longest", "longest run", "streak", "in a row", "consecutive", "longest spell"), "by…, length, start, end; every longest run", "timing.longest_run",
    ),
    Recipe(
        "time_between", "courses.time_between", (_FRAME, _a("date", "column"), _BY),
        _table(), ("time between", "days between visits", "until the next"), "each less the one before",
    ),
    Recipe(
        "fall_from_peak", "courses.fall_from_peak", (_FRAME, _a("date", "column"), _a("value", "column"), _BY),
        _table(), ("drawdown", "below the peak", "fall from its peak"), "the deepest fall below the highest value until then", "courses.fall_from_peak",
    ),
    Recipe(
        "against_level", "courses.against_level", (_FRAME, _a("date", "column"), _a("value", "column"), _a("at", "text", help="a date, a month as 2008-01, or a year"), _BY),
        _table(), ("below the level of", "against the level of"), "lowest and highest less the level at a time", "courses.against_level",
    ),
    Recipe(
        "first_and_last", "courses.first_and_last",
        (_FRAME, _a("date", "column"), _a("value", "column"), _BY, _a("every", "choice", None, "left out: single values", ("day", "week", "month", "quarter", "year")),
         _a("statistic", "choice", "sum", "of a period", STATISTICS), _a("full", "boolean", False, "only periods that the dates cover whole")),
        _table(), ("from first to last", "first week against last week"), "last less first", "courses.first_and_last",
    ),
    Recipe(
        "seasonality", "trending.seasonality",
        (_FRAME, _a("date", "column"), _a("value", "column"), _a("period", "integer", None, "values per cycle; guessed from the dates when left out")),
        _table(date="date", value="number", trend="number", seasonal="number", rest="number", strength="number", period="integer"),
        ("seasonality", "seasonal", "decompose"), "classical additive decomposition by centred moving average; strength: Wang, Smith and Hyndman (2006)", "timing.seasonality",
    ),
    Recipe(
        "moving_average", "timing.moving_average",
        (_FRAME, _a("column", "column"), _a("window", "integer", 7), _a("date", "column", None, "sort by it first"), _BY),
        _table(), ("moving average", "rolling mean", "smooth"), "adds column_moving_average; the first window − 1 rows are missing", "shaping.rows",
    ),
    # ── models ───────────────────────────────────────────────────────────────────────────────────────────────────
    Recipe(
        "kmeans", "learning.kmeans", (_FRAME, _a("columns", "columns", None), _a("k", "integer", 3), _SEED, _a("standardise", "boolean", True)),
        _table(), ("cluster", "k-means", "segments", "groups of similar"), "the rows with `cluster` (0 … k − 1, largest first); needs the ml extra", "learning.kmeans",
        slow=500_000, uses=("sklearn.cluster",),
    ),
    Recipe(
        "pca", "learning.pca", (_FRAME, _a("columns", "columns", None), _a("n", "integer", 2), _a("standardise", "boolean", True)),
        _table(), ("pca", "principal components", "reduce dimensions"), "component, explained (share of variance), cumulative, one loading column per variable", "learning.pca",
    ),
    Recipe(
        "train_model", "learning.train_model",
        (_FRAME, _a("target", "column"), _a("features", "columns", None), _a("kind", "choice", "auto", "", ("auto", "linear", "logistic", "tree", "forest", "knn", "svm", "ridge")),
         _a("test_share", "number", 0.2), _SEED, _a("metrics", "choices", None, "", ("accuracy", "precision", "recall", "f1", "auc", "r2", "rmse", "mse", "mae")),
         _a("how", "mapping", None, "scale, split, positive, average, codes, settings: see the recipe")),
        _table(model="text", target="text", metric="text", value="number", baseline="number", n_train="integer", n_test="integer", features="text", dropped="integer", dropped_why="text", seed="integer"),
        ("train", "model", "classify", "classifier", "accuracy", "machine learning", "random forest", "logistic regression", "decision tree"),
        "one split, fixed seed; scikit-learn (ml extra)", "learning.train_model",
        slow=20_000, slow_by=("kind", ("tree", "forest", "knn", "svm")), uses=("sklearn.model_selection", "sklearn.linear_model", "sklearn.ensemble", "sklearn.metrics"),
    ),
    # ── charts ───────────────────────────────────────────────────────────────────────────────────────────────────
    Recipe(
        "chart", "charting.chart",
        (_FRAME, _a("kind", "choice", "auto", "", KINDS), _a("x", "column", None), _a("y", "any", None, "a column, or several for one line each"), _a("colour", "column", None),
         _a("statistic", "choice", None, "y is summarised per x (and colour) first; auto where x repeats", (*STATISTICS, "count")),
         _a("title", "text", None), _a("fit", "boolean", False, "scatter: a least-squares line"), _a("sort", "choice", None, "bars", ("ascending", "descending", "none")),
         _a("n", "integer", None, "bars: only the first n"), _a("bins", "integer", None), _a("where", "conditions", None),
         _a("labels", "mapping", None, "{column: what its axis says}"), _a("horizontal", "boolean", False, "bars and boxes that lie")),
        {"type": "figure"}, ("chart", "plot", "graph", "figure", "draw", "show", "visualise", "histogram", "bar chart", "line chart", "scatter plot", "box plot", "heatmap"),
        said_by="charting.chart",
    ),
    # ── texts ────────────────────────────────────────────────────────────────────────────────────────────────────
    Recipe(
        "search_texts", "texts.search_texts", (_FRAME, _a("column", "column"), _a("query", "text"), _a("n", "integer", 10)),
        _table(), ("search", "mention", "about", "find texts"), "score, then the row's columns; BM25 (Robertson and Zaragoza 2009), k1 1.2, b 0.75", "shaping.rows",
    ),
    Recipe(
        "summarise_text", "texts.summarise_text", (_FRAME, _a("column", "column"), _a("sentences", "integer", 5)),
        _table(order="integer", sentence="text", score="number", row="integer"), ("summarise the text", "extract", "gist"), "extractive: sentences by centrality of their tf–idf vectors", "charting.sentences",
    ),
    Recipe(
        "word_counts", "texts.word_counts", (_FRAME, _a("column", "column"), _a("n", "integer", 20)),
        _table(word="text", n="integer", rows="integer", rows_percent="number"), ("most common words", "word frequency"), said_by="charting.sentences",
    ),
    # ── answers ──────────────────────────────────────────────────────────────────────────────────────────────────
    Recipe(
        "fill_answer", "answers.fill_answer", (_a("slots", "any", help="the slots of an answer format, each with its value or the place where it stands"),),
        {"type": "text"}, ("answer format",), "every slot, or none",
    ),
)  # fmt: skip

RECIPES: Mapping[str, Recipe] = {row.name: row for row in _ROWS}

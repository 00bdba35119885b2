# size: because it is a table of words
"""The words that goals are made of, as tables: kind → key → phrases. Nothing here is about one data set.

A phrase is looked up by the lemmas of its words, longest first. A trailing `~` on a verb means all its regular forms.
"""

# ruff: noqa: E501 — phrases are data; a row stays a row

from __future__ import annotations

from nb_orchestra.offline.reading.language.synonyms import POINTERS
from nb_orchestra.offline.reading.language.words import inflections, lemma, vocabulary

_STATISTICS = {
    "mean": "mean; typical; average; avg; arithmetic mean; mean value; average value; on average; mean average; typical value; expected value",
    "median": "median; median value; middle value; med; 50th percentile; second quartile",
    "sd": "most volatile; least volatile; volatility; volatile; most stable; most variable; most varied; most spread out; least variable; most consistent; most even; standard deviation; sample standard deviation; sample std; std; sd; std dev; stddev; stdev; standard dev; std deviation; variation; variability",
    "var": "variance; sample variance; var",
    "sem": "standard error of the mean; sem; standard error",
    "min": "minimum; min; minimum value; smallest value; lowest value",
    "max": "maximum; max; maximum value; largest value; highest value; greatest value",
    "sum": "sum; total; sum total; grand total; total amount; total number; combined; altogether; overall total",
    "n": "count; number; how many; number of row; number of record; sample size; frequency; row count; number of entry; number of observation",
    "distinct": "unique; distinct; different; number of unique; number of distinct; number of different; unique value; distinct value; unique count; nunique",
    "range": "range",
    "iqr": "interquartile range; iqr; inter quartile range",
    "q1": "first quartile; q1; lower quartile; 25th percentile; 25 percentile",
    "q3": "third quartile; q3; upper quartile; 75th percentile; 75 percentile",
    "mode": "mode; most common; most frequent; most common value; most frequent value; commonest; most popular",
    "skew": "skewness; skew; skewed",
    "kurtosis": "kurtosis; excess kurtosis; tailedness",
    "geometric_mean": "geometric mean",
    "harmonic_mean": "harmonic mean",
    "cv": "coefficient of variation; cv",
    "mad": "median absolute deviation",
    "describe": "summary statistic; descriptive statistic; five number summary; basic statistic; statistical summary; summary stat",
    "share": "percentage; proportion; share; fraction; as percentage; what percentage; in percentage; relative frequency",
    "p5": "p5",
    "p10": "p10",
    "p90": "p90",
    "p95": "p95",
    "p99": "p99",
    "quantile": "percentile; quantile; decile",
}
_MEASURES = {
    "p": "p value; pvalue; p; significance value; probability value",
    "r": "correlation coefficient; r value; corr coefficient; correlation value; pearson r; corr; corr value; corr coeff",
    "r2": "r squared; r2; coefficient of determination; r square; r2 score; rsquared",
    "rmse": "rmse; root mean squared error; root mean square error",
    "mse": "mse; mean squared error; mean square error",
    "mae": "mae; mean absolute error",
    "accuracy": "accuracy; accuracy score",
    "precision": "precision; precision score",
    "recall": "recall; recall score; sensitivity",
    "f1": "f1; f1 score; f1score; f score",
    "auc": "auc; roc auc",
    "statistic": "test statistic; statistic; t statistic; f statistic; f value; t value; chi square statistic; u statistic; w statistic; test value",
    "slope": "slope; gradient; regression coefficient",
    "intercept": "intercept",
    "df": "degree of freedom",
    "coefficient": "coefficient; weight of the model",
}
_VERBS = {
    "compare": "compare~; contrast~; differ; differs; difference between; difference in; difference among; difference; different between; different across; "
    "different; comparison; test the difference; matter; matters; affect; affects; influence; influences; effect of; depend on; depends on; vary; varies; vary with; impact of; "
    "higher than; lower than; larger than average; "
    "heavier than; lighter than; bigger than; smaller than; equal across; same across; gap between; gap",
    "correlate": "correlate~; correlation; correlated; relate~; relationship; relationships; association; associate~; associated; relation; linear relationship; go together; goes together; go with; goes with; goes best with; go best with; goes most with; go along with; goes along with; move together; move with; moves with; "
    "rise with; rises with; increase with; increases with; grow with; grows with; decrease with; decreases with; fall with; falls with; go up with; goes up with; go down with; drop with; "
    "correlation analysis; correlation coefficient between; covary; linked to; connection between; linear relation; interrelated",
    "matrix": "correlation matrix; all correlation; pairwise correlation; correlation between all; correlate everything",
    "outlier": "outlier; anomaly; anomalous; extreme value; unusual value; odd one; abnormal value; outlying; stand out; unusual; atypical; odd; strange; weird; suspicious; anything unusual; anything odd; anything strange; anything weird; look weird; look odd; look strange",
    "normality": "normality; normal distribution; normally distributed; follow a normal; gaussian; shapiro wilk; kolmogorov smirnov; anderson darling; bell shaped; "
    "normality test; adhere to a normal distribution; normal; d agostino",
    "distribution": "distribution; distributed; distribute~; spread; shape of",
    "regress": "regress~; regression; linear regression; simple linear regression; multiple linear regression; multiple regression; linear model; ols; best fit line; line of best fit; "
    "explain~; ordinary least square; fit a line; regression analysis; regression model",
    "predict": "predict~; forecast~; prediction; model~; predictive model; estimate~ from",
    "classify": "classify~; classification; classifier; logistic regression; decision tree; random forest; random forest classifier; decision tree classifier",
    "train": "train~; machine learning; machine learning model; training set; test set; train test split; training and testing; linear regression model",
    "cluster": "cluster~; k mean; kmean; k means clustering; clustering; segment~",
    "pca": "pca; principal component; principal component analysis; dimensionality reduction; principal components",
    "chart": "chart~; plot~; graph~; visualize~; visualise; figure; diagram; draw~; picture; visual; visualization",
    "brief": "brief; report; write up; writeup; memo; one page; one pager; summary for; document; narrative; essay; written summary; explain the result; findings; abstract",
    "profile": "profile~; what is this data about; what is this data; data about; what is in this data; what is in; what's in; data dictionary; inspect~",
    "explore": "explore~; overview; look at; understand the data; tell me about; tell me everything about; tell us about; eda; exploratory data analysis; exploration; first look; insight; insights; "
    "interesting; key finding; key findings; what can we learn; what can you see; what do you see; what stands out; patterns; get to know; make sense of; main finding; main findings; what is going on; what's going on",
    "check": "check my data; check the data; data quality; sanity check; data check; audit~; validate~; check; problem with; wrong with; quality check; issues with; problem; issue; "
    "quality of the data",
    "table_one": "table 1; table one; baseline characteristic; baseline table; characteristics table; demographic table",
    "describe": "describe~; summarize~; summary; summary of; summarise; statistics of",
    "count": "count~; how many; number of; tally~; number",
    "value_counts": "value count; frequency table; frequency; counts of; breakdown; frequency of; distribution of categories; how often",
    "rank": "rank~; ranking; leaderboard; top; bottom; list the top; first n",
    "sort": "sort~; order by; arrange~; sorted; ordered by; order; descending; ascending; alphabetical; alphabetically",
    "keep": "only; keep~; restrict~; restricted to; limit to; limited to; subset~; filter~; just; consider only; only consider; use only; focus on; select row; "
    "include only; only include; look only at; where only; restrict to; filter by; filter for",
    "drop": "drop~; remove~; exclude~; ignore~; without; discard~; delete~; except; excluding; omit~; leave out; get rid of; except for; other than; apart from; but not; eliminate~; ignoring; "
    "leaving out; not counting; neglect~",
    "fill": "fill~; impute~; imputation; fill in; replace~; replace missing; imputing; handle missing; handling missing; fillna; substitute~",
    "create": "create~; make a column; derive~; new column; new feature; new variable; engineer~; add a column; generate~; construct~; called; named; introduce~; feature engineering; "
    "add a new; make a new; add column; define~",
    "convert": "convert~; cast~; change the type; parse~; turn into; coerce~; change data type; data type",
    "clean": "clean~; tidy~; clean up; fix~; standardize the text; unescape~; clean text; data cleaning; preprocess~; preprocessing; data preprocessing; sanitize~",
    "dedupe": "duplicate; deduplicate~; duplicate row; dedupe; repeated row; duplicated; duplicated row; duplicate record",
    "rename": "rename~; call it",
    "head": "first row; head; first few row; preview~; last row; first few; last few row",
    "join": "join~; merge~; combine with; match with; link with; lookup; left join; inner join",
    "pivot": "pivot~; pivot table; cross tabulate; wide table",
    "crosstab": "crosstab; cross tab; contingency table; cross tabulation; contingency; two way table",
    "trend": "upward trend; downward trend; rising trend; falling trend; trend~; over time; increase over; getting; rising; falling; change over time; growth; grow~; increase~ over time; fall over; decline~; went up; went down; gone up; gone down; going up; going down; time series; evolve~; develop~ over; "
    "increasing; decreasing; warming; cooling; long term; has risen; fallen; risen; change; changes; changed; fall; rise; drop over; become; becoming; shrink; shrank; shrinking; shrunk; fell; dropped",
    "seasonal": "decompose; decomposition; seasonality; seasonal; seasonal pattern; monthly pattern; weekly pattern; daily pattern; pattern by month; cycle; cyclical; hourly pattern; yearly pattern",
    "resample": "resample~; monthly; weekly; yearly; annual; annually; quarterly; daily; per month; per year; per week; per quarter; each month; each year; each week; each day; hourly; by month; by week; by quarter; "
    "month by month; year by year",
    "run": "longest run; longest streak; streak; in a row; consecutive day; longest spell; consecutive; spell",
    "moving": "moving average; rolling mean; rolling average; moving mean; smooth~; rolling",
    "posthoc": "post hoc; posthoc; pairwise; which pair; which group differ; tukey; pairwise comparison; which groups differ",
    "proportions": "chi square; chi squared; chi2; fisher; fisher exact; independence; independent of; association between categories; chi square test",
    "odds": "odds ratio; odds ratios; odds of",
    "partial": "partial correlation; controlling for; controlled for; adjusting for; adjusted for; holding constant; keeping constant",
    "scale": "normalize~; standardize~; min max; min max normalization; minmax; scale~; rescale~; z score normalization; min max scaling; minmaxscaler; standardscaler; feature scaling; normalization; standardization; scaling",
    "encode": "encode~; one hot; label encode; dummy; dummy variable; label encoding; one hot encoding; encoding",
    "bin": "bin~; bucket~; discretize~; categorize~; group into; divide into; age group; band; quantile bin; into category; into group; bins",
    "search": "search~; look for; find document; documents about; mentioning; mention~; texts about; find text",
    "digest": "summarize the text; extractive summary; key sentence; main points; summarise the text; tldr; gist",
    "weighted": "weighted by; weighted average; weighted mean; weighting by; weighted; using weights",
    "percent_of": "as percentage of; percentage of total; share of total; as a share; as percent; as a percentage",
    "rate": "per capita; per person; per head; per unit",
    "one_sample": "one sample; against a value; equal to a mean of; differ from",
    "share_of": "what percentage; what proportion; what share; what fraction; percentage of; proportion of; fraction of; share of",
    "methods": "methods paragraph; methods section",
}
_COMPARE = {
    ">": "greater than; more than; above; over; exceed; exceeds; exceeding; larger than; higher than; bigger than; > ; after; later than; older than; longer than; heavier than; "
    "strictly greater than; greater; taller than; beyond; upwards of; slower than; warmer than; hotter than; wider than; deeper than; costlier than; more expensive than",
    ">=": "at least; no less than; greater than or equal to; >=; ≥; or more; a minimum of; more than or equal to; since; from ... on; or above; or over; starting from; onwards; and above; "
    "equal to or greater than; or higher; or greater; no fewer than; above or equal to; greater or equal to; equal or greater than",
    "<": "less than; fewer than; below; under; smaller than; lower than; <; before; earlier than; younger than; shorter than; lighter than; prior to; strictly less than; cheaper than; faster than; colder than; cooler than; narrower than; shallower than; less expensive than",
    "<=": "at most; no more than; less than or equal to; <=; ≤; or less; a maximum of; up to; not more than; or below; or under; until; or fewer; through; equal to or less than; or lower; below or equal to; less or equal to",
    "!=": "not equal to; !=; ≠; different from; other than; is not; isn't; not; are not; aren't; was not; were not; does not equal; <>",
    "==": "equal to; equals; =; ==; is equal to; exactly; value of; is; are; was; were; of; with value; valued; being; set to",
    "between": "between; from; ranging from; in the range; within the range; in the range of",
    "contains": "contain; contains; containing; include; includes; including; contain the word; contains the word",
    "starts with": "start with; starts with; begin with; begins with; starting with; beginning with",
    "missing": "unknown; is unknown; are unknown; not recorded; is missing; are missing; is null; are null; is empty; is nan; missing; null; nan; na; blank; empty; not available; null value; missing value; nan value; empty value; missing entry; missing data; missing value in; gaps",
    "present": "is not missing; not missing; not null; is not null; non null; non missing; present; is present; without missing; without null; complete; no missing; not empty; notnull; available; known; non empty; not nan; without null value",
}
_GROUPS = {
    "by": "by; per; for each; for every; across; grouped by; group by; in each; at each; of each; on each; broken down by; split by; separated by; from each; each; every; "
    "separately for; based on; across different; by each; per each; for different; among different; between different; for different value of; depending on; according to; among the; across the; "
    "split out by; in every; stratified by; as a function of",
    "between": "between; among; amongst; versus; vs; against",
    "within": "within; within each; inside; nested in; separately within each",
    "and": "and; or; as well as; along with; together with; plus; both; with respect to each other; &",
    "with": "with; on; to; and its",
    "from": "from; using; based upon; given; out of; with predictor; as predictor; as independent variable; on the basis of; by using",
    "of": "of; in; for; for the; at; during",
    "weighted": "weighted by; weighting by",
    "control": "controlling for; controlled for; adjusting for; adjusted for; holding; correcting for; accounting for",
}
_SUPERLATIVES = {
    "max": "most volatile; most variable; most varied; most spread out; highest; largest; greatest; most; biggest; maximum; max; top; best; strongest; high; leading; peak; record; hottest",
    "min": "least volatile; most stable; least variable; most consistent; most even; lowest; smallest; least; fewest; minimum; min; bottom; worst; weakest; low; tiniest",
}
_TIME = {
    "hour": "hour; hourly; hour of day; hour of the day",
    "weekday": "weekday; day of week; day of the week; weekdays",
    "day": "day; daily; per day; each day",
    "week": "week; weekly; per week; each week; by week",
    "month": "month; monthly; per month; each month; by month; month by month",
    "quarter": "quarter; quarterly; per quarter; by quarter; each quarter",
    "year": "year; yearly; annual; annually; per year; each year; year by year",
    "decade": "decade",
    "season": "season",
}
_CHARTS = {
    "bar": "bar; bar chart; bar plot; bar graph; column chart; barplot; bars; barchart; horizontal bar chart; horizontal bar; horizontal bars; horizontal bar plot; horizontal bar graph; lying bars; sideways bar chart",
    "line": "line; line chart; line plot; line graph; time series plot; time series chart",
    "scatter": "scatter; scatter plot; scatterplot; scatter chart; scatter graph; point plot; as points; dots; trend line; trendline; line of best fit; best fit line",
    "box": "box; box plot; boxplot; box chart; box and whisker; whisker plot",
    "histogram": "histogram; hist; distribution plot; histograms",
    "heatmap": "heatmap; heat map; correlation plot",
    "violin": "violin; violin plot",
    "area": "area chart; area plot",
    "pie": "pie chart; pie; pie plot; donut chart; doughnut chart",
    "strip": "strip plot; dot plot; jitter plot",
}
_METHODS = {
    "pearson": "pearson; pearson correlation; linear correlation",
    "spearman": "spearman; rank correlation; spearman rank; spearman correlation; spearman rank correlation; monotonic",
    "kendall": "kendall; kendall tau; tau",
    "iqr": "iqr; interquartile range; tukey fence; box plot rule; iqr method; iqr rule; inter quartile range; quartile",
    "zscore": "z score; zscore; standard score; z score method; sigma rule",
    "mad": "mad; median absolute deviation; modified z score; robust z score",
    "welch": "welch; welch t test; unequal variance",
    "t": "t test; student t; two sample t test; independent t test; independent sample t test; student t test; ttest; independent samples t test; two sample test",
    "paired": "paired; paired t test; before and after test; paired test; dependent t test",
    "anova": "anova; analysis of variance; one way anova; f test; one way analysis of variance",
    "kruskal": "kruskal; kruskal wallis; kruskal wallis test; h test",
    "mannwhitney": "mann whitney; mann whitney u; rank sum; wilcoxon rank sum; mannwhitneyu; u test; mann whitney u test; mann whitney test",
    "wilcoxon": "wilcoxon; signed rank; wilcoxon signed rank",
    "levene": "levene; levene test; homogeneity of variance; equality of variance; test for equal variance",
    "shapiro": "shapiro; shapiro wilk; shapiro wilk test; shapiro test",
    "ks": "kolmogorov smirnov; ks test; kolmogorov; kolmogorov smirnov test; k s test",
    "dagostino": "d agostino; dagostino; normaltest; d agostino pearson; d'agostino; normal test; d agostino and pearson; agostino pearson; omnibus test",
    "anderson": "anderson; anderson darling; anderson darling test",
    "jarque_bera": "jarque bera; jarque bera test",
    "chi2": "chi square; chi squared; chi2; chi square test; chi squared test; chi square test of independence",
    "fisher": "fisher exact; fisher exact test; fisher's exact",
    "linear": "linear regression; ols; linear model; linear regression model",
    "logistic": "logistic regression; logistic; logit; logistic regression model",
    "tree": "decision tree; tree; decision tree classifier; decision tree model",
    "forest": "random forest; forest; random forest classifier; random forest regressor; random forest model",
    "minmax": "min max; min max normalization; min max scaling; minmax; minmaxscaler; min max scaler; min max normalisation",
    "standard": "z score normalization; standardization; standard scaler; standardscaler; z score standardization; zscore normalization; z score scaling; zero mean",
    "onehot": "one hot; one hot encoding; dummy variable; one hot encode",
    "label": "label encode; label encoding; ordinal encoding; label encoder; labelencoder",
    "forward": "forward fill; ffill; last observation carried forward; carry forward",
    "backward": "backward fill; bfill; back fill",
    "interpolate": "interpolate; interpolation; interpolated; linear interpolation; interpolating",
    "column": "column; variable; feature; field; attribute; col",
    "scores": "holm; bonferroni",
}
_WORDS = {
    "not": "not; no; never; neither; nor; except; excluding; without; don't; do not; isn't; aren't; non",
    "that": "that; this; it; those; these; them; they; the result; result; the same; its; their; the above; above table; previous result; resulting; there",
    "group": "group; category; class; type; kind; level; subgroup",
    "row": "row; record; entry; observation; data point; instance; case of the data; sample; line; item; data entry; example; datapoint",
    "data": "data; dataset; data set; table; frame; dataframe; data frame; file; csv; sheet; everything",
    "question": "what; which; who; where; when; how; why; is; are; does; do; did; has; have; can; could; was; were; will; would; should",
    "do": "find; identify; detect; calculate; compute; determine; show; give; list; tell; report; make; write; add; perform; conduct; run; use; provide; get; display; "
    "return; print; test; see; present; apply; produce; state; output; assess; evaluate; examine; investigate; measure; let; prepare; obtain; carry out; work out; figure out; "
    "take; assume; round; split; handle; set; choose; select; pick; save; store; name; note; do not",
    "stop": "each other; one another; the; a; an; of; in; on; for; to; at; as; with; and; or; please; me; us; my; our; your; their; all; also; any; some; there; then; thus; so; but; each; such; given; particular; "
    "is; are; was; were; be; been; being; has; have; had; do; does; did; will; would; can; could; should; it; its; this; that; these; those; i; you; we; from; by; their; his; her",
    "before": "before; prior to; pre; original; originally; without any; initial; raw; old",
    "after": "after; following; post; new; updated; resulting; remaining; once; afterwards; subsequently; then; next; cleaned; recalculate; recompute",
    "absolute": "absolute value; absolute; magnitude; abs",
    "formula": "minus; plus; times; ratio; product; divided; divided by; multiplied; multiplied by; subtracted; quotient; ratio of; ratio between",
    "axis": "log scale; logarithmic scale; log axis; log axes; log scaled; log log; log log scale; linear scale; same scale; colour scale",
    "drawn": "error bar; error bars; confidence band; confidence bands",
    "than": "than; higher; lower; larger; smaller; bigger; greater; fewer; longer; shorter",
    "unit": "mm; cm; kg; g; gram; kilogram; centimetre; millimetre; usd; dollar; euro; km; mile; inch; metre; meter; degree",
}

KINDS = {
    "stat": _STATISTICS, "measure": _MEASURES, "verb": _VERBS, "cmp": _COMPARE, "group": _GROUPS, "super": _SUPERLATIVES, "time": _TIME,
    "chart": _CHARTS, "method": _METHODS, "word": _WORDS,
}  # fmt: skip


def _compile() -> dict[tuple[str, ...], dict[str, str]]:
    table: dict[tuple[str, ...], dict[str, str]] = {}
    rows = [(kind, key, phrase) for kind, keys in KINDS.items() for key, phrases in keys.items() for phrase in phrases.split(";")]
    for kind, key, phrase in rows:
        for form in _forms(phrase.strip()):
            table.setdefault(tuple(lemma(word) for word in form.split()), {}).setdefault(kind, key)
    for word, (_, side) in POINTERS.items():
        kinds = table.setdefault((word,), {})
        kinds["point"] = word
        if word.endswith("est") or word == "worst":
            kinds["super"] = side
        if word.endswith("er"):
            table.setdefault((word, "than"), {}).setdefault("cmp", ">" if side == "max" else "<")
    return table


def _forms(phrase: str) -> tuple[str, ...]:
    if "~" not in phrase:
        return (phrase,)
    verb, _, rest = phrase.partition("~")
    return tuple(form + rest for form in inflections(verb))


PHRASES: dict[tuple[str, ...], dict[str, str]] = _compile()
"""Lemmas of a phrase → {kind: key}. One phrase may be several kinds; what it is there is decided by its neighbours."""

LONGEST = max(len(phrase) for phrase in PHRASES)
STOP = frozenset(word for phrase, kinds in PHRASES.items() if kinds.get("word") == "stop" for word in phrase)


FOREIGN_ORDERS = vocabulary(
    "email mail send text tweet post publish upload download deploy schedule remind notify alert message phone ring order buy sell book pay invoice translate "
    "google browse scrape crawl fetch commit push install open launch play sing record film print scan fax sign submit apply delete hire fire invite forward reply "
    "ship deliver register subscribe unsubscribe archive encrypt hack hash compress zip unzip export import migrate refactor debug implement program code build "
    "design paint compose rhyme joke poem"
)
"""Orders that no recipe can carry out: a clause that begins with one is named under "not done" instead of being passed over."""

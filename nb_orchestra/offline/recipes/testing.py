"""Statistical tests of samples, each as a row: test, statistic, df, df2, p, effect_size (its name), effect, ci_low, ci_high (95 %, of the effect).

Effects: Hedges' g; η² and ω² with intervals by the non-central F (Steiger 2004); ε² by the non-central χ²; rank-biserial r by Hanley and McNeil (1982).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from scipy import optimize, stats

TEST_COLUMNS = ("test", "statistic", "df", "df2", "p", "effect_size", "effect", "ci_low", "ci_high")
NAN = float("nan")
ROBUST_SIZE = 30  # from here on a mean is near normal, unless the data are very skewed
VERY_SKEWED = 2.0
LARGEST_SHAPIRO = 5_000


def result_row(
    test: str, statistic: Any, p: Any, *, df: Any = NAN, df2: Any = NAN, effect: tuple[str, float, float, float] = ("", NAN, NAN, NAN)
) -> dict[str, Any]:
    """One row of a table of tests, as plain numbers."""
    numbers = [float(number) for number in (statistic, df, df2, p)]
    name, size, low, high = effect
    return dict(zip(TEST_COLUMNS, (test, *numbers, name or None, float(size), float(low), float(high)), strict=True))


def noncentral(cdf: Callable[[float], float], guess: float) -> tuple[float, float]:
    """The 95 % interval of a non-centrality parameter: where the observed statistic is the 97.5 % and the 2.5 % quantile."""
    ends = []
    for share in (0.975, 0.025):
        top = max(4 * guess, 50.0)
        while top > 2 * guess and not np.isfinite(cdf(top)):
            top *= 0.75
        with np.errstate(all="ignore"):
            if cdf(0.0) < share:
                ends.append(0.0)
            elif cdf(top) > share or not np.isfinite(cdf(top)):
                ends.append(NAN)
            else:
                ends.append(_crossing(cdf, share, top))
    return ends[0], ends[1]


def _crossing(cdf: Callable[[float], float], share: float, top: float) -> float:
    """Where a falling distribution function has that value; NaN where scipy cannot compute it on the way (very large statistics)."""
    try:
        return float(optimize.brentq(lambda place: cdf(place) - share, 0.0, top, xtol=1e-6 * top))
    except ValueError:
        return NAN


def share_interval(statistic: float, df1: float, df2: float, n: int) -> tuple[float, float]:
    """95 % interval of a share of explained variance, from an F statistic."""
    low, high = noncentral(lambda place: float(stats.ncf.cdf(statistic, df1, df2, place)), statistic * df1)
    return low / (low + n), high / (high + n)


def chi_square_shares(statistic: float, df: int, most: int) -> tuple[float, float]:
    """95 % interval of a share whose statistic is χ² and at most `most`."""
    low, high = noncentral(lambda place: float(stats.ncx2.cdf(statistic, df, place)), statistic)
    return low / most, min(high / most, 1.0) if high == high else NAN


def t_tests(samples: Sequence[Any], equal_variances: bool) -> dict[str, Any]:
    """Student's or Welch's t of two independent samples (first minus second); g with its interval by its large-sample error (Hedges and Olkin 1985)."""
    a, b = samples
    found = stats.ttest_ind(a, b, equal_var=equal_variances)
    n1, n2 = len(a), len(b)
    pooled = np.sqrt(((n1 - 1) * np.var(a, ddof=1) + (n2 - 1) * np.var(b, ddof=1)) / (n1 + n2 - 2))
    g = (np.mean(a) - np.mean(b)) / pooled * (1 - 3 / (4 * (n1 + n2) - 9)) if pooled else NAN
    error = np.sqrt((n1 + n2) / (n1 * n2) + g**2 / (2 * (n1 + n2)))
    effect = ("Hedges' g", g, g - 1.96 * error, g + 1.96 * error)
    return result_row("Student's t" if equal_variances else "Welch's t", found.statistic, found.pvalue, df=found.df, effect=effect)


def mann_whitney(samples: Sequence[Any]) -> dict[str, Any]:
    """Mann–Whitney U of the first sample; rank-biserial r = 2 U / (n1 n2) − 1."""
    a, b = samples
    found = stats.mannwhitneyu(a, b, alternative="two-sided")
    n1, n2 = len(a), len(b)
    auc = float(found.statistic) / (n1 * n2)
    q1, q2 = auc / (2 - auc), 2 * auc**2 / (1 + auc)
    error = np.sqrt(max((auc * (1 - auc) + (n1 - 1) * (q1 - auc**2) + (n2 - 1) * (q2 - auc**2)) / (n1 * n2), 0.0))
    r = 2 * auc - 1
    return result_row("Mann–Whitney U", found.statistic, found.pvalue, effect=("rank-biserial r", r, max(r - 3.92 * error, -1), min(r + 3.92 * error, 1)))


def anova(samples: Sequence[Any]) -> dict[str, Any]:
    """One-way analysis of variance; η²."""
    found = stats.f_oneway(*samples)
    n, k = sum(map(len, samples)), len(samples)
    middle = np.concatenate(samples).mean()
    between = sum(len(part) * (part.mean() - middle) ** 2 for part in samples)
    total = sum(((part - middle) ** 2).sum() for part in samples)
    size = between / total if total else NAN
    return result_row(
        "ANOVA F", found.statistic, found.pvalue, df=k - 1, df2=n - k, effect=("η²", size, *share_interval(float(found.statistic), k - 1, n - k, n))
    )


def welch_anova(samples: Sequence[Any]) -> dict[str, Any]:
    """Welch's (1951) analysis of variance for unequal variances; ω² from its F."""
    k, sizes = len(samples), np.array([len(part) for part in samples])
    means, weights = np.array([part.mean() for part in samples]), sizes / np.array([part.var(ddof=1) for part in samples])
    middle = (weights * means).sum() / weights.sum()
    tail = ((1 - weights / weights.sum()) ** 2 / (sizes - 1)).sum()
    f = ((weights * (means - middle) ** 2).sum() / (k - 1)) / (1 + 2 * (k - 2) / (k**2 - 1) * tail)
    df2 = (k**2 - 1) / (3 * tail)
    n = int(sizes.sum())
    omega = max((k - 1) * (f - 1) / ((k - 1) * (f - 1) + n), 0.0)
    return result_row("Welch's ANOVA F", f, stats.f.sf(f, k - 1, df2), df=k - 1, df2=df2, effect=("ω²", omega, *share_interval(float(f), k - 1, df2, n)))


def kruskal(samples: Sequence[Any]) -> dict[str, Any]:
    """Kruskal–Wallis H with ties; ε² = H / (n − 1)."""
    found = stats.kruskal(*samples)
    n, df = sum(map(len, samples)), len(samples) - 1
    effect = ("ε²", found.statistic / (n - 1), *chi_square_shares(float(found.statistic), df, n - 1))
    return result_row("Kruskal–Wallis H", found.statistic, found.pvalue, df=df, effect=effect)


def levene(samples: Sequence[Any]) -> dict[str, Any]:
    """Levene's test of equal variances, around medians (Brown and Forsythe 1974); η² of the distances from the medians."""
    found = stats.levene(*samples, center="median")
    df, n = len(samples) - 1, sum(map(len, samples))
    f = float(found.statistic)
    size = f * df / (f * df + n - len(samples)) if np.isfinite(f) else NAN
    effect = ("η² of distances", size, *share_interval(f, df, n - len(samples), n))
    return result_row("Levene's test", f, found.pvalue, df=df, df2=n - len(samples), effect=effect)


def paired_t(samples: Sequence[Any]) -> dict[str, Any]:
    """t of the differences, first minus second; d_z."""
    difference = samples[0] - samples[1]
    found = stats.ttest_rel(*samples)
    n, spread = len(difference), difference.std(ddof=1)
    d = difference.mean() / spread if spread else NAN
    error = np.sqrt(1 / n + d**2 / (2 * n))
    return result_row("paired t", found.statistic, found.pvalue, df=n - 1, effect=("Cohen's d_z", d, d - 1.96 * error, d + 1.96 * error))


def signed_rank(samples: Sequence[Any]) -> dict[str, Any]:
    """Wilcoxon's signed-rank test of the differences; matched rank-biserial r (Kerby 2014), its interval from the null variance of the rank sum."""
    difference = samples[0] - samples[1]
    found = stats.wilcoxon(difference)
    ranks = stats.rankdata(np.abs(difference[difference != 0]))
    signs = np.sign(difference[difference != 0])
    n = len(ranks)
    r = float((ranks * signs).sum() / ranks.sum()) if n else NAN
    reach = 1.96 * np.sqrt((2 * n + 1) * (n + 1) * n / 6) / (n * (n + 1) / 2) if n else NAN  # of Fisher's z
    low, high = (float(np.tanh(np.arctanh(r) + side * reach)) if abs(r) < 1 else NAN for side in (-1, 1))
    return result_row("Wilcoxon signed-rank", found.statistic, found.pvalue, effect=("rank-biserial r", r, low, high))


def friedman(samples: Sequence[Any]) -> dict[str, Any]:
    """Friedman's test of three or more paired samples; Kendall's W with its interval by the non-central χ²."""
    found = stats.friedmanchisquare(*samples)
    k, n = len(samples), len(samples[0])
    most = n * (k - 1)
    low, high = chi_square_shares(float(found.statistic), k - 1, most)
    return result_row("Friedman χ²", found.statistic, found.pvalue, df=k - 1, effect=("Kendall's W", found.statistic / most, low, high))


def of_ordinary_size(sample: Any) -> Any:
    """Values near the ends of what a float can hold, scaled so that their squares can be held too; others as they are."""
    size = max(abs(float(sample.max())), abs(float(sample.min())))
    return sample if 1e-150 < size < 1e150 or not size else sample / size


def skewness(sample: Any) -> float:
    """Skewness of all values, without SciPy's price per call; of those that differ."""
    values = of_ordinary_size(sample)
    centred = values - values.mean()
    squares = centred * centred
    return float(squares @ centred / len(values) / squares.mean() ** 1.5)


def shapiro(sample: Any) -> float:
    """p of the Shapiro–Wilk test."""
    return float(stats.shapiro(of_ordinary_size(sample)).pvalue)


def short(number: float) -> str:
    """A number inside a sentence of a table: three significant digits, tiny p as < 0.001."""
    return "< 0.001" if 0 <= number < 0.001 else f"{number:.3g}"


def holm(p: Any) -> Any:
    """p values adjusted for being several (Holm 1979), in their order; missing ones stay missing."""
    values = np.asarray(p, dtype=float)
    order = np.argsort(values, kind="stable")
    there = order[: int(np.isfinite(values).sum())]
    adjusted = np.full(len(values), NAN)
    adjusted[there] = np.minimum(np.maximum.accumulate(values[there] * np.arange(len(there), 0, -1)), 1.0)
    return adjusted


def near_normal(samples: dict[Any, Any]) -> tuple[bool, str]:
    """Whether means of all samples may be taken as normal, and the finding in words: Shapiro–Wilk, or 30 values that are not very skewed."""
    worst: tuple[float, Any] = (2.0, None)
    fit = True
    for level, sample in samples.items():
        p = shapiro(sample) if 3 <= len(sample) <= LARGEST_SHAPIRO and np.ptp(sample) > 0 else NAN
        worst = min(worst, (p, level), key=lambda pair: pair[0] if pair[0] == pair[0] else 2.0)
        skew = abs(skewness(sample)) if np.ptp(sample) > 0 else 0.0
        fit = fit and (p >= 0.05 or (len(sample) >= ROBUST_SIZE and skew <= VERY_SKEWED))
    if worst[1] is None:
        return fit, f"not tested (more than {LARGEST_SHAPIRO:,} or fewer than 3 values)"
    return fit, f"Shapiro–Wilk smallest p {short(worst[0])} ({worst[1]}){'' if worst[0] >= 0.05 or not fit else ', but 30 or more values each'}"

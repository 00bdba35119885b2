"""Neighbouring values of a time series resemble each other, so that they say less than as many independent ones: tests of a trend that count it in."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import stats

FEWEST_NEIGHBOURS = 10  # a shorter series cannot show whether its values follow each other
ONE_SIDED = 1.645


def neighbours_alike(rest: Any) -> float:
    """r of neighbouring residuals where it is beyond chance (one-sided 5 %) in ten or more values, else 0."""
    n = len(rest)
    if n < FEWEST_NEIGHBOURS or not np.ptp(rest[:-1]) or not np.ptp(rest[1:]):
        return 0.0
    r = float(np.corrcoef(rest[:-1], rest[1:])[0, 1])
    return r if r > ONE_SIDED / np.sqrt(n) else 0.0


def effective_size(n: int, r: float) -> float:
    """So many independent values say as much as n that follow each other: n (1 − r) / (1 + r), at least 3 (Santer et al. 2000)."""
    return max(n * (1 - r) / (1 + r), 3.0) if r > 0 else float(n)


def variance_of_s(values: Any) -> float:
    """The variance of Kendall's S of independent values, with ties."""
    n = len(values)
    ties = np.unique(values, return_counts=True)[1].astype("float64")
    return float(n * (n - 1) * (2 * n + 5) - (ties * (ties - 1) * (2 * ties + 5)).sum()) / 18


def variance_factor(rest: Any) -> float:
    """By how much that variance grows where values follow each other: from the ranks of the residuals at the lags beyond chance, at least 1.

    Hamed and Rao (1998), equation 17.
    """
    n = len(rest)
    ranks = stats.rankdata(rest) - (n + 1) / 2
    lags = np.arange(1, n)
    echoes = np.correlate(ranks, ranks, mode="full")[n:] / float((ranks**2).sum())
    beyond = np.abs(echoes) > stats.norm.ppf(0.975) / np.sqrt(n)
    weights = (n - lags) * (n - lags - 1.0) * (n - lags - 2.0)
    return max(1.0 + 2 / (n * (n - 1.0) * (n - 2)) * float((weights * echoes)[beyond].sum()), 1.0)


def mann_kendall_p(values: Any, tau: float, factor: float) -> float:
    """Two-sided p of τ-b with the variance of S enlarged by `factor`, with correction for continuity."""
    n = len(values)
    ties = np.unique(values, return_counts=True)[1].astype("float64")
    pairs = n * (n - 1) / 2
    s = tau * np.sqrt(pairs * (pairs - (ties * (ties - 1) / 2).sum()))
    z = max(abs(s) - 1, 0.0) / np.sqrt(variance_of_s(values) * factor)
    return float(2 * stats.norm.sf(z))

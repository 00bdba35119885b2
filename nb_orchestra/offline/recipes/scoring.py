"""How well a trained model answers, and what it is made of: scores, the table of hits and misses, coefficients and importances."""

from __future__ import annotations

from typing import Any

import numpy as np


def class_scores(truth: Any, guesses: Any, average: str = "macro", positive: str | None = None) -> dict[str, float]:
    """accuracy; precision, recall and f1 of the positive class where one is named, else their means over classes (or weighted by the classes' sizes)."""
    from sklearn.metrics import accuracy_score, precision_recall_fscore_support

    how: dict[str, Any] = {"average": average} if positive is None else {"average": "binary", "pos_label": positive}
    precision, recall, f1, _ = precision_recall_fscore_support(truth, guesses, zero_division=0, **how)
    return {"accuracy": float(accuracy_score(truth, guesses)), "precision": float(precision), "recall": float(recall), "f1": float(f1)}


def area_under_curve(model: Any, x: Any, truth: Any) -> float:
    """Area under the ROC curve; of several classes the mean of each against all others. Missing where the test part lacks a class."""
    from sklearn.metrics import roc_auc_score

    classes = list(model.classes_)
    ranks = model.predict_proba(x) if hasattr(model, "predict_proba") else model.decision_function(x)
    if set(truth) != set(classes):
        return float("nan")
    if len(classes) == 2:
        return float(roc_auc_score(truth == classes[1], ranks[:, 1] if ranks.ndim == 2 else ranks))
    return float(np.mean([roc_auc_score(truth == label, ranks[:, at]) for at, label in enumerate(classes)]))


def number_scores(truth: Any, guesses: Any) -> dict[str, float]:
    """r2, rmse, mse, mae."""
    miss = truth - guesses
    total = float(((truth - truth.mean()) ** 2).sum())
    mse = float((miss**2).mean())
    return {"r2": 1 - float((miss**2).sum()) / total if total else float("nan"), "rmse": mse**0.5, "mse": mse, "mae": float(np.abs(miss).mean())}


def hits_and_misses(truth: Any, guesses: Any, positive: str | None) -> dict[str, float]:
    """correct, incorrect; with a positive class also true and false positives and negatives."""
    right = truth == guesses
    found = {"correct": float(right.sum()), "incorrect": float((~right).sum())}
    if positive is None:
        return found
    yes, said = truth == positive, guesses == positive
    return found | {"tp": float((yes & said).sum()), "tn": float((~yes & ~said).sum()), "fp": float((~yes & said).sum()), "fn": float((yes & ~said).sum())}


def parts_of(model: Any, names: list[str]) -> list[dict[str, Any]]:
    """One row per feature: its coefficient (of a linear or logistic model of two classes) or importance (of trees); and the intercept."""
    inner = model[-1] if hasattr(model, "steps") else model
    rows: list[dict[str, Any]] = []
    if hasattr(inner, "coef_") and np.size(inner.coef_) == len(names):
        rows = [{"metric": "coefficient", "feature": name, "value": float(value)} for name, value in zip(names, np.ravel(inner.coef_), strict=True)]
        rows.append({"metric": "intercept", "feature": None, "value": float(np.ravel(inner.intercept_)[0])})
    elif hasattr(inner, "feature_importances_"):
        rows = [{"metric": "importance", "feature": name, "value": float(value)} for name, value in zip(names, inner.feature_importances_, strict=True)]
    return rows

"""Models that learn: clusters, components, prediction with a fixed split. k-means and models need scikit-learn (the ml extra); components do not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy import linalg

from nb_orchestra.offline.recipes.frames import (
    Refusal,
    as_groups,
    as_numbers,
    column_of,
    columns_of,
    complete_rows,
    holds_numbers,
    number_columns,
    reasons_of,
    rows_table,
    tell_dropped,
    unique_columns,
)

MOST_LEVELS_OF_FEATURE = 30
MODEL = ("model", "target", "metric", "value", "baseline", "n_train", "n_test", "features", "dropped", "dropped_why", "seed")


def need_sklearn() -> None:
    """Refusal where scikit-learn is not installed."""
    try:
        import sklearn  # noqa: F401
    except ImportError:
        raise Refusal("this needs scikit-learn, which is not installed", 'pip install "nb_orchestra[ml]"') from None


def numeric_matrix(frame: pd.DataFrame, columns: Any, standardise: bool, least: int) -> tuple[Any, list[str], pd.DataFrame]:
    """(matrix, column names, complete rows): floats, each column with mean 0 and SD 1 where asked; constant columns are left out."""
    names = columns_of(frame, columns) or number_columns(frame, least=1)
    table, dropped, why = complete_rows(frame, names)
    tell_dropped(dropped, why)
    if len(table) < least:
        raise Refusal(f"{len(table)} rows have all of {', '.join(names[:5])}, {least} needed")
    names = [name for name in names if np.ptp(table[name]) > 0 and 0 < table[name].var() < np.inf]
    if not names:
        raise Refusal("no column varies")
    matrix = table[names].to_numpy()
    return (matrix - matrix.mean(axis=0)) / matrix.std(axis=0) if standardise else matrix, names, table


def kmeans(frame: pd.DataFrame, *, columns: Any = None, k: int = 3, seed: int = 0, standardise: bool = True) -> pd.DataFrame:
    """The rows that have all the columns, with `cluster` (0 is the largest) in front. Ten starts from the seed."""
    need_sklearn()
    from sklearn.cluster import KMeans

    matrix, _, table = numeric_matrix(frame, columns, standardise, least=k)
    labels = KMeans(n_clusters=k, n_init=10, random_state=seed).fit_predict(matrix)
    sizes = np.bincount(labels, minlength=k)
    place = np.empty(k, dtype="int64")
    place[np.argsort(-sizes, kind="stable")] = np.arange(k)
    rows = frame.loc[table.index].reset_index(drop=True)
    rows.insert(0, "cluster" if "cluster" not in rows.columns else "cluster_found", place[labels])
    return rows


def pca(frame: pd.DataFrame, *, columns: Any = None, n: int = 2, standardise: bool = True) -> pd.DataFrame:
    """component, explained (share of variance), cumulative, then one loading per column; the largest loading of each component is positive."""
    matrix, names, _ = numeric_matrix(frame, columns, standardise, least=2)
    shares, axes = principal_axes(matrix - matrix.mean(axis=0), max(n, 1))
    count = len(shares)
    signs = np.sign(axes[np.arange(count), np.abs(axes[:count]).argmax(axis=1)])
    table = pd.DataFrame(
        axes[:count] * signs[:, None], columns=[name if name not in ("component", "explained", "cumulative") else f"{name}_loading" for name in names]
    )
    for place, (name, values) in enumerate((("component", np.arange(1, count + 1)), ("explained", shares[:count]), ("cumulative", shares.cumsum()[:count]))):
        table.insert(place, name, values)
    return table


LARGE_SIDE = 500  # columns or rows, from which on the singular values take seconds


def principal_axes(matrix: Any, most: int) -> tuple[Any, Any]:
    """(shares of variance, axes as rows) of the `most` largest; of a tall or large matrix by the products of its shorter side: as good, and quicker."""
    rows, columns = matrix.shape
    tall = rows >= columns
    if rows <= 10 * columns and min(rows, columns) <= LARGE_SIDE:
        _, lengths, axes = np.linalg.svd(matrix, full_matrices=False)
        return (lengths**2 / (lengths**2).sum())[:most], axes[:most]
    products = matrix.T @ matrix if tall else matrix @ matrix.T
    side = len(products)
    sizes, vectors = linalg.eigh(products, subset_by_index=[max(side - most, 0), side - 1])
    there = sizes > 1e-10 * sizes[-1] if not tall else np.ones(len(sizes), dtype=bool)
    axes = vectors.T if tall else vectors[:, there].T @ matrix / np.sqrt(sizes[there])[:, None]
    return np.maximum(sizes[there][::-1], 0.0) / np.trace(products), axes[::-1]


def features_of(frame: pd.DataFrame, target: str, features: Any) -> tuple[pd.DataFrame, pd.Series, list[str], str]:
    """(numbers to learn from, target, features used, why rows were dropped): categories as 0/1 columns, text with many levels left out."""
    names = columns_of(frame, features) or [name for name in unique_columns(frame) if name != target]
    numeric = [name for name in names if holds_numbers(frame[name]) or pd.api.types.is_bool_dtype(frame[name])]
    few = [name for name in names if name in numeric or as_groups(frame[name]).nunique() <= MOST_LEVELS_OF_FEATURE]
    used = [name for name in few if name != target and frame[name].notna().any()]
    if not used:
        raise Refusal("no column can be learned from", "name numeric columns, or ones with few levels")
    gone = frame[[*used, target]].isna()
    rows = frame.loc[~gone.any(axis=1), [*used, target]]
    table = pd.DataFrame({name: as_numbers(rows[name]) if name in numeric else as_groups(rows[name]).astype(str) for name in used})
    matrix = pd.get_dummies(table, columns=[name for name in used if name not in numeric], drop_first=True, dtype="float64")
    complete = matrix.notna().all(axis=1) & ((as_numbers(rows[target]) if holds_numbers(rows[target]) else rows[target]).notna())
    return matrix[complete], as_groups(rows.loc[complete, target]), used, reasons_of(gone)


def train_model(
    frame: pd.DataFrame, *, target: str, features: Any = None, kind: str = "auto", test_share: float = 0.2, seed: int = 0, metrics: Any = None
) -> pd.DataFrame:
    """One row per metric, on the test part: metric, value, baseline (always the mean, or the most frequent class). Split and model by the seed.

    auto: logistic regression for a target with few levels, linear for numbers. Refusal for fewer than 20 complete rows or a single class.
    """
    need_sklearn()
    from sklearn.model_selection import train_test_split

    name = column_of(frame, target)
    matrix, aim, used, why = features_of(frame, name, features)
    if len(matrix) < 20:
        raise Refusal(f"{len(matrix)} complete rows are too few to train and test a model, 20 needed")
    classes = not holds_numbers(aim) or kind == "logistic" or (aim.nunique() <= 2 and kind not in ("linear", "ridge"))
    if classes and aim.nunique() < 2:
        raise Refusal(f"{name} holds one value only")
    if classes and aim.nunique() > 50:
        raise Refusal(f"{name} has {aim.nunique():,} classes", "name a target with few levels, or a numeric one")
    answers = aim.astype(str) if classes else as_numbers(aim)
    x_train, x_test, y_train, y_test = train_test_split(matrix.to_numpy(), answers.to_numpy(), test_size=test_share, random_state=seed)
    chosen = ("logistic" if classes else "linear") if kind == "auto" else kind
    model = fitted(chosen, classes, seed, x_train, y_train)
    plain = pd.Series(y_train).mode()[0] if classes else float(np.mean(y_train))
    score = class_scores if classes else number_scores
    scores, base = score(y_test, model.predict(x_test)), score(y_test, np.full(len(y_test), plain))
    if classes:
        scores, base = scores | {"auc": area_under_curve(model, x_test, y_test)}, base | {"auc": 0.5}
    wanted = [metric for metric in ([metrics] if isinstance(metrics, str) else metrics or scores) if metric in scores]
    about = {"model": chosen, "target": name, "n_train": len(x_train), "n_test": len(x_test), "features": ", ".join(used), "seed": seed}
    about |= {"dropped": len(frame) - len(matrix), "dropped_why": why or None}
    return rows_table([about | {"metric": metric, "value": scores[metric], "baseline": base[metric]} for metric in wanted], MODEL)


def fitted(kind: str, classes: bool, seed: int, x: Any, y: Any) -> Any:
    """A model of that kind, trained; those that need it on standardised columns."""
    from sklearn import ensemble, linear_model, neighbors, svm, tree
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    models: dict[tuple[str, bool], Any] = {
        ("linear", False): lambda: linear_model.LinearRegression(),
        ("ridge", False): lambda: make_pipeline(StandardScaler(), linear_model.Ridge()),
        ("logistic", True): lambda: make_pipeline(StandardScaler(), linear_model.LogisticRegression(max_iter=2_000, random_state=seed)),
        ("tree", True): lambda: tree.DecisionTreeClassifier(random_state=seed),
        ("tree", False): lambda: tree.DecisionTreeRegressor(random_state=seed),
        ("forest", True): lambda: ensemble.RandomForestClassifier(random_state=seed),
        ("forest", False): lambda: ensemble.RandomForestRegressor(random_state=seed),
        ("knn", True): lambda: make_pipeline(StandardScaler(), neighbors.KNeighborsClassifier()),
        ("knn", False): lambda: make_pipeline(StandardScaler(), neighbors.KNeighborsRegressor()),
        ("svm", True): lambda: make_pipeline(StandardScaler(), svm.SVC(random_state=seed)),
        ("svm", False): lambda: make_pipeline(StandardScaler(), svm.SVR()),
    }
    if (kind, classes) not in models:
        raise Refusal(f"a {kind} model does not predict {'classes' if classes else 'numbers'}", "leave the kind out")
    return models[kind, classes]().fit(x, y)


def class_scores(truth: Any, guesses: Any) -> dict[str, float]:
    """accuracy; precision, recall and f1 as means over classes."""
    from sklearn.metrics import accuracy_score, precision_recall_fscore_support

    precision, recall, f1, _ = precision_recall_fscore_support(truth, guesses, average="macro", zero_division=0)
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

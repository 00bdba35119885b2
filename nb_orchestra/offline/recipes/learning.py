"""Models that learn: clusters, components, prediction with a fixed split. k-means and models need scikit-learn (the ml extra); components do not."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
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
from nb_orchestra.offline.recipes.scoring import area_under_curve, class_scores, hits_and_misses, number_scores, parts_of

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


def features_of(frame: pd.DataFrame, target: str, features: Any, codes: bool = False) -> tuple[pd.DataFrame, pd.Series, list[str], str]:
    """(numbers to learn from, target, features used, why rows were dropped): categories as 0/1 columns, text with many levels left out.

    `codes`: each category is the number of its place in the alphabet, as scikit-learn's LabelEncoder has it.
    """
    names = columns_of(frame, features) or [name for name in unique_columns(frame) if name != target]
    numeric = [name for name in names if holds_numbers(frame[name]) or pd.api.types.is_bool_dtype(frame[name])]
    few = [name for name in names if name in numeric or as_groups(frame[name]).nunique() <= MOST_LEVELS_OF_FEATURE]
    used = [name for name in few if name != target and frame[name].notna().any()]
    if not used:
        raise Refusal("no column can be learned from", "name numeric columns, or ones with few levels")
    gone = frame[[*used, target]].isna()
    rows = frame.loc[~gone.any(axis=1), [*used, target]]
    table = pd.DataFrame({name: as_numbers(rows[name]) if name in numeric else as_groups(rows[name]).astype(str) for name in used})
    texts = [name for name in used if name not in numeric]
    if codes:
        table = table.assign(**{name: pd.Categorical(table[name], categories=sorted(table[name].unique())).codes.astype(float) for name in texts})
        texts = []
    matrix = pd.get_dummies(table, columns=texts, drop_first=True, dtype="float64")
    complete = matrix.notna().all(axis=1) & ((as_numbers(rows[target]) if holds_numbers(rows[target]) else rows[target]).notna())
    return matrix[complete], as_groups(rows.loc[complete, target]), used, reasons_of(gone)


def train_model(
    frame: pd.DataFrame,
    *,
    target: str,
    features: Any = None,
    kind: str = "auto",
    test_share: float = 0.2,
    seed: int = 0,
    metrics: Any = None,
    how: Mapping[str, Any] | None = None,
) -> pd.DataFrame:
    """One row per metric, on the test part: metric, value, baseline (always the mean, or the most frequent class). Split and model by the seed.

    auto: logistic regression for a target with few levels, linear for numbers. A test share of 0 trains and scores on all rows. `how` holds what else a
    goal says: scale (none, standard, minmax; fitted on the training part), split (random, stratified, first), positive (the class whose precision and
    recall are meant), average (macro, weighted), codes (categories as numbers), settings (scikit-learn's own). With `how` the rows of hits and misses, of
    coefficients or importances, and the sizes follow. Refusal for fewer than 20 complete rows or a single class.
    """
    need_sklearn()
    told, name = dict(how or {}), column_of(frame, target)
    matrix, aim, used, why = features_of(frame, name, features, bool(told.get("codes")))
    if len(matrix) < 20:
        raise Refusal(f"{len(matrix)} complete rows are too few to train and test a model, 20 needed")
    classes = not holds_numbers(aim) or kind == "logistic" or (aim.nunique() <= 2 and kind not in ("linear", "ridge"))
    if classes:
        check_classes(aim, name)
    answers = aim.map(plain_text) if classes else as_numbers(aim)
    chosen = ("logistic" if classes else "linear") if kind == "auto" else kind
    parts = parted(matrix.to_numpy(), answers.to_numpy(), test_share, seed, str(told.get("split") or "random"))
    model = fitted(chosen, classes, seed, parts[0], parts[2], str(told.get("scale") or "auto"), dict(told.get("settings") or {}))
    about = {"model": chosen, "target": name, "n_train": len(parts[0]), "n_test": len(parts[1]), "features": ", ".join(used), "seed": seed}
    about |= {"dropped": len(frame) - len(matrix), "dropped_why": why or None}
    positive = positive_of(answers, told.get("positive")) if classes and how is not None and not told.get("average") else None
    wanted = [metrics] if isinstance(metrics, str) else metrics
    found = scored(model, parts, classes, str(told.get("average") or "macro"), positive)
    rows = [about | row for row in found if not wanted or row["metric"] in wanted]
    if how is None:
        return rows_table(rows, MODEL)
    rows += [about | row for row in (*sizes(model, parts, classes, positive), *parts_of(model, [str(column) for column in matrix.columns]))]
    return rows_table(rows, (*MODEL, "feature")).assign(size=lambda table: table["value"].abs())


def check_classes(aim: pd.Series, name: str) -> None:
    """Refusal for a target with one class, or with more than fifty."""
    if aim.nunique() < 2:
        raise Refusal(f"{name} holds one value only")
    if aim.nunique() > 50:
        raise Refusal(f"{name} has {aim.nunique():,} classes", "name a target with few levels, or a numeric one")


def scored(model: Any, parts: tuple[Any, Any, Any, Any], classes: bool, average: str, positive: str | None) -> list[dict[str, Any]]:
    """metric, value and baseline on the test part."""
    _, x_test, y_train, y_test = parts
    plain = pd.Series(y_train).mode()[0] if classes else float(np.mean(y_train))
    score = partial(class_scores, average=average, positive=positive) if classes else number_scores
    scores, base = score(y_test, model.predict(x_test)), score(y_test, np.full(len(y_test), plain))
    if classes:
        scores, base = scores | {"auc": area_under_curve(model, x_test, y_test)}, base | {"auc": 0.5}
    return [{"metric": metric, "value": value, "baseline": base[metric]} for metric, value in scores.items()]


def sizes(model: Any, parts: tuple[Any, Any, Any, Any], classes: bool, positive: str | None) -> list[dict[str, Any]]:
    """How many rows were trained and tested with, and how many of these were hit."""
    found = {"train size": float(len(parts[0])), "test size": float(len(parts[1]))}
    found |= hits_and_misses(parts[3], model.predict(parts[1]), positive) if classes else {}
    return [{"metric": metric, "value": value} for metric, value in found.items()]


def plain_text(value: Any) -> str:
    """A class as text: 1.0 is 1."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def positive_of(answers: pd.Series, named: Any) -> str | None:
    """The class that counts as found: the named one, 1 or yes, else the last of two in their order; None for more than two."""
    levels = sorted(answers.unique())
    wanted = [level for level in levels if named is not None and level.casefold() == plain_text(named).casefold()]
    usual = [level for level in levels if level.casefold() in ("1", "yes", "true")]
    return next(iter(wanted or usual), levels[-1]) if len(levels) == 2 else None


def parted(x: Any, y: Any, test_share: float, seed: int, split: str) -> tuple[Any, Any, Any, Any]:
    """Rows to train and to test with: by chance, by chance with equal shares of the classes, or the first and the last; all for both where no share is."""
    from sklearn.model_selection import train_test_split

    if not test_share:
        return x, x, y, y
    if split == "first":
        parts: tuple[Any, Any, Any, Any] = tuple(train_test_split(x, y, test_size=test_share, shuffle=False))
        return parts
    return tuple(train_test_split(x, y, test_size=test_share, random_state=seed, stratify=y if split == "stratified" else None))


def fitted(kind: str, classes: bool, seed: int, x: Any, y: Any, scale: str = "auto", settings: Mapping[str, Any] | None = None) -> Any:
    """A model of that kind, trained; "auto" standardises the columns for those that need it."""
    from sklearn import ensemble, linear_model, neighbors, svm, tree
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import MinMaxScaler, StandardScaler

    models: dict[tuple[str, bool], Any] = {
        ("linear", False): linear_model.LinearRegression(),
        ("ridge", False): linear_model.Ridge(),
        ("logistic", True): linear_model.LogisticRegression(max_iter=2_000, random_state=seed),
        ("tree", True): tree.DecisionTreeClassifier(random_state=seed),
        ("tree", False): tree.DecisionTreeRegressor(random_state=seed),
        ("forest", True): ensemble.RandomForestClassifier(random_state=seed),
        ("forest", False): ensemble.RandomForestRegressor(random_state=seed),
        ("knn", True): neighbors.KNeighborsClassifier(),
        ("knn", False): neighbors.KNeighborsRegressor(),
        ("svm", True): svm.SVC(random_state=seed),
        ("svm", False): svm.SVR(),
    }
    if (kind, classes) not in models:
        raise Refusal(f"a {kind} model does not predict {'classes' if classes else 'numbers'}", "leave the kind out")
    model = models[kind, classes]
    known = {name: value for name, value in (settings or {}).items() if name in model.get_params()}
    model.set_params(**known)
    wanted = ("standard" if kind in SCALED else "none") if scale == "auto" else scale
    if wanted != "none":
        model = make_pipeline(StandardScaler() if wanted == "standard" else MinMaxScaler(), model)
    return model.fit(x, y)


SCALED = frozenset({"ridge", "logistic", "knn", "svm"})
"""Models that weigh columns by their size."""

"""Sentences about models that learn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nb_orchestra.offline.prose.wording import listed, name_of, number, plural


def kmeans(value: Any, arguments: Mapping[str, Any]) -> list[str]:
    return [f"The table's rows were put into {plural(arguments['k'], 'cluster')} (n = {number(len(value))})."]


def pca(value: Any, arguments: Mapping[str, Any]) -> list[str]:
    shares = [f"component {number(row['component'])} {number(row['explained'])}" for row in value.to_dict("records")]
    return [f"Shares of the variance: {listed(shares)}."]


def train_model(value: Any, arguments: Mapping[str, Any]) -> list[str]:
    row = value.iloc[0]
    scores = listed([f"{one['metric']} {number(one['value'])} (baseline {number(one['baseline'])})" for one in value.to_dict("records")])
    sizes = f"on {number(row['n_test'])} rows that it did not see, trained on {number(row['n_train'])}"
    return [f"A {row['model']} model predicts {name_of(row['target'])} {sizes}: {scores}."]

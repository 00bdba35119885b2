"""Sentences about tests. They state differences and associations, with test, n and effect; never a cause."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nb_orchestra.offline.prose.wording import amount, count, freedom, interval, left_out, listed, missing, name_of, number, p_text, plural, safe, title_of

CHECK = "a check by the other kind of test"


def result_text(row: Mapping[str, Any]) -> str:
    """Welch's ANOVA F(2, 189.5) = 317.6, p < 0.001, ω² = 0.65 (95 % interval 0.59 to 0.70), n = 342."""
    degrees = [freedom(row[name]) for name in ("df", "df2") if not missing(row.get(name))]
    brackets = f"({', '.join(degrees)})" if degrees else ""
    statistic = "" if missing(row["statistic"]) else f"{brackets} = {number(row['statistic'])}"
    size = ""
    if not missing(row.get("effect")) and not missing(row.get("effect_size")):
        ends = interval(row["ci_low"], row["ci_high"])
        size = f", {row['effect_size']} = {number(row['effect'])}{f' ({ends})' if ends else ''}"
    return f"{row['test']}{statistic}, {p_text(row['p'])}{size}, n = {count(row['n'])}"


def clear(row: Mapping[str, Any]) -> bool:
    return not missing(row["p"]) and bool(row["p"] < 0.05)


def compare_groups(value: Any, arguments: Mapping[str, Any]) -> list[str]:
    texts: list[str] = []
    rows = value.to_dict("records")
    for row in rows:
        if row["chosen"] == CHECK:
            texts.append(check_text(row, rows))
        elif missing(row["test"]):
            why = str(row["chosen"]).removeprefix("no test: ")
            texts.append(f"Within {safe(str(row['within']))} no test is possible: {safe(why)}.")
        else:
            texts += comparison(row, arguments)
    return texts


def comparison(row: Mapping[str, Any], arguments: Mapping[str, Any]) -> list[str]:
    """What one test found, between which groups, how the test was chosen, what was left out."""
    where = "" if missing(row["within"]) else f" within {safe(str(row['within']))}"
    groups = "the groups of " + name_of(row["by"])
    found = "is different" if clear(row) else "is not shown to differ"
    if row["test"] == "Levene's test":
        found = "varies differently" if clear(row) else "is not shown to vary differently"
    texts = [f"{title_of(name_of(row['value']))} {found} between {groups}{where}: {result_text(row)}."]
    ends = interval(row["difference_low"], row["difference_high"], row["value"])
    high, low = (f"{safe(str(row[end]))} (mean {amount(row[end + '_mean'], row['value'])}, n = {number(row[end + '_n'])})" for end in ("highest", "lowest"))
    texts.append(
        f"The highest mean is that of {high}, the lowest that of {low}; they differ by {amount(row['difference'], row['value'])}{f' ({ends})' if ends else ''}."
    )
    if row["chosen"] != "asked for":
        texts.append(f"Test chosen: {safe(str(row['chosen']))}.")
    return [*texts, *left_out(row)]


def check_text(row: Mapping[str, Any], rows: list[dict[str, Any]]) -> str:
    """Whether the other kind of test says the same."""
    first = next(other for other in rows if other["chosen"] != CHECK and str(other["within"]) == str(row["within"]))
    agrees = "agrees" if clear(row) == clear(first) else "does not agree, so be careful"
    return f"A check by another kind of test {agrees}: {result_text(row)}."


def post_hoc(value: Any, arguments: Mapping[str, Any]) -> list[str]:
    apart = value[value["p_holm"] < 0.05]
    name = name_of(arguments["value"])
    if not len(apart):
        none = f"No pair of groups is shown to differ in {name} ({plural(len(value), 'pair')}, {value['test'].iloc[0]}, smallest "
        none += f"{p_text(value['p_holm'].min())} after Holm, n = {number(value['n'].min())} or more in each pair)."
        return [none, *left_out(value.iloc[0])]
    pairs = []
    for row in apart.to_dict("records"):
        size = f"by {amount(abs(row['difference']), arguments['value'])}, {p_text(row['p_holm'])}, n = {count(row['n'])}"
        pairs.append(f"{safe(row['group_1'])} and {safe(row['group_2'])} ({size})")
    return [
        f"Of {plural(len(value), 'pair')} of groups these differ in {name} ({value['test'].iloc[0]}, p adjusted by Holm): {listed(pairs)}.",
        *left_out(value.iloc[0]),
    ]


def compare_proportions(value: Any, arguments: Mapping[str, Any]) -> list[str]:
    row = value.to_dict("records")[0]
    found = "are associated" if clear(row) else "are not shown to be associated"
    return [f"{title_of(name_of(row['outcome']))} and {name_of(row['by'])} {found}: {result_text(row)}.", *left_out(row)]


def confounding(value: Any, arguments: Mapping[str, Any]) -> list[str]:
    row = value.to_dict("records")[0]
    first, second = name_of(row["first"]), name_of(row["second"])
    if not row["confounded"]:
        return [f"{title_of(first)} and {second} occur in combination, so they can be told apart (Cramér's V = {number(row['cramers_v'])})."]
    return [
        f"{title_of(first)} and {second} are confounded: {number(row['empty_cells'])} of {number(row['cells'])} combinations hold no row "
        f"({safe(str(row['only_in_one']))}; Cramér's V = {number(row['cramers_v'])}), so over all rows a difference between the groups "
        "of the one cannot be told from a difference between the groups of the other."
    ]


def one_sample(value: Any, arguments: Mapping[str, Any]) -> list[str]:
    row = value.to_dict("records")[0]
    found = "is different from" if clear(row) else "is not shown to differ from"
    column = row["value"]
    return [f"Mean {name_of(column)} ({amount(row['mean'], column)}) {found} {amount(row['expected'], column)}: {result_text(row)}.", *left_out(row)]


def paired(value: Any, arguments: Mapping[str, Any]) -> list[str]:
    texts = []
    for row in value.head(8).to_dict("records"):
        found, ends = "differ" if clear(row) else "are not shown to differ", (row["first"], row["second"])
        means = [amount(row[f"mean_{end}"], name) for end, name in zip(("first", "second"), ends, strict=True)]
        said = f"means {means[0]} and {means[1]}, difference {amount(row['difference'], row['first'])}"
        group = f" in {safe(str(row['group']))}" if "group" in row else ""
        several = f"; p adjusted by Holm {p_text(row['p_holm']).removeprefix('p ').removeprefix('= ')}" if "p_holm" in row else ""
        texts.append(f"{title_of(name_of(ends[0]))} and {name_of(ends[1])} {found}{group}, row by row ({said}): {result_text(row)}{several}.")
        texts += left_out(row)
    return texts


def changes_compared(value: Any, arguments: Mapping[str, Any]) -> list[str]:
    """The measures whose change differs between the groups, and between which."""
    groups, when = name_of(arguments["by"]), f"from the first to the last {name_of(arguments['over'])} of each {name_of(arguments['unit'])}"
    texts = []
    for row in value[value["p_holm"] < 0.05].head(4).to_dict("records"):
        ends = [f"{safe(str(row[end]))} (mean {amount(row[end + '_mean'], row['value'])}, n = {number(row[end + '_n'])})" for end in ("highest", "lowest")]
        found = f"{result_text(row)}; p adjusted by Holm {p_text(row['p_holm']).removeprefix('p ')}"
        texts.append(f"{title_of(name_of(row['value']))} changes differently between the groups of {groups}, {when}: {ends[0]}, {ends[1]}. {found}.")
    return texts or [f"No measure is shown to change differently between the groups of {groups}, {when} (p adjusted by Holm)."][: len(value)]


def compare_columns(value: Any, arguments: Mapping[str, Any]) -> list[str]:
    row = value.to_dict("records")[0]
    names = [name_of(name) for name in (arguments["columns"] if not isinstance(arguments["columns"], str) else [arguments["columns"]])]
    return [f"{title_of(listed(names))} {'differ' if clear(row) else 'are not shown to differ'}: {result_text(row)}.", *left_out(row)]


def normality(value: Any, arguments: Mapping[str, Any]) -> list[str]:
    texts = []
    for row in value.head(8).to_dict("records"):
        group = "" if missing(row["group"]) else f" in {safe(str(row['group']))}"
        if missing(row["p"]):
            texts.append(f"{title_of(name_of(row['column']))}{group} has too few different values for a test of normality (n = {count(row['n'])}).")
            continue
        found = "is not shown to be other than normal" if row["normal"] else "is not normally distributed"
        shape = f"skewness {number(row['skew'])}, excess kurtosis {number(row['kurtosis'])}, n = {count(row['n'])}"
        texts.append(f"{title_of(name_of(row['column']))}{group} {found}: {row['test']} = {number(row['statistic'])}, {p_text(row['p'])}, {shape}.")
        texts += left_out(row)
    return texts

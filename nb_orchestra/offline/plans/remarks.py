"""Words of a goal with an answer format that no step need hold: refusals, remarks, examples, what a column or a part of a date may be."""

from __future__ import annotations

import re

from nb_orchestra.offline.reading.tables import Column

REFUSES = re.compile(
    r"\b(?:do not|don[’']t|does not|should not|shouldn[’']t|must not|cannot|never|no need|need not|not be|no further|no other|not necessary|avoid|"
    r"no (?:rows?|records?|values?|data|outliers?|extremes?|duplicates?|columns?)\b[^.;]{0,30}"
    r"\b(?:be|are|is) (?:removed|dropped|excluded|changed|imputed|filled))\b",
    re.IGNORECASE,
)
REMARKS = re.compile(
    r"\b(?:null hypothesis|python|panda'?s'? |numpy|scipy|library|assume|make sure|round(?:ed|ing)?\b|significance level|alpha|decimal|"
    r"(?:must|should|to) be (?:reported|given|written|expressed)\b|(?:represented|stored|given|recorded|denoted|marked|coded) (?:as|in|by|with))",
    re.IGNORECASE,
)
EXAMPLES = re.compile(r"\(?\b(?:e\.\s?g\.|for example|for instance|such as|i\.\s?e\.|strings? like)(?:[^.;)]|\.(?=\d))*\)?", re.IGNORECASE)
PART_RANGES = re.compile(
    r"\((?:(?:numbers?|values?|from|i\.e\.) )*(?:1 ?(?:to|-|–|through) ?(?:12|31|7|4|53|52)|0 ?(?:to|-|–|through) ?(?:23|6))\)", re.IGNORECASE
)
"""What a part of a date may be: "the month (1 to 12)"."""
_LISTED = re.compile(r"\((\d+(?:, \d+)*,? (?:and|or) \d+)\)")


def each_level(column: Column, question: str) -> list[int]:
    """ "The stage (1, 2, 3 and 4)": a list of all that the column holds, which restricts nothing."""
    lists = [[int(number) for number in re.findall(r"\d+", found)] for found in _LISTED.findall(question)]
    levels = sorted(level for level in column.levels if isinstance(level, int | float))
    return next((numbers for numbers in lists if sorted(numbers) == levels), [])

"""Words that mean the same where a column is named. About things in general, not about one table.

Each row is one notion; a goal's word finds a column whose name holds any word of the same row. Adjectives and verbs that
point at a measure ("heaviest", "oldest", "wettest") are rows of their own table with their direction.
"""

from __future__ import annotations

_NOTIONS = """
weight mass wt weigh heaviness
sex gender
precipitation rain rainfall precip
temperature temp
price cost fare charge rent fee
income salary wage earning pay compensation earn
country nation
state province
city town
revenue gross turnover sale takings receipt earn
budget spending expenditure cost
height ht stature
length long len
width wide breadth
depth deep thickness
duration elapsed length time latency
stay los
date day when timestamp
population pop inhabitant person
hemoglobin haemoglobin hb hgb
cholesterol chol
spend spent spending expenditure expense amount
movie film
title name
bill beak culmen
man male
woman female
death fatality deceased died mortality
case infection
number no num count qty quantity nr
employee worker staff
unemployment unemployed jobless
employment employed job
department dept division
latitude lat
longitude lon lng long
average avg mean
minimum min
maximum max
median med
percentage percent pct rate share proportion
identifier id
education schooling educational degree
major course subject
hour hr
speed velocity
humidity hum
pressure sbp bp systolic
survival survived survive
absence absent miss missed skipped
class pclass
age old
category type kind group
trip ride journey
customer client
score grade mark rating point
score result
horsepower hp
mileage mpg
wind windspeed
storm hurricane
damage loss
photo picture image
year yr
month mon
address street
company firm
volume vol
child kid dependents
fertility birth
lifespan life
international intl intgross worldwide global abroad overseas
domestic dom domgross
worldwide world intl
continent region cluster
bedroom bed br
bathroom bath
neighbourhood neighborhood area
mother maternal mom
father paternal dad
diameter dbh
"""

NOTIONS: dict[str, frozenset[str]] = {}
for _row in _NOTIONS.strip().splitlines():
    _words = frozenset(_row.split())
    for _word in _words:
        NOTIONS[_word] = NOTIONS.get(_word, frozenset()) | _words

POINTERS: dict[str, tuple[tuple[str, ...], str]] = {}
"""Adjective → (words of the measure, max or min)."""
for _words_of, _most, _least in (
    ("weight", "heavy heavier heaviest", "light lighter lightest"),
    ("age", "old older oldest", "young younger youngest"),
    ("length duration stay", "long longer longest", "short shorter shortest"),
    ("height", "tall taller tallest", ""),
    ("precipitation", "wet wetter wettest rainy rainiest rainier", "dry drier driest rainless"),
    ("temperature", "warm warmer warmest hot hotter hottest warming", "cold colder coldest cool cooler coolest cooling"),
    ("price cost rent fare fee", "expensive costly priciest costliest dear dearest", "cheap cheaper cheapest"),
    ("income gdp wealth", "rich richer richest wealthy wealthier wealthiest", "poor poorer poorest"),
    ("speed duration latency minute hour second time", "fast faster fastest quick quicker quickest quickly", "slow slower slowest slowly"),
    ("wind", "windy windier windiest", "calm calmer calmest"),
    ("population", "populous", ""),
    ("revenue profit", "profitable", ""),
    ("width", "wide wider widest broad broadest", "narrow narrower narrowest"),
    ("depth", "deep deeper deepest", "shallow shallower shallowest"),
    ("date year", "late later latest recent newest", "early earlier earliest first"),
    ("score rating", "best better", "worst worse"),
):
    for _side, _list in (("max", _most), ("min", _least)):
        for _word in _list.split():
            POINTERS[_word] = (tuple(_words_of.split()), _side)


COMPARATIVES = frozenset(word for word in POINTERS if word.endswith("er"))
"""The adjectives of these that hold one thing against another: "heavier"."""

DOINGS: dict[str, tuple[str, ...]] = {}
"""What is done or had, by its verb or noun → words of the measure that says how much: who earns more has more income."""
for _words_of, _list in (
    ("income revenue profit", "earn earns earned earning money lucrative"),
    ("income amount expense cost", "pay pays paid paying payed"),
    ("spent expense amount cost revenue", "spend spends spent spending"),
    ("lifespan life", "live lives lived living"),
):
    for _word in _list.split():
        DOINGS[_word] = tuple(_words_of.split())


AMOUNTS = frozenset(["revenue", "revenues", "turnover", "takings", "earnings"])
"""Nouns of a measure that may be hidden in a name without a word of its own: the revenue of `intgross`."""

DERIVED: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "profit": ("-", ("revenue",), ("budget", "cost")),
    "loss": ("-", ("budget", "cost"), ("revenue",)),
    "margin": ("margin", ("revenue",), ("budget", "cost")),
    "roi": ("/", ("revenue",), ("budget", "cost")),
    "bmi": ("bmi", ("weight",), ("height",)),
    "density": ("/", ("population",), ("area",)),
}
"""Measures that a table holds only in parts: word → (operation, notions of the first part, of the second)."""

WIDEST = ("international", "intl", "worldwide", "world", "global", "total", "all")
"""Of several columns of one notion, the one that says it covers most."""


def same_notion(left: str, right: str) -> bool:
    """True where two words stand for the same thing in a column's name."""
    return left == right or right in NOTIONS.get(left, frozenset())

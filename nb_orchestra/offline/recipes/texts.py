"""Texts in a column: ranked search, extractive summary, frequent words. No model, no network."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import numpy as np
import pandas as pd

from nb_orchestra.offline.recipes.frames import Refusal, column_of, rows_table

WORD = re.compile(r"[^\W\d_][\w'’-]*|\d+", re.UNICODE)
SENTENCE = re.compile(r"(?<=[.!?…])\s+(?=[\"“(A-ZÀ-Þ0-9])|\n+")
STOP_WORDS = frozenset(
    [
        "a",
        "about",
        "above",
        "after",
        "again",
        "all",
        "also",
        "am",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "because",
        "been",
        "before",
        "being",
        "below",
        "between",
        "both",
        "but",
        "by",
        "can",
        "could",
        "did",
        "do",
        "does",
        "doing",
        "down",
        "during",
        "each",
        "few",
        "for",
        "from",
        "further",
        "had",
        "has",
        "have",
        "having",
        "he",
        "her",
        "here",
        "hers",
        "him",
        "his",
        "how",
        "i",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "itself",
        "just",
        "me",
        "more",
        "most",
        "my",
        "no",
        "nor",
        "not",
        "now",
        "of",
        "off",
        "on",
        "once",
        "only",
        "or",
        "other",
        "our",
        "out",
        "over",
        "own",
        "same",
        "she",
        "should",
        "so",
        "some",
        "such",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "those",
        "through",
        "to",
        "too",
        "under",
        "until",
        "up",
        "very",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "while",
        "who",
        "whom",
        "why",
        "will",
        "with",
        "would",
        "you",
        "your",
    ]
)
K1 = 1.2
B = 0.75
MOST_SENTENCES = 2_000


def words_of(text: Any) -> list[str]:
    """Lower-case words without the frequent ones; English plurals and -ing, -ed lose their ending."""
    words = [word.lower() for word in WORD.findall(str(text))]
    return [stem(word) for word in words if word not in STOP_WORDS]


def stem(word: str) -> str:
    """A crude English stem: enough that "storms" finds "storm"."""
    for ending, least in (("ies", 5), ("ing", 6), ("ed", 5), ("es", 5), ("s", 4)):
        if word.endswith(ending) and len(word) >= least and not word.endswith("ss"):
            return word[: -len(ending)] + ("y" if ending == "ies" else "")
    return word


def search_texts(frame: pd.DataFrame, *, column: str, query: str, n: int = 10) -> pd.DataFrame:
    """The n rows that fit the query best, by BM25 (k1 1.2, b 0.75): score, row (position), then the row's columns. Rows without its words: left out."""
    name = column_of(frame, column)
    wanted = set(words_of(query))
    if not wanted:
        raise Refusal(f"{query!r} holds no word to search for")
    lists = [words_of(text) if there else [] for text, there in zip(frame[name], frame[name].notna(), strict=True)]
    lengths = np.array([len(words) for words in lists], dtype=float)
    counts = {word: np.array([words.count(word) for words in lists], dtype=float) for word in wanted}
    scores = np.zeros(len(lists))
    for found in counts.values():
        holding = int((found > 0).sum())
        rarity = np.log(1 + (len(lists) - holding + 0.5) / (holding + 0.5))
        scores += rarity * found * (K1 + 1) / (found + K1 * (1 - B + B * lengths / max(lengths.mean(), 1e-9)))
    order = np.argsort(-scores, kind="stable")[: int((scores > 0).sum())][:n]
    rest = frame.iloc[order].reset_index(drop=True)
    front = pd.DataFrame({"score": scores[order], "row": order})
    return pd.concat([front, rest.drop(columns=[name for name in ("score", "row") if name in rest.columns])], axis=1)


def summarise_text(frame: pd.DataFrame, *, column: str, sentences: int = 5) -> pd.DataFrame:
    """The sentences that have most in common with all others (mean tf–idf cosine), in the order of the text: order, sentence, score, row (position).

    Of sentences that say the same only one is taken. Very long texts are thinned evenly to 2,000 sentences first.
    """
    name = column_of(frame, column)
    found = [(row, part.strip()) for row, text in enumerate(frame[name]) if isinstance(text, str) for part in SENTENCE.split(text)]
    found = [(row, part) for row, part in found if len(words_of(part)) >= 3]
    if not found:
        raise Refusal(f"{name} holds no sentences")
    found = [found[int(at)] for at in np.linspace(0, len(found) - 1, min(len(found), MOST_SENTENCES))]
    lists = [Counter(words_of(text)) for _, text in found]
    places = {word: at for at, word in enumerate(sorted(set().union(*lists)))}
    matrix = np.zeros((len(lists), len(places)))
    for at, words in enumerate(lists):
        for word, count in words.items():
            matrix[at, places[word]] = count
    matrix *= np.log(len(lists) / (matrix > 0).sum(axis=0)) + 1
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    likeness = matrix @ matrix.T
    scores = likeness.mean(axis=1)
    taken: list[int] = []
    for at in np.argsort(-scores, kind="stable"):
        if len(taken) < sentences and all(likeness[at, other] < 0.7 for other in taken):
            taken.append(int(at))
    rows = [{"order": number + 1, "sentence": found[at][1], "score": float(scores[at]), "row": found[at][0]} for number, at in enumerate(sorted(taken))]
    return rows_table(rows, ["order", "sentence", "score", "row"])


def word_counts(frame: pd.DataFrame, *, column: str, n: int = 20) -> pd.DataFrame:
    """The n most frequent words (frequent English ones left out): word, n, rows that hold it, rows_percent."""
    name = column_of(frame, column)
    lists = [[word.lower() for word in WORD.findall(text) if word.lower() not in STOP_WORDS] for text in frame[name].dropna().map(str)]
    total: Counter[str] = Counter(word for words in lists for word in words)
    if not total:
        raise Refusal(f"{name} holds no words")
    holding: Counter[str] = Counter(word for words in lists for word in set(words))
    top = sorted(total, key=lambda word: (-total[word], word))[:n]
    return pd.DataFrame(
        {
            "word": top,
            "n": [total[word] for word in top],
            "rows": [holding[word] for word in top],
            "rows_percent": [100 * holding[word] / len(lists) for word in top],
        }
    )

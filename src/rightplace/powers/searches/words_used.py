"""Which published words each force used in each month: for drift, and for what vanished."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.powers.searches.read import UnknownWord, WordUse
from rightplace.powers.searches.vocabulary import PUBLISHED, folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    import ibis

    from rightplace.engines.engine import Engine
    from rightplace.powers.searches.vocabulary import Vocabulary

ANY_OTHER = "any other"
"""Self-defined groups of all kinds that are named "any other ...": residual in each census."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WordCount:
    """How often a force used a word in a month.

    Parameters
    ----------
    column
        Our column.
    word
        As published.
    ours
        Our word for it; None where no table knows it.
    """

    column: str
    force: str
    month: date
    word: str
    ours: str | None
    searches: int


def word_counts(engine: Engine, rows: ibis.Table, vocabulary: Vocabulary) -> list[WordCount]:
    """Return how often each force used each published word in each month.

    Parameters
    ----------
    engine
        Runs the counts.
    rows
        Standing searches with the column ``force``.
    vocabulary
        Which of our words each leads to.
    """
    found = []
    for column, stored in PUBLISHED.items():
        named = rows.filter(rows[stored].notnull())
        counted = named.group_by("force", "month", word=named[stored]).agg(n=named.count())
        found += [
            WordCount(
                column=column,
                force=row["force"],
                month=row["month"],
                word=row["word"],
                ours=vocabulary.ours(column, row["word"]),
                searches=row["n"],
            )
            for row in engine.run(counted.order_by("force", "month", "word")).to_pylist()
        ]
    return found


def word_uses(counts: Iterable[WordCount]) -> tuple[WordUse, ...]:
    """Return from when to when each force used each word, in order of column, force and month."""
    by_word: dict[tuple[str, str, str], list[WordCount]] = defaultdict(list)
    for each in counts:
        by_word[each.column, each.force, each.word].append(each)
    uses = [
        WordUse(
            column=column,
            force=force,
            word=word,
            ours=found[0].ours,
            first_month=min(each.month for each in found),
            last_month=max(each.month for each in found),
            searches=sum(each.searches for each in found),
        )
        for (column, force, word), found in by_word.items()
    ]
    order = list(PUBLISHED)
    return tuple(
        sorted(uses, key=lambda u: (order.index(u.column), u.force, u.first_month, u.word))
    )


def categories_of(counts: Iterable[WordCount]) -> dict[tuple[str, date], dict[str, int]]:
    """Return how many searches of each force and month fall in each category.

    A category is ``column: our word``; beside them stands ``self_defined: any other``.
    """
    found: dict[tuple[str, date], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for each in counts:
        month = found[each.force, each.month]
        if each.ours is not None:
            month[f"{each.column}: {each.ours}"] += each.searches
        if each.column == "self_defined" and folded(ANY_OTHER) in folded(each.word):
            month[f"{each.column}: {ANY_OTHER}"] += each.searches
    return {key: dict(words) for key, words in found.items()}


def unknown_words(
    engine: Engine, rows: ibis.Table, uses: Sequence[WordUse]
) -> tuple[UnknownWord, ...]:
    """Return the words that no table knows, each with one place where it stands."""
    found = []
    for use in (each for each in uses if each.ours is None):
        having = rows.filter(
            (rows[PUBLISHED[use.column]] == use.word)
            & (rows.force == use.force)
            & (rows.month == use.first_month)
        )
        first = engine.run(having.order_by("entry", "row_number").limit(1)).to_pylist()[0]
        found.append(UnknownWord(use=use, file=first["entry"], row=first["row_number"]))
    return tuple(found)

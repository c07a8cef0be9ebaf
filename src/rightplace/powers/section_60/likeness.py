"""How like the words of two grounds are, by the word triples that both have.

Resemblance and containment of the sets of shingles of three words, after Broder (1997), On the
resemblance and containment of documents. Case, punctuation and spacing do not matter; a copied text
gives 1, two texts without three words in a row in common give 0. Short texts are compared whole.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rightplace.powers.section_60.authorisation import Authorisation

_WORD = re.compile(r"[^\W_]+")
SHINGLE = 3


def words_of(view: Authorisation) -> str:
    """Return the words of all grounds of an authorisation, limb after limb."""
    return "\n".join(f"{limb.fact} {limb.why_here} {limb.why_this_long}" for limb in view.limbs)


def likeness(one: str, other: str) -> float:
    """Return how like two texts are, 0 to 1; 0 where either says nothing."""
    first, second = _shingles(one), _shingles(other)
    if not first or not second:
        return 0.0
    return len(first & second) / len(first | second)


def copied_share(own: str, other: str) -> float:
    """Return the share of a text's word triples that stand in another, 0 to 1.

    That the other says more besides makes nothing of it less copied.
    """
    first, second = _shingles(own), _shingles(other)
    return len(first & second) / len(first) if first else 0.0


@lru_cache(maxsize=4096)
def _shingles(text: str) -> frozenset[tuple[str, ...]]:
    words = tuple(_WORD.findall(text.casefold()))
    if len(words) <= SHINGLE:
        return frozenset({words} if words else ())
    return frozenset(words[i : i + SHINGLE] for i in range(len(words) - SHINGLE + 1))

"""The fixed set of products: nothing else is shared, so that nobody composes a table of persons.

Each is a table of sums over wards or boroughs and whole months. Domestic abuse is counted by
itself, by borough and above and never by ward: in a ward the place of one record could be known.
No product adds it to the rest, so that no subtraction tells it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.app.partners.areas import WHOLE, borough_key
from rightplace.errors import RefusedError
from rightplace.evaluate.small_counts.figures import ALL, Figure

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

APART = "apart-from-domestic"
DOMESTIC = "domestic"
PUBLIC = "public-edition"
QUARTER = 3
KINDS: dict[str, str] = {
    ALL: "All forms but domestic abuse",
    "violence": "Violence against the person",
    "threats": "Stalking, harassment and threats",
    "sexual": "Sexual offences",
    "robbery": "Robbery",
    "not-told-apart": "Violence and sexual offences, which the source does not tell apart",
    "other": "Other violence",
    DOMESTIC: "Domestic abuse",
}
"""Kinds of violence by their key, in the order in which they are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """One product of the fixed set.

    Parameters
    ----------
    slug
        Its key.
    name, words
        What it is called, and what is in it.
    family
        Which counts it is of.
    """

    slug: str
    name: str
    words: str
    family: str


PRODUCTS = {
    each.slug: each
    for each in (
        Product(
            slug="wards",
            name="Violence by ward",
            words="Recorded violence and robbery, domestic abuse left out: all forms together by "
            "ward and month, each form by ward and quarter, each form by borough and month.",
            family=APART,
        ),
        Product(
            slug="boroughs",
            name="Violence by borough",
            words="Recorded violence and robbery, domestic abuse left out: each form by borough, "
            "BCU and month.",
            family=APART,
        ),
        Product(
            slug="domestic",
            name="Domestic abuse by borough",
            words="Recorded violence that is known to be domestic abuse, by borough, BCU and "
            "month; never by ward.",
            family=DOMESTIC,
        ),
    )
}


def product_of(slug: str) -> Product:
    """Return a product of the fixed set.

    Raises
    ------
    RefusedError
        If it is none of them: rows about persons, above all, are never shared.
    """
    if slug not in PRODUCTS:
        msg = (
            "Only products of the fixed set are shared, and none of them holds a row about a "
            "person: information about patients or from health and social care must not pass "
            "this way (Police, Crime, Sentencing and Courts Act 2022, section 16)."
        )
        remedy = f"Choose one of: {', '.join(each.name for each in PRODUCTS.values())}."
        raise RefusedError(msg, value=slug, remedy=remedy)
    return PRODUCTS[slug]


def figures_of(
    product: Product,
    parts: Mapping[str, Sequence[str]],
    *,
    boroughs: Sequence[str] | None,
    months: Iterable[int],
    kinds: Sequence[str],
) -> list[Figure]:
    """Return the figures of a product.

    Parameters
    ----------
    product
        Which.
    parts
        Parts of each wider area.
    boroughs
        Names of boroughs; None for all of them and what is above.
    months
        Indices of months.
    kinds
        Kinds that the source tells apart.
    """
    held = sorted(months)
    if boroughs is None:
        wide = [area for area in parts if not area.startswith("borough:")]
        inside = {each for area in wide for each in parts[area] if each.startswith("borough:")}
        areas = [*sorted(inside), *wide]
    else:
        areas = [borough_key(borough) for borough in boroughs]
    told = (*kinds, ALL) if product.family == APART else tuple(kinds)
    found = [Figure(area, month, 1, kind) for area in areas for month in held for kind in told]
    if product.slug == "wards":
        wards = [ward for area in areas for ward in parts.get(area, ()) if ward.startswith("ward:")]
        found += [Figure(ward, month, 1, ALL) for ward in wards for month in held]
        quarters = [m for m in held if m % QUARTER == 0 and {m + 1, m + 2} <= set(held)]
        found += [Figure(w, m, QUARTER, kind) for w in wards for m in quarters for kind in kinds]
    return [each for each in found if each.area != WHOLE or len(parts[WHOLE]) > 1]

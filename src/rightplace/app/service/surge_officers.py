"""Use case: postings by officer, for who decides for the whole area; each look is recorded."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rightplace.app.service.surge_page import between, open_surge
from rightplace.errors import BadInputError
from rightplace.records.accounts.roles import Permission

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.app.service.person import Person
    from rightplace.app.service.shelf import Shelf
    from rightplace.records.audit.transaction import Transaction

ROWS_SHOWN = 50
PURPOSE = "Look at who a surge posts where, and why."


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingsWanted:
    """Which postings are asked for: to a borough, empty for all."""

    borough: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingLine:
    """One posting in words.

    Parameters
    ----------
    next_best
        Where else, and by how much all postings would be worse.
    notes
        Share of draws in which it stays, who goes along, what is not known, who fixed it.
    """

    officer_id: str
    unit: str
    post: str
    reason: str
    next_best: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingsPage:
    """Postings as their page shows them, one page of ``of``."""

    id: str
    as_of: str
    is_synthetic: bool
    wanted: PostingsWanted
    boroughs: tuple[str, ...]
    postings: tuple[PostingLine, ...]
    found: int
    of: int
    who_may_see: str


def read_postings(
    shelf: Shelf, surge_id: str, *, person: Person, wanted: PostingsWanted, at: datetime
) -> PostingsPage:
    """Return postings by officer; the look at their table is a line of the audit chain.

    Parameters
    ----------
    shelf
        Where the surge is published.
    surge_id
        Its id.
    person
        Who asks: decides for the whole study area (see ``sees_postings``).
    wanted
        Which postings.
    at
        The time now.

    Raises
    ------
    BadInputError
        If nobody is posted to the borough asked for.
    """
    from rightplace.records.audit.transaction import transaction

    person.check(Permission.SEE_SURGE)
    person.check_everywhere(Permission.DECIDE)
    with transaction(shelf.database, person.actor, purpose=PURPOSE, at=at) as tx:
        surge = open_surge(shelf, tx, surge_id)
        rows = _rows(tx, surge_id)
    boroughs = tuple(sorted({row["borough"] for row in rows}))
    if wanted.borough not in {"", *boroughs}:
        msg = f"Nobody is posted to {wanted.borough!r}."
        raise BadInputError(msg, value=wanted.borough, remedy="Choose a borough of the list.")
    mine = [row for row in rows if wanted.borough in {"", row["borough"]}]
    mine.sort(key=lambda row: (row["borough"], row["role"], row["unit"], row["officer_id"]))
    of = max(1, -(-len(mine) // ROWS_SHOWN))
    page = min(wanted.page, of)
    return PostingsPage(
        id=surge_id,
        as_of=surge.record["as_of"],
        is_synthetic=surge.is_synthetic,
        wanted=PostingsWanted(borough=wanted.borough, page=page),
        boroughs=boroughs,
        postings=tuple(_line(row) for row in mine[(page - 1) * ROWS_SHOWN : page * ROWS_SHOWN]),
        found=len(mine),
        of=of,
        who_may_see=surge.result["who_may_see"],
    )


def _rows(tx: Transaction, surge_id: str) -> list[dict[str, Any]]:
    from pyarrow import parquet

    from rightplace.records.published.publishing import view_table

    content = view_table(tx, surge_id, "postings.parquet")
    rows: list[dict[str, Any]] = parquet.read_table(io.BytesIO(content)).to_pylist()
    return rows


def _line(row: dict[str, Any]) -> PostingLine:
    return PostingLine(
        officer_id=row["officer_id"],
        unit=row["unit"],
        post=f"{row['borough']}, {row['role']}",
        reason=row["reason"],
        next_best=_next_best(row),
        notes=tuple(_notes(row)),
    )


def _next_best(row: dict[str, Any]) -> str:
    if row["next_best_borough"] is None:
        return "no other post"
    worse = between(row["next_best_worse_lo"], row["next_best_worse_hi"])
    return f"{row['next_best_borough']}, {row['next_best_role']}: {worse} less in all"


def _notes(row: dict[str, Any]) -> list[str]:
    found = []
    if row["stays_share"] is not None:
        found.append(f"stays in {row['stays_share']:.0%} of draws of the demand")
    if row["pair_with"]:
        found.append(f"goes with {row['pair_with']}")
    if row["actions"]:
        found.append(f"may do: {row['actions']}")
    if row["gaps"]:
        found.append(f"not known: {row['gaps']}")
    if row["override"]:
        found.append(f"fixed by a person: {row['override']}")
    return found

"""Who may see an operation, or act on it: one rule for the register and for its reports.

Whoever answers for a place in which it is carried out sees it; whoever registers, locks or
withdraws it must answer for all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rightplace.records.accounts.roles import Permission

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import pyarrow as pa

    from rightplace.app.service.person import Person

Places = tuple[tuple[str | None, str | None], ...]
"""BCU and borough, each pair once; neither where nobody knows where cells lie."""
UNKNOWN: Places = ((None, None),)


def places_of(cells: pa.Table, wanted: Collection[str]) -> Places:
    """Return BCU and borough of some cells of a study area, in its order.

    Where the area has no BCUs, a borough stands for its BCU. Cells that are none of the area's
    lie nowhere that anybody knows, and only the whole study area covers those.

    Parameters
    ----------
    cells
        Of the area, ``cell_id``, ``bcu`` and ``borough``.
    wanted
        Ids of the cells in question.
    """
    named = set(wanted)
    ids, bcus, boroughs = (cells[name].to_pylist() for name in ("cell_id", "bcu", "borough"))
    commands = bcus if any(bcus) else boroughs
    rows = [row for row in zip(ids, commands, boroughs, strict=True) if row[0] in named]
    found: Places = tuple(dict.fromkeys((bcu, borough) for _, bcu, borough in rows))
    return found if len(rows) == len(named) and found else (*found, *UNKNOWN)


def may_see(person: Person, places: Sequence[tuple[str | None, str | None]]) -> bool:
    """Whether somebody may see an operation: any of its treated places is theirs.

    Parameters
    ----------
    person
        Who.
    places
        BCU and borough of its treated places.
    """
    return any(_mine(person, Permission.SEE_OPERATIONS, places))


def may_act(person: Person, places: Sequence[tuple[str | None, str | None]]) -> bool:
    """Whether somebody may register, lock or withdraw an operation: every place is theirs.

    Parameters as in ``may_see``.
    """
    return all(_mine(person, Permission.REGISTER_OPERATIONS, places))


def _mine(
    person: Person, needed: Permission, places: Sequence[tuple[str | None, str | None]]
) -> list[bool]:
    bcus, boroughs = zip(*places, strict=True)
    return person.within(needed, bcus, boroughs)

"""Who gets posted, by groups that officers declared themselves: looked at after the optimum only.

The file is read when postings stand; nothing here can change them. Only sums leave, and none of
fewer than five officers, nor one that gives such a sum away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rightplace.app.surge.result import GroupShare
from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

ATTRIBUTES = (
    "sex",
    "age_band",
    "ethnicity",
    "disability",
    "religion",
    "sexual_orientation",
    "part_time",
    "carer",
)
NOT_STATED = "not stated"
_COLUMNS = {"officer_id": True, **dict.fromkeys(ATTRIBUTES, False)}
GROUP_MEANINGS = {
    "officer_id": "As in the officers file.",
    **dict.fromkeys(ATTRIBUTES, "As the officer declared it; blank for not stated."),
}
_REFUSAL = "The equality check knows these attributes."


def read_groups(path: Path, *, officer_ids: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return the group of each officer by attribute, from a CSV file.

    Parameters
    ----------
    path
        The file: officer_id and some of ``ATTRIBUTES``.
    officer_ids
        Who is listed.

    Raises
    ------
    BadInputError
        If it holds no attribute; an officer who is not listed, or twice, is a fault too.
    """
    from rightplace.deploy.surge.table_rows import TableRow, read_rows

    known = set(officer_ids)
    seen: dict[str, int] = {}

    def parsed(row: TableRow) -> tuple[str, dict[str, str]]:
        officer = row.text("officer_id")
        if officer not in known:
            row.fault("officer_id", "is not in the officers file", "Correct it, or drop the row.")
        if seen.setdefault(officer, row.number) != row.number:
            row.fault("officer_id", f"stands in row {seen[officer]} too", "Keep one of the rows.")
        return officer, {name: row.free(name) for name in ATTRIBUTES}

    rows = read_rows(path, _COLUMNS, parsed, refusal=_REFUSAL)
    held = [name for name in ATTRIBUTES if any(values[name] for _, values in rows)]
    if not held:
        msg = "The file declares no group."
        raise BadInputError(msg, file=path, remedy=f"Give one of {', '.join(ATTRIBUTES)}.")
    by_officer = dict(rows)
    return {
        name: {each: by_officer.get(each, {}).get(name) or NOT_STATED for each in officer_ids}
        for name in held
    }


def group_shares(
    groups: Mapping[str, Mapping[str, str]], *, listed: Sequence[str], posted: Sequence[str]
) -> tuple[GroupShare, ...]:
    """Return who was listed and posted by group, with figures of fewer than five withheld.

    A group is shown where five or more of it are posted and five or more are not; and of what is
    withheld, so much that nothing small is found by taking the shown from the whole.

    Parameters
    ----------
    groups
        Group of each officer, by attribute.
    listed
        Officers who could be posted.
    posted
        Officers who were.
    """
    return tuple(
        share
        for attribute, group_of in groups.items()
        for share in _shares(attribute, group_of, listed=listed, posted=set(posted))
    )


def _shares(
    attribute: str, group_of: Mapping[str, str], *, listed: Sequence[str], posted: set[str]
) -> list[GroupShare]:
    from rightplace.evaluate.disclosure import Roll, shown

    number = {officer: index for index, officer in enumerate(listed)}
    roll = Roll({index: frozenset({index}) for index in number.values()})
    names = sorted({group_of[officer] for officer in listed})
    inside: dict[str, frozenset[int]] = {}
    outside: dict[str, frozenset[int]] = {}
    for name in names:
        mine = [officer for officer in listed if group_of[officer] == name]
        inside[name] = frozenset(number[each] for each in mine if each in posted)
        outside[name] = frozenset(number[each] for each in mine if each not in posted)
    may_inside, may_outside = shown(inside, roll), shown(outside, roll)
    may = may_inside & may_outside
    n_posted = sum(len(each) for each in inside.values())
    found = []
    for name in names:
        here, all_here = len(inside[name]), len(inside[name]) + len(outside[name])
        is_shown = name in may
        found.append(
            GroupShare(
                attribute=attribute,
                group=name,
                listed=all_here if is_shown else None,
                posted=here if is_shown else None,
                share_of_listed=all_here / len(listed) if is_shown else None,
                share_of_posted=here / n_posted if is_shown and n_posted else None,
            )
        )
    return found

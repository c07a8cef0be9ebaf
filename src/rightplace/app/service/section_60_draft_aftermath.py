"""Use case: what might follow nearby, shown once the grounds are written, and never one of them.

NEEDS C2: the surface may not be attached as a ground or evidence, is shown after the grounds, gives
a ratio with its interval, and says how little of all violence is triggered by other violence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.app.aftermath.words import ALWAYS, ratio_words
from rightplace.app.service.section_60_draft import PURPOSE, viewed_draft
from rightplace.errors import (
    BadInputError,
    NotHeldError,
    RefusedError,
    UnsupportedByDataError,
    UsageError,
)

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.app.aftermath.result import AftermathResult, BandTotal
    from rightplace.app.aftermath.use_case import TypedIncident
    from rightplace.app.service.data_page import HeldData
    from rightplace.app.service.person import Person
    from rightplace.app.service.section_60_draft import Draft
    from rightplace.app.service.shelf import Shelf

LITTLE = (
    "Little violence is triggered by other violence: in the fit to Toronto's records, 1 to 2 in "
    "100 incidents. Most of what comes next comes where it always comes."
)
NO_WORKSPACE = (
    "This service has published runs alone and no workspace beside it, so no learned parameters "
    "are held here. Nothing is shown instead of them."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ring:
    """Ground at one distance.

    Parameters
    ----------
    distance
        In words.
    ordinary, expected
        What is expected ordinarily, and after the incident, over 72 hours.
    ratio
        Of the two with its 95 % interval.
    finding
        ``raised risk``, ``less than ordinary`` or ``no evidence of raised risk``.
    """

    distance: str
    ordinary: str
    expected: str
    ratio: str
    finding: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AftermathPage:
    """The page of what might follow.

    Parameters
    ----------
    draft
        Whose; its grounds are written.
    classes
        Kinds of incident that can be typed in.
    verdict
        The result in a sentence or two; empty before an incident is typed in.
    rings
        Distance by distance, then all together.
    incident
        What was typed in as it was understood.
    notes
        What must be known beside the numbers.
    not_held
        Why there is no result; empty where there is one or none was asked for.
    fault
        Field that is wrong, and what is wrong with it.
    """

    draft: Draft
    classes: tuple[tuple[str, str], ...]
    verdict: str = ""
    rings: tuple[Ring, ...] = ()
    incident: str = ""
    notes: tuple[str, ...] = ()
    not_held: str = ""
    fault: tuple[str, str] = ("", "")
    not_a_ground: str = ALWAYS
    little: str = LITTLE


def read_aftermath(
    shelf: Shelf,
    reference: str,
    *,
    person: Person,
    typed: TypedIncident | None,
    held: HeldData | None,
    at: datetime,
) -> AftermathPage:
    """Return what might follow an incident, to somebody who has written the grounds.

    Parameters
    ----------
    shelf
        Where the draft is kept.
    reference
        Of the draft.
    person
        Who looks; may draft there.
    typed
        The incident; None before one is typed in.
    held
        What the workspace holds; None where there is none.
    at
        The time now.
    """
    from rightplace.records.audit.transaction import transaction

    with transaction(shelf.database, person.actor, purpose=PURPOSE, at=at) as tx:
        draft = viewed_draft(tx, reference, person=person)
    check_written(draft)
    blank = AftermathPage(draft=draft, classes=_classes())
    if held is None:
        return _with(blank, not_held=NO_WORKSPACE)
    return blank if typed is None else _reckoned(blank, typed, held)


def check_written(draft: Draft) -> None:
    """Check that the grounds are written, so that nothing seen here can shape them.

    Raises
    ------
    RefusedError
        If a limb is missing.
    """
    if not draft.answers.are_grounds_written:
        msg = "What might follow nearby is shown once the grounds are written, and not before."
        remedy = "Write every limb of each ground first: it can be no ground and no evidence."
        raise RefusedError(msg, value=draft.reference, remedy=remedy)


def _reckoned(blank: AftermathPage, typed: TypedIncident, held: HeldData) -> AftermathPage:
    from rightplace.app.aftermath.use_case import aftermath

    try:
        answer = aftermath(held.workspace, typed)
    except (NotHeldError, UnsupportedByDataError) as error:
        return _with(blank, not_held=_said(error.fault.message, error.fault.remedy))
    except (UsageError, BadInputError) as error:
        wrong = "time" if error.fault.value == typed.time else "place"
        return _with(blank, fault=(wrong, _said(error.fault.message, error.fault.remedy)))
    notes = (*answer.result.notes, *(each.message for each in answer.warnings))
    return _with(blank, result=answer.result, notes=notes)


def _with(
    blank: AftermathPage,
    *,
    result: AftermathResult | None = None,
    notes: tuple[str, ...] = (),
    not_held: str = "",
    fault: tuple[str, str] = ("", ""),
) -> AftermathPage:
    """Return a page with what came of it."""
    named = "" if result is None else _incident(result)
    return AftermathPage(
        draft=blank.draft,
        classes=blank.classes,
        verdict="" if result is None else result.verdict,
        rings=() if result is None else tuple(_ring(each) for each in result.totals),
        incident=named,
        notes=notes,
        not_held=not_held,
        fault=fault,
    )


def _incident(result: AftermathResult) -> str:
    said = result.initiating
    return f"{said.class_name} in {said.cell_name}, {said.time}"


def _ring(total: BandTotal) -> Ring:
    ratio, ends = ratio_words(total.ratio, total.lo95, total.hi95)
    return Ring(
        distance=total.distance,
        ordinary=total.ordinary_words,
        expected=total.expected_words,
        ratio=f"{ratio} ({ends})",
        finding=total.finding,
    )


def _classes() -> tuple[tuple[str, str], ...]:
    from rightplace.crime.offences import offence_classes

    return tuple(
        (slug, each.name) for slug, each in offence_classes().items() if each.default_demand
    )


def _said(message: str, remedy: str | None) -> str:
    return f"{message} {remedy or ''}".strip()

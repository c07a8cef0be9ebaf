"""Use cases: what came of an authorisation inside the force, and what of it the public sees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.app.service.section_60_held import (
    Held,
    as_officer,
    check_not_panel,
    may,
    view_held,
)
from rightplace.app.service.section_60_live import WORDS
from rightplace.app.service.section_60_violence import violence_of
from rightplace.app.service.section_60_words import GROUNDS, clock_words, review_words
from rightplace.core.time import Clock
from rightplace.errors import RefusedError
from rightplace.powers.section_60.after_use import FEWEST_FOR_A_RATIO, SearchMade, after_use
from rightplace.powers.section_60.authorisation import authorisation_of
from rightplace.powers.section_60.states import State, state_of
from rightplace.records.accounts.roles import Permission

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.app.service.person import Person
    from rightplace.app.service.section_60_violence import ViolenceShown
    from rightplace.app.service.shelf import Shelf
    from rightplace.app.workspace import Workspace
    from rightplace.powers.searches.columns import Ethnicity
    from rightplace.powers.section_60.after_use import AfterUse
    from rightplace.powers.section_60.authorisation import Authorisation
    from rightplace.records.audit.transaction import Reading, Transaction

ZONE = Clock().tzinfo
FEWEST_SHOWN = 5
"""Counts from 1 to below this are hidden outside the force (DOMAIN 2.6.32)."""
HIDDEN = "1 to 4, hidden"
NOT_SAID = "not computable: no record of these searches says whether a weapon was found"
WITHHELD = "hidden, because it or what it leaves over is 1 to 4"
GROUPS_WITHHELD = (
    "Not shown for this authorisation: a group has 1 to 4 searches. The force's quarterly figures "
    "count them."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AfterUsePage:
    """What came of an authorisation, with true counts, for the force's own.

    Parameters
    ----------
    figures
        Each measure with its value or the reason why there is none.
    groups
        Ethnic group, searches by what people said, and by what officers perceived.
    groups_note
        What the groups do not tell.
    review
        What the review says; empty before there is one.
    """

    reference: str
    bcu: str
    state_words: str
    times: str
    figures: tuple[tuple[str, str], ...]
    groups: tuple[tuple[str, int, int], ...]
    groups_note: str
    violence: ViolenceShown
    review: tuple[tuple[str, str], ...]
    may_review: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """What the public sees of an authorisation: no tactics, no small count.

    Parameters
    ----------
    is_published
        Whether it is published, or shown before it is.
    groups
        Searches by ethnic group as people said it; empty where they are withheld.
    """

    reference: str
    bcu: str
    is_published: bool
    streets: str
    rows: tuple[tuple[str, str], ...]
    figures: tuple[tuple[str, str], ...]
    groups: tuple[tuple[str, int], ...]
    groups_note: str
    review: tuple[tuple[str, str], ...]
    may_publish: bool


def read_after_use(
    shelf: Shelf,
    reference: str,
    *,
    person: Person,
    at: datetime,
    workspace: Workspace | None,
) -> AfterUsePage:
    """Return what came of an authorisation; the look is written.

    Parameters
    ----------
    shelf
        Where it and its searches are kept.
    reference
        Which.
    person
        Who looks; the panel sees what is published.
    at
        The time now.
    workspace
        Whose recorded crime tells of violence; None where there is none.
    """
    from rightplace.records.audit.transaction import transaction

    purpose = "Look at what came of a section 60 authorisation."
    with transaction(shelf.database, person.actor, purpose=purpose, at=at) as tx:
        held = view_held(tx, reference, person=person)
        check_not_panel(person, held)
        used = after_use(searches_made(tx, reference))
    view, state = authorisation_of(held.history), state_of(held.history, at)
    officers = dict(used.officer_defined)
    return AfterUsePage(
        reference=reference,
        bcu=held.bcu,
        state_words=WORDS[state],
        times=_times(view),
        figures=_figures(used, view),
        groups=tuple((_said(group), n, officers[group]) for group, n in used.self_defined),
        groups_note=_groups_note(used),
        violence=violence_of(workspace, view, at=at),
        review=() if view.reviewed is None else review_words(view.reviewed),
        may_review=state in {State.ENDED, State.REVOKED}
        and may(person, Permission.REVIEW_SECTION_60, held),
    )


def searches_made(quiet: Reading, reference: str) -> list[SearchMade]:
    """Return the searches that name an authorisation, each as its newest entry stands.

    Parameters
    ----------
    quiet
        A look, or the transaction in which counts of them are shown.
    reference
        Of the authorisation.
    """
    from rightplace.records.searches.log import searches_of_authorisation

    return [
        SearchMade(
            weapon_found=each.facts.weapon_found,
            weapons=each.facts.weapons,
            outcome=each.facts.outcome,
            age=each.facts.age,
            self_defined=each.facts.self_defined,
            officer_defined=each.facts.officer_defined,
            safeguarded=bool(each.facts.safeguarding.strip()),
        )
        for each in searches_of_authorisation(quiet, reference)
    ]


def _said(group: Ethnicity) -> str:
    return group.value.capitalize()


def _times(view: Authorisation) -> str:
    if view.runs_from is None or view.end is None:
        return "no period"
    return f"{clock_words(view.runs_from, ZONE)} to {clock_words(view.end, ZONE)}"


def _figures(used: AfterUse, view: Authorisation) -> tuple[tuple[str, str], ...]:
    found = used.weapon_yield
    if not used.searches:
        yielded = "not computable: no search under it is recorded"
    elif found is None:
        yielded = NOT_SAID
    else:
        yielded = (
            f"{found.found:,} of {found.known:,} searches, {found.share:.1%} "
            f"({found.lo95:.1%} to {found.hi95:.1%}); of {used.weapon_unknown:,} it is not recorded"
        )
    children = (
        f"{used.children:,}; safeguarding is recorded for {used.children_safeguarded:,} of them; "
        f"of {used.age_unknown:,} searches the age is not recorded"
    )
    complaints = "not reviewed yet" if view.reviewed is None else view.reviewed.complaints
    return (
        ("Searches recorded under it", f"{used.searches:,}"),
        ("Searches that found a weapon, with 95 % interval", yielded),
        ("Weapons found", _known(used.weapons, used)),
        ("Arrests in searches that found a weapon", _known(used.weapon_arrests, used)),
        ("Searches of people under 18", children),
        ("Complaints", complaints),
    )


def _known(count: int | None, used: AfterUse) -> str:
    if count is None:
        return "none searched" if not used.searches else NOT_SAID
    return f"{count:,}"


def _groups_note(used: AfterUse) -> str:
    if not used.allows_ratios:
        return (
            f"Counts only: under {FEWEST_FOR_A_RATIO} searches no rates are compared. The force's "
            "annual ratio, with its interval, stands in the quarterly pack."
        )
    return (
        "Counts only. Who was in the locality is not known, so no ratio is reckoned for one "
        "authorisation; the force's annual ratio stands in the quarterly pack."
    )


def read_publication(shelf: Shelf, reference: str, *, person: Person, at: datetime) -> Publication:
    """Return what the public sees of an authorisation; the look is written.

    Parameters
    ----------
    shelf, reference, person, at
        As in ``read_after_use``; before it is published it is for those who may see all of it.

    Raises
    ------
    RefusedError
        If it is not reviewed yet.
    """
    from rightplace.records.audit.transaction import transaction

    purpose = "Look at what the public sees of a section 60 authorisation."
    with transaction(shelf.database, person.actor, purpose=purpose, at=at) as tx:
        held = view_held(tx, reference, person=person)
        state = state_of(held.history, at)
        if state not in {State.REVIEWED, State.PUBLISHED}:
            msg = f"{reference} is not reviewed yet, so nothing of it is published."
            raise RefusedError(msg, value=reference, remedy="Review it first.")
        return publication_of(tx, held, state, person=person)


def publication_of(tx: Transaction, held: Held, state: State, *, person: Person) -> Publication:
    """Return what the public sees of an authorisation that is reviewed.

    Parameters
    ----------
    tx
        The transaction in which it is shown.
    held, state
        Which, and how it stands.
    person
        Who looks.
    """
    view = authorisation_of(held.history)
    used = after_use(searches_made(tx, held.reference))
    shown = _shown_groups(used)
    return Publication(
        reference=held.reference,
        bcu=held.bcu,
        is_published=state is State.PUBLISHED,
        streets="" if view.locality is None else view.locality.words,
        rows=_public_rows(view),
        figures=_public_figures(used),
        groups=shown,
        groups_note="" if shown else GROUPS_WITHHELD,
        review=_public_review(view),
        may_publish=state is State.REVIEWED
        and may(as_officer(person), Permission.PUBLISH_SECTION_60, held),
    )


def _public_rows(view: Authorisation) -> tuple[tuple[str, str], ...]:
    grounds = "; ".join(f"({each}) {GROUNDS[each].lower()}" for each in view.grounds)
    told = view.told[-1] if view.told else None
    return (
        ("When", _times(view)),
        ("Grounds, by kind", grounds or "none stated"),
        ("Extended", "yes" if view.in_time else "no"),
        ("Ended early", "yes" if view.ended_early is not None else "no"),
        ("Given by", "no rank recorded" if _rank(view) is None else f"an officer: {_rank(view)}"),
        ("The public was told", "not recorded" if told is None else "yes" if told.told else "no"),
    )


def _rank(view: Authorisation) -> str | None:
    return None if view.given is None or view.given.by.rank is None else view.given.by.rank.value


def is_small(count: int) -> bool:
    """Whether a count is hidden outside the force."""
    return 0 < count < FEWEST_SHOWN


def _public_figures(used: AfterUse) -> tuple[tuple[str, str], ...]:
    total = used.searches
    found = used.weapon_yield
    finds, arrests = found.found if found else None, used.weapon_arrests
    between = finds is not None and arrests is not None and is_small(finds - arrests)
    return (
        ("Searches", HIDDEN if is_small(total) else f"{total:,}"),
        ("Searches that found a weapon", _part(finds, total)),
        (
            "Arrests in searches that found a weapon",
            WITHHELD if between else _part(arrests, total),
        ),
        ("Searches of people under 18", _part(used.children, total)),
    )


def _part(count: int | None, total: int) -> str:
    """Return a part of a total; hidden where it, or what it leaves over, is small."""
    if not total:
        return "none"
    if count is None:
        return "not known: the records do not say"
    if is_small(total) or is_small(count) or is_small(total - count):
        return WITHHELD
    return f"{count:,}"


def _shown_groups(used: AfterUse) -> tuple[tuple[str, int], ...]:
    """Return the groups, or none of them where one is small: the others would tell it."""
    if any(is_small(n) for _, n in used.self_defined) or is_small(used.searches):
        return ()
    return tuple((_said(group), n) for group, n in used.self_defined)


def _public_review(view: Authorisation) -> tuple[tuple[str, str], ...]:
    """Return what the review says to the public: outcome, learning and explanation.

    What was found and complained of is told in counts alone: its words may tell small ones.
    """
    said = view.reviewed
    if said is None:
        return ()
    return (
        ("Did the feared violence come?", said.violence),
        ("What the community was told, and said", said.feedback),
        ("What is decided for next time", said.learning),
        ("How the force explains the searches by ethnic group", said.explanation),
    )

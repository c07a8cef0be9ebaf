"""Use case: the written authority as PDF, filled in from a draft or blank for an outage."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.app.service.section_60_draft import FORCES
from rightplace.app.service.section_60_draft_words import moment_in_words, period_in_words
from rightplace.app.service.section_60_held import check_not_panel, view_held
from rightplace.app.service.section_60_outline import outline_of
from rightplace.app.service.section_60_words import GROUNDS, IMPACT, officer_words
from rightplace.app.service.section_60_words import LIMBS as LIMB_WORDS
from rightplace.briefing.section_60.form import AuthorityForm, FormField, FormSection
from rightplace.powers.section_60.authorisation import authorisation_of
from rightplace.powers.section_60.grounds import LIMBS, Ground, ImpactPart, Limb

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from rightplace.app.service.person import Person
    from rightplace.app.service.section_60_held import Held
    from rightplace.app.service.shelf import Shelf
    from rightplace.powers.section_60.authorisation import Authorisation
    from rightplace.powers.section_60.history import LimbStated, LocalityChosen

DRAFT = "DRAFT. It authorises nothing until an officer of the rank the law asks for signs it."
BLANK = (
    "Paper form, for when the service cannot be reached. Enter it as soon as it can: times given "
    "and signed as they were."
)
_SIDE = 320


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperWanted:
    """What each sheet is marked with.

    Parameters
    ----------
    marking
        Protective marking.
    is_synthetic
        Whether the service works on invented data.
    """

    marking: str
    is_synthetic: bool


def blank_form(*, marking: str) -> bytes:
    """Return the paper form, every field to be written by hand.

    Parameters
    ----------
    marking
        Protective marking.
    """
    from rightplace.briefing.section_60.pdf import form_pdf

    nothing = authorisation_of(())
    sections = authority_sections(nothing, force="", bcu="")
    return form_pdf(AuthorityForm(marking=marking, state=BLANK, sections=sections))


def draft_form(
    shelf: Shelf, reference: str, *, person: Person, at: datetime, paper: PaperWanted
) -> bytes:
    """Return the written authority of a draft; that it was taken away is in the audit chain.

    Parameters
    ----------
    shelf
        Where it is kept.
    reference
        Which.
    person
        Who prints it; may see it there. The panel sees what is published, and no grounds.
    at
        The time now.
    paper
        What each sheet is marked with.
    """
    from rightplace.briefing.section_60.pdf import form_pdf
    from rightplace.records.audit.transaction import transaction

    purpose = "Print the written authority of section 60."
    with transaction(shelf.database, person.actor, purpose=purpose, at=at) as tx:
        held = view_held(tx, reference, person=person)
        check_not_panel(person, held)
    return form_pdf(_form(held, person=person, at=at, paper=paper))


def _form(held: Held, *, person: Person, at: datetime, paper: PaperWanted) -> AuthorityForm:
    view, first = authorisation_of(held.history), held.drafted
    drawing = "" if view.locality is None else _drawing(view.locality)
    signed = "" if view.given is None else f"Given {moment_in_words(view.given.at)}."
    return AuthorityForm(
        marking=paper.marking,
        is_synthetic=paper.is_synthetic,
        reference=held.reference,
        copy_number=secrets.token_hex(2).upper(),
        state=signed or DRAFT,
        printed=f"Printed by {person.actor.name}, {moment_in_words(at)}.",
        sections=authority_sections(
            view, force=FORCES.get(first.force, first.force), bcu=first.bcu
        ),
        map_svg=drawing,
        map_words="Outline of the locality, north up, with a scale bar.",
    )


def authority_sections(view: Authorisation, *, force: str, bcu: str) -> tuple[FormSection, ...]:
    """Return what the written authority asks and, where it is known, what was answered.

    Parameters
    ----------
    view
        What the authorisation says; of an empty history for a blank form.
    force, bcu
        In words; empty on a blank form.
    """
    return (
        FormSection(
            title="1. Force",
            fields=(_half("Force", force), _half("BCU", bcu)),
        ),
        *_grounds(view),
        _locality(view),
        _period(view),
        _considered(view),
        _impact(view),
        _briefing(view),
        _signature(view),
        _afterwards(view),
    )


def _half(label: str, value: str = "") -> FormField:
    return FormField(label=label, value=value, is_half=True)


def _grounds(view: Authorisation) -> Iterator[FormSection]:
    """Yield a section for each ground that is stated; all of them where none is."""
    for ground in view.grounds or tuple(Ground):
        fields = [field for limb in LIMBS[ground] for field in _limb(view, ground, limb)]
        if ground is Ground.AFTER_INCIDENT:
            named = view.incident
            fields += [
                _half("Reference of the incident", "" if named is None else named.incident),
                _half("Weapon that is sought", "" if named is None else named.weapon),
            ]
        yield FormSection(
            title=f"2. Ground ({ground}): {GROUNDS[ground].lower()}",
            words="Every limb is needed, each with a fact and its source. A forecast, a plan or a "
            "list of places is no ground.",
            fields=tuple(fields),
        )


def _limb(view: Authorisation, ground: Ground, limb: Limb) -> Iterator[FormField]:
    stated: LimbStated | None = view.limb(ground, limb)
    label = LIMB_WORDS[limb]
    if stated is None:
        yield FormField(label=f"{label}: the fact", lines=3)
        yield _half("Source reference and 3x5x2 grade")
        yield _half("When it was learnt")
        yield FormField(label="Why here, and why this long", lines=2)
        return
    yield FormField(label=f"{label}: the fact", value=stated.fact)
    yield _half("Source reference and 3x5x2 grade", f"{stated.source} ({stated.grade})")
    yield _half("When it was learnt", moment_in_words(stated.learnt_at))
    yield FormField(label="Why here", value=stated.why_here)
    yield FormField(label="Why this long", value=stated.why_this_long)


def _locality(view: Authorisation) -> FormSection:
    chosen = view.locality
    people = None if chosen is None else chosen.residents
    size = "" if chosen is None else f"{chosen.area_km2:.2f} km²"
    held = (
        ""
        if chosen is None
        else "residents not held"
        if people is None
        else f"{people:,} residents"
    )
    return FormSection(
        title="3. Locality",
        words="Streets that bound it. No wider than is believed necessary.",
        fields=(
            FormField(label="Where", value="" if chosen is None else chosen.words, lines=4),
            _half("Ground and residents", f"{size}, {held}" if chosen is not None else ""),
            _half("Boroughs", "" if chosen is None else ", ".join(chosen.boroughs)),
        ),
    )


def _period(view: Authorisation) -> FormSection:
    words = None if view.period is None else period_in_words(view.period)
    return FormSection(
        title="4. Period",
        words="Elapsed hours count. No longer than is believed necessary.",
        fields=(
            _half("Starts (day, time)", "" if words is None else words.starts),
            _half("Ends (day, time)", "" if words is None else words.ends),
            *((FormField(label="Hours", value=words.hours),) if words is not None else ()),
        ),
    )


def _considered(view: Authorisation) -> FormSection:
    noted = view.other_powers
    said = "" if noted is None else noted.words
    reasons = tuple(
        FormField(label=f"Reason given: {each.gate.replace('-', ' ')}", value=each.reason)
        for each in view.reasons
    )
    field = FormField(label="Which, and why they do not do", value=said, lines=3)
    return FormSection(title="5. Other powers considered", fields=(field, *reasons))


def _impact(view: Authorisation) -> FormSection:
    fields = []
    for part in ImpactPart:
        lines = [each for each in view.impact if each.part is part]
        said = "; ".join(f"{each.who}: {each.words}" if each.who else each.words for each in lines)
        fields.append(FormField(label=IMPACT[part], value=said, lines=2))
    return FormSection(
        title="6. Community impact assessment",
        words="Opened before or at the start; added to while it runs; closed after. By office.",
        fields=tuple(fields),
    )


def _briefing(view: Authorisation) -> FormSection:
    noted = view.briefings[-1] if view.briefings else None
    return FormSection(
        title="7. Briefing given to officers",
        fields=(
            FormField(label="Content", value="" if noted is None else noted.words, lines=3),
            FormField(
                label="Body-worn video", value="" if noted is None else noted.body_worn_video
            ),
            FormField(label="People under 18", value="" if noted is None else noted.under_18),
        ),
    )


def _signature(view: Authorisation) -> FormSection:
    given = view.given
    who = "" if given is None else officer_words(given.by)
    signed = None if given is None else given.signed_at
    given_at = "" if given is None else moment_in_words(given.at)
    signed_at = "" if signed is None else moment_in_words(signed)
    return FormSection(
        title="8. Authorising officer",
        words="I reasonably believe the grounds above. Only ground (aa) may be given orally, where "
        "writing is not practicable, and is written down as soon as it is.",
        fields=(
            FormField(label="Name, rank (substantive, temporary or acting), number", value=who),
            _half("Given, or spoken (day, time)", given_at),
            _half("Signed, or written (day, time)", signed_at),
            FormField(label="Signature", lines=2),
            FormField(label="Refused, with the reason", lines=1),
        ),
    )


def _afterwards(view: Authorisation) -> FormSection:
    told = view.informed[-1] if view.informed else None
    longer = view.extensions[-1] if view.extensions else None
    ended = view.revoked
    return FormSection(
        title="9. Superintendent, extension, revocation",
        words="A superintendent or above is informed as soon as practicable. An extension names "
        "offences committed or reasonably suspected; fresh fear alone is not the test.",
        fields=(
            _half(
                "Superintendent informed: name, number",
                "" if told is None else officer_words(told.whom),
            ),
            _half("When", "" if told is None else moment_in_words(told.at)),
            _half(
                "Extended until (day, time)",
                "" if longer is None else moment_in_words(longer.until),
            ),
            _half(
                "Offences relied on, by reference",
                "" if longer is None else ", ".join(longer.offences),
            ),
            FormField(
                label="Name, rank, number and signature of who extends it",
                value="" if longer is None else officer_words(longer.by),
                lines=2,
            ),
            _half("Revoked (day, time)", "" if ended is None else moment_in_words(ended.at)),
            _half(
                "Why, and by whom",
                "" if ended is None else f"{ended.reason} ({officer_words(ended.by)})",
            ),
            _half("Entered in the service (day, time)"),
            _half("By whom"),
        ),
    )


def _drawing(chosen: LocalityChosen) -> str:
    """Return the outline of a locality as SVG, or nothing where it cannot be read."""
    drawn = outline_of(chosen.outline)
    if drawn is None:
        return ""
    bar = f"M20 312h{drawn.scale}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_SIDE} {_SIDE + 20}">'
        f'<path d="{drawn.path}" fill="#dddddd" fill-rule="evenodd" stroke="#000000" '
        f'stroke-width="2"/><path d="{bar}" stroke="#000000" stroke-width="3"/>'
        f'<text x="20" y="332" font-family="Atkinson Hyperlegible" font-size="13">'
        f"{drawn.scale_words}, north up</text></svg>"
    )

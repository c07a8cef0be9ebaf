"""Acts on a section 60 authorisation as their pages ask for them: one question, its fields."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from rightplace.app.service.section_60_words import IMPACT
from rightplace.powers.ranks import Rank, RankKind
from rightplace.records.accounts.roles import Permission


class Act(StrEnum):
    """What may be done with an authorisation once it is drafted."""

    SIGN = "sign"
    REFUSE = "refuse"
    REASON = "reason"
    LATE_ENTRY = "late-entry"
    WRITE_DOWN = "write-down"
    INFORM = "inform"
    TELL = "tell"
    NECESSITY = "necessity"
    EXTEND = "extend"
    LATE_EXTENSION = "late-extension"
    HAND_OVER = "hand-over"
    REVOKE = "revoke"
    NOTE = "note"
    REVIEW = "review"
    PUBLISH = "publish"


class Kind(StrEnum):
    """How a field is filled in."""

    LINE = "line"
    WORDS = "words"
    CHOICE = "choice"
    MOMENT = "moment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a form.

    Parameters
    ----------
    name
        As it is sent.
    kind
        How it is filled in.
    label, hint
        What stands above it.
    options
        Values and words of a choice; ``("", "choose")`` is put before them.
    """

    name: str
    kind: Kind
    label: str
    hint: str = ""
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ActPage:
    """The page of an act, before anything of one authorisation is on it.

    Parameters
    ----------
    question
        Its heading.
    offer
        What the authorisation's own page calls it.
    law
        What it rests on, in our words.
    button
        What the one button says.
    permission
        What a role must grant; the rank is asked apart.
    fields
        What is asked, in order.
    """

    question: str
    offer: str
    law: str
    button: str
    permission: Permission
    fields: tuple[Field, ...] = ()


P: Final = Permission
RANKS = tuple((rank.value, rank.value.capitalize()) for rank in Rank)
KINDS = tuple((kind.value, kind.value.capitalize()) for kind in RankKind)
YES_NO = (("yes", "Yes"), ("no", "No"))
NUMBER = Field(
    name="number",
    kind=Kind.LINE,
    label="Your number",
    hint="Warrant or collar number, as on the written authority.",
)


def _words(name: str, label: str, hint: str = "") -> Field:
    return Field(name=name, kind=Kind.WORDS, label=label, hint=hint)


def _line(name: str, label: str, hint: str = "") -> Field:
    return Field(name=name, kind=Kind.LINE, label=label, hint=hint)


def _choice(name: str, label: str, options: tuple[tuple[str, str], ...], hint: str = "") -> Field:
    return Field(name=name, kind=Kind.CHOICE, label=label, hint=hint, options=options)


def _moment(name: str, label: str, hint: str = "") -> Field:
    return Field(name=name, kind=Kind.MOMENT, label=label, hint=hint)


def _person(prefix: str, who: str) -> tuple[Field, ...]:
    return (
        _line(f"{prefix}_name", f"Name of {who}"),
        _line(f"{prefix}_number", "Their number", "Warrant or collar number."),
        _choice(f"{prefix}_rank", "Their rank at that moment", RANKS),
        _choice(f"{prefix}_kind", "How they held it", KINDS),
    )


HOW_GIVEN = _choice(
    "form", "How it was given", (("oral", "Orally"), ("paper", "In writing, on paper"))
)
AS_TYPED = "Published word for word as typed: name nobody, and no count of 1 to 4."
"""What is said beside each answer of a review that the public reads."""


PAGES: dict[Act, ActPage] = {
    Act.SIGN: ActPage(
        question="Do you authorise it?",
        offer="Authorise and sign",
        law=(
            "Section 60(1) and (9): an officer of the rank who reasonably believes the ground "
            "authorises in writing, signs, and states grounds, locality and period. This page "
            "finds formal defects; the belief is yours."
        ),
        button="Sign this authorisation",
        permission=P.AUTHORISE_SECTION_60,
        fields=(NUMBER,),
    ),
    Act.REFUSE: ActPage(
        question="Why do you not authorise it?",
        offer="Refuse it",
        law="What is refused stays in the log with its reason. A new draft can be begun.",
        button="Refuse this authorisation",
        permission=P.AUTHORISE_SECTION_60,
        fields=(_words("reason", "Reason", "It is kept with your name and the time."),),
    ),
    Act.REASON: ActPage(
        question="What is the reason?",
        offer="Give a reason that is asked for",
        law=(
            "No rule forbids it outright, and it asks for a reason, which is kept and shown. A new "
            "one soon after the last at the same place asks for a superintendent's."
        ),
        button="Keep this reason",
        permission=P.AUTHORISE_SECTION_60,
        fields=(_choice("gate", "What it is about", ()), _words("reason", "Reason")),
    ),
    Act.LATE_ENTRY: ActPage(
        question="How was it given, when, and by whom?",
        offer="Enter one given orally or on paper",
        law=(
            "What happened is recorded, whatever is wrong with it: its breaches are named beside "
            "it. Only ground (aa) may be given orally, and is written down as soon as practicable "
            "(section 60(9ZA))."
        ),
        button="Enter what was given",
        permission=P.DRAFT_SECTION_60,
        fields=(
            HOW_GIVEN,
            *_person("giver", "the officer who gave it"),
            _moment("given", "When was it given?"),
            _moment("signed", "When was it signed?", "Leave empty where it is not signed yet."),
        ),
    ),
    Act.WRITE_DOWN: ActPage(
        question="Is it now written down and signed?",
        offer="Write it down and sign",
        law=(
            "Section 60(9ZA): what was given orally is recorded in writing as soon as "
            "practicable, with grounds, locality and period, by whoever gave it."
        ),
        button="Sign what was given orally",
        permission=P.AUTHORISE_SECTION_60,
        fields=(NUMBER,),
    ),
    Act.INFORM: ActPage(
        question="Which superintendent was informed?",
        offer="Note that a superintendent was informed",
        law="Section 60(3A): a superintendent or above is informed as soon as practicable.",
        button="Keep who was informed",
        permission=P.DRAFT_SECTION_60,
        fields=(*_person("whom", "who was informed"), _moment("told", "When?")),
    ),
    Act.TELL: ActPage(
        question="Was the public told?",
        offer="Note whether the public was told",
        law=(
            "Code A in force since 20 December 2023 asks for it where operationally beneficial; "
            "its exact words were not read by us."
        ),
        button="Keep what the public was told",
        permission=P.DRAFT_SECTION_60,
        fields=(
            _choice("public_told", "The public was told", YES_NO),
            _words("words", "How, or why not"),
        ),
    ),
    Act.NECESSITY: ActPage(
        question="Is it still needed?",
        offer="Say whether it is still needed",
        law=(
            "It is asked again and again while it is in force. Answering no revokes nothing by "
            "itself: revoke it on its own page. Nothing here extends it."
        ),
        button="Keep this answer",
        permission=P.AUTHORISE_SECTION_60,
        fields=(
            _choice("needed", "The belief still holds", YES_NO),
            _words("words", "Why", "What is known now; what was found; what would end it."),
        ),
    ),
    Act.EXTEND: ActPage(
        question="Should it continue, and because of which offences?",
        offer="Extend it",
        law=(
            "Section 60(3): a superintendent or above may direct it to continue, once, if that is "
            "expedient having regard to offences committed, or reasonably suspected, in connection "
            "with activity falling within it. Fresh fear alone is not the test."
        ),
        button="Direct it to continue",
        permission=P.EXTEND_SECTION_60,
        fields=(
            NUMBER,
            _moment("until", "Until when?"),
            _words("offences", "References of the offences", "One on each line."),
            _words("words", "Why it is expedient, having regard to them"),
        ),
    ),
    Act.LATE_EXTENSION: ActPage(
        question="How was it extended, when, and by whom?",
        offer="Enter an extension given orally or on paper",
        law=(
            "What happened is recorded, whatever is wrong with it: its breaches are named beside "
            "it. An extension that was given after the end changes no end. One given orally is "
            "written down as soon as practicable (section 60(9))."
        ),
        button="Enter the extension",
        permission=P.DRAFT_SECTION_60,
        fields=(
            HOW_GIVEN,
            *_person("giver", "the officer who extended it"),
            _moment("given", "When was it extended?"),
            _moment("signed", "When was it signed?", "Leave empty where it is not signed yet."),
            _moment("until", "Until when?"),
            _words("offences", "References of the offences", "One on each line; none, if none."),
            _words("words", "Why it was found expedient, having regard to them"),
        ),
    ),
    Act.HAND_OVER: ActPage(
        question="Who looks after it from now on?",
        offer="Hand it over",
        law="The oncoming duty officer is asked from then on, beside whoever gave it.",
        button="Hand it over",
        permission=P.AUTHORISE_SECTION_60,
        fields=(
            _choice("to", "Oncoming duty officer", ()),
            _words("words", "What they need to know"),
        ),
    ),
    Act.REVOKE: ActPage(
        question="Why does it end now?",
        offer="Revoke it",
        law="It ends when the belief no longer holds. Searches under it after this are breaches.",
        button="Revoke this authorisation",
        permission=P.AUTHORISE_SECTION_60,
        fields=(_words("reason", "Reason"),),
    ),
    Act.NOTE: ActPage(
        question="What is to be noted of its impact on the community?",
        offer="Note its impact on the community",
        law="The assessment is opened before or at the start, kept up during it, closed after it.",
        button="Keep this note",
        permission=P.DRAFT_SECTION_60,
        fields=(
            _choice("part", "About", tuple((part.value, words) for part, words in IMPACT.items())),
            _words("words", "What was found, said or planned"),
            _line("who", "By office", "Ward panel chair, say; no member of the public by name."),
        ),
    ),
    Act.REVIEW: ActPage(
        question="What came of it?",
        offer="Review it",
        law=(
            "A review within seven days of its end. What the explanation is for: none of the "
            "forces visited by the inspectorates in 2023 could fully explain disparity by ethnic "
            "group. Explain, or reform."
        ),
        button="Keep this review",
        permission=P.REVIEW_SECTION_60,
        fields=(
            _words(
                "violence",
                "Did the feared violence come, inside or outside the locality?",
                AS_TYPED,
            ),
            _words("weapons", "What was found?", "Not published: the public sees counts."),
            _words("complaints", "What was complained of?", "Not published."),
            _words("feedback", "What was the community told, and what did it say?", AS_TYPED),
            _words("learning", "What is decided for next time?", AS_TYPED),
            _words(
                "explanation",
                "How does the force explain the searches by ethnic group?",
                f"Must be filled in, also where few were searched. {AS_TYPED}",
            ),
        ),
    ),
    Act.PUBLISH: ActPage(
        question="May this be published?",
        offer="Publish the review",
        law=(
            "Published are the words of the locality, times, grounds by kind, counts of which 1 "
            "to 4 are hidden, and four answers of the review word for word as they were typed: no "
            "page hides a name or a small count in them. Read what the public sees first."
        ),
        button="Publish the review",
        permission=P.PUBLISH_SECTION_60,
    ),
}
"""Every act with its page. What law says is in our words; the tables of the law have the source."""

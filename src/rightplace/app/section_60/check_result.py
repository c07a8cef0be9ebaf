"""What ``section60 check`` answers: breaches by authorisation, and what asks for a reason."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedAuthorisation:
    """One authorisation that was checked.

    Parameters
    ----------
    reference, force
        As the file names them.
    starts, ends
        As things turned out: extended or revoked; UTC.
    regimes
        Sets of rules in force on its start.
    searches
        How many searches the file lists under it.
    """

    reference: str
    force: str
    starts: str
    ends: str
    regimes: tuple[str, ...]
    searches: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BreachFound:
    """Something that was done otherwise than a rule asks.

    Parameters
    ----------
    authorisation
        Reference.
    provision, finding
        The rule, and what was found beside what it asks.
    layer
        statute, code, scheme, policy (the force's own) or service (asked by a full record alone).
    owner
        Who decides on it.
    verified
        Whether the text of the rule was read.
    search
        Reference of the search, for a breach of a search.
    """

    authorisation: str
    provision: str
    finding: str
    layer: str
    owner: str
    verified: bool
    search: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionFound:
    """Something that may be lawful and asks for a reason.

    Parameters
    ----------
    gate
        Which question.
    words
        What was found.
    reason
        The reason that the file gives, or null.
    """

    authorisation: str
    gate: str
    words: str
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """Breaches of what happened; nothing is mended, and none found does not mean lawful.

    Parameters
    ----------
    path
        The file.
    authorisations
        Those checked.
    breaches
        Most basic first, authorisation after authorisation.
    questions
        What asks for a reason, in the same order.
    not_judged
        What no check of form can tell.
    """

    path: str
    authorisations: tuple[CheckedAuthorisation, ...]
    breaches: tuple[BreachFound, ...]
    questions: tuple[QuestionFound, ...]
    not_judged: str

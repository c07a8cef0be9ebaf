"""Use case of programs: how a published number came about."""

from dataclasses import dataclass
from datetime import datetime

from rightplace.app.service.person import Person
from rightplace.app.service.shelf import Shelf


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedValue:
    """One fact or setting, in words."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InputOfRun:
    """One file that went into a run, with its release and the digest of its bytes."""

    source: str
    release: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotInWords:
    """What is expected of a place in one slot, in words."""

    slot: str
    count: str
    harm: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """How a run, or a place of a forecast, came about.

    Parameters
    ----------
    place_words, slots
        Of one place; empty for a whole run.
    """

    id: str
    kind: str
    is_synthetic: bool
    as_of: str
    facts: tuple[NamedValue, ...]
    inputs: tuple[InputOfRun, ...]
    settings: tuple[NamedValue, ...]
    place_words: str
    slots: tuple[SlotInWords, ...]


def explanation(shelf: Shelf, item: str, *, person: Person, at: datetime) -> Explanation:
    """Return how something published came about, as its page tells it.

    Parameters
    ----------
    shelf
        Where it is published.
    item
        A forecast or plan, or a place of a forecast as ``f-...:CELL``.
    person
        Who asks: a place must be theirs.
    at
        The time now.
    """
    from rightplace.app.service.explain_page import explain_published

    page = explain_published(shelf, item, person=person, at=at)
    return Explanation(
        id=page.id,
        kind=page.kind,
        is_synthetic=page.is_synthetic,
        as_of=page.as_of,
        facts=tuple(NamedValue(name=name, value=value) for name, value in page.facts),
        inputs=tuple(
            InputOfRun(source=source, release=release, sha256=digest)
            for source, release, digest in page.inputs
        ),
        settings=tuple(NamedValue(name=name, value=value) for name, value in page.settings),
        place_words=page.place_words,
        slots=tuple(
            SlotInWords(slot=slot, count=count, harm=harm) for slot, count, harm in page.place
        ),
    )

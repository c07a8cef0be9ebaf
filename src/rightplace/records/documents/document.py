"""A document as text: front matter in TOML between lines of ``+++``, then Markdown."""

from __future__ import annotations

import tomllib
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from rightplace.core.suggest import did_you_mean
from rightplace.errors import BadInputError
from rightplace.records.documents.kinds import DocumentKind, headings_of
from rightplace.records.documents.sections import blanks_of, is_said, sections_of

FENCE = "+++"
MOST_NAMED = 6
KEYS = ("kind", "subject", "code_version", "dated", "reviewed_by", "review_due", "status")
MOST_CHARACTERS = 200_000
"""Longest document that is kept; a choice of ours: about a hundred pages."""
EXAMPLE = (
    "SYNTHETIC example: made from texts that ship with Rightplace to show what the six documents "
    "are. No force wrote, reviewed or approved it, and it stands behind invented data alone."
)
"""The sentence by which an example is known, whatever its front matter says."""


class Status(StrEnum):
    """How far a document is."""

    DRAFT = "draft"
    APPROVED = "approved"
    SYNTHETIC = "SYNTHETIC"
    """An example for a demo: nobody approved it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One of the six, as it was written.

    Parameters
    ----------
    kind
        Which of the six.
    subject
        The model it is about: a forecast method's name, with all products that rest on it.
    code_version
        Version and digest of the code it was made for, as ``rightplace version`` tells.
    dated, review_due
        Days on which it was reviewed and must be again; None while they are not filled in.
    reviewed_by
        Role or name; empty while it is not filled in.
    status
        How far it is.
    text
        All of it, front matter included.
    """

    kind: DocumentKind
    subject: str
    code_version: str
    dated: date | None
    review_due: date | None
    reviewed_by: str
    status: Status
    text: str

    @property
    def is_synthetic(self) -> bool:
        """Whether it is an example: by its status, or by the sentence that examples carry."""
        return self.status is Status.SYNTHETIC or EXAMPLE in " ".join(self.text.split())

    def faults(self, *, day: date) -> tuple[str, ...]:
        """Return what keeps it from standing on a day, each as the end of a sentence."""
        found = [
            *_dates(self.dated, self.review_due, day=day),
            *(() if self.reviewed_by else ("names nobody who reviewed it",)),
            *(("is a draft",) if self.status is Status.DRAFT else ()),
            *self._unwritten(),
        ]
        marked = EXAMPLE in " ".join(self.text.split())
        if self.status is Status.SYNTHETIC and not marked:
            found.append("does not say that it is a SYNTHETIC example")
        if self.status is Status.APPROVED and marked:
            found.append("is the SYNTHETIC example that ships, marked as approved")
        return tuple(found)

    def _unwritten(self) -> list[str]:
        """Return what is left of its template, or gone from it."""
        sections = sections_of(self.text)
        found = []
        blanks = blanks_of(self.text.partition(f"\n{FENCE}\n")[2])
        if blanks:
            more = f" and {len(blanks) - MOST_NAMED} more" if len(blanks) > MOST_NAMED else ""
            found.append(f"still has blanks to fill in ({', '.join(blanks[:MOST_NAMED])}{more})")
        wanted = headings_of(self.kind)
        missing = [each for each in wanted if each not in sections]
        if missing:
            found.append(f"lacks the section {', '.join(map(repr, missing))}")
        silent = [each for each in wanted if each in sections and not is_said(sections[each])]
        if silent:
            found.append(f"says nothing under {', '.join(map(repr, silent))}")
        return found


def _dates(dated: date | None, review_due: date | None, *, day: date) -> list[str]:
    found = []
    if dated is None:
        found.append("is not dated")
    elif dated > day:
        found.append(f"is dated {dated}, which is still to come")
    if review_due is None:
        found.append("has no day of review")
    elif review_due < day:
        found.append(f"was due for review on {review_due}")
    elif dated is not None and review_due <= dated:
        found.append(f"is due for review on {review_due}, not after its date {dated}")
    return found


def read_document(text: str, *, file: str | None = None) -> Document:
    """Return a document from its text.

    Parameters
    ----------
    text
        As it was written.
    file
        The file that it stands in, for messages.

    Raises
    ------
    BadInputError
        If it has no front matter, or that is not what it should be.
    """
    text = text.replace("\r\n", "\n")
    _check_characters(text, file)
    head = _front_matter(text, file)
    unknown = [key for key in head if key not in KEYS]
    if unknown:
        msg = f"The front matter has the unknown key {unknown[0]!r}."
        raise BadInputError(
            msg, file=file, value=unknown[0], remedy=did_you_mean(unknown[0], list(KEYS))
        )
    return Document(
        kind=DocumentKind(_one_of(head, "kind", tuple(DocumentKind), file)),
        subject=_word(head, "subject", file),
        code_version=_word(head, "code_version", file),
        dated=_day(head, "dated", file),
        review_due=_day(head, "review_due", file),
        reviewed_by=_name(head),
        status=Status(_one_of(head, "status", tuple(Status), file)),
        text=text,
    )


def without_front_matter(text: str) -> str:
    """Return what of a document is for readers: all after its front matter."""
    return text.lstrip("\ufeff\n").partition(f"\n{FENCE}\n")[2]


def _check_characters(text: str, file: str | None) -> None:
    """Check that a text is one.

    Raises
    ------
    BadInputError
        If it is too long, or holds characters that no keyboard writes.
    """
    if len(text) > MOST_CHARACTERS:
        msg = f"The document has {len(text):,} characters; at most {MOST_CHARACTERS:,} are kept."
        raise BadInputError(msg, file=file, remedy="Shorten it.")
    if any(unicodedata.category(each) in {"Cc", "Cs"} and each not in "\n\t" for each in text):
        msg = "The document holds control characters."
        raise BadInputError(msg, file=file, remedy="Write it anew without them.")


def _front_matter(text: str, file: str | None) -> dict[str, Any]:
    """Return what stands between the fences.

    Raises
    ------
    BadInputError
        If there is none, or it is not TOML.
    """
    start, _, rest = text.lstrip("\ufeff\n").partition("\n")
    inner, fence, _ = rest.partition(f"\n{FENCE}\n")
    if start.strip() != FENCE or not fence:
        msg = "The document does not begin with its front matter."
        remedy = f"Begin it with lines of TOML between two lines of {FENCE}."
        raise BadInputError(msg, file=file, remedy=remedy)
    try:
        return tomllib.loads(inner)
    except tomllib.TOMLDecodeError as error:
        msg = f"The front matter is not TOML: {error}."
        raise BadInputError(msg, file=file, remedy="Put texts in quotation marks.") from error


def _word(head: dict[str, Any], key: str, file: str | None) -> str:
    """Return a value that must be there.

    Raises
    ------
    BadInputError
        If it is not.
    """
    value = head.get(key)
    if not isinstance(value, str) or not value.strip():
        msg = f"The front matter says no {key}."
        raise BadInputError(msg, file=file, value=key, remedy=f'Write {key} = "...".')
    return value.strip()


def _one_of(head: dict[str, Any], key: str, known: tuple[StrEnum, ...], file: str | None) -> str:
    """Return a value out of a list.

    Raises
    ------
    BadInputError
        If it is not in it.
    """
    value = _word(head, key, file)
    if value not in known:
        msg = f"{key} is {value!r}."
        remedy = did_you_mean(value, [each.value for each in known])
        raise BadInputError(msg, file=file, value=value, remedy=remedy)
    return value


def _day(head: dict[str, Any], key: str, file: str | None) -> date | None:
    """Return a day; None where it is missing or still a blank.

    Raises
    ------
    BadInputError
        If it is something else.
    """
    value = head.get(key)
    if isinstance(value, str) and (not value.strip() or blanks_of(value)):
        return None
    if isinstance(value, str):
        try:
            return date.fromisoformat(value.strip())
        except ValueError as error:
            msg = f"{key} is {value!r}, which is no day."
            raise BadInputError(msg, file=file, value=value, remedy="Write 2026-05-04.") from error
    if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    msg = f"{key} is {value!r}, which is no day."
    raise BadInputError(msg, file=file, value=value, remedy="Write it as 2026-05-04.")


def _name(head: dict[str, Any]) -> str:
    value = head.get("reviewed_by")
    if not isinstance(value, str) or blanks_of(value):
        return ""
    return value.strip()

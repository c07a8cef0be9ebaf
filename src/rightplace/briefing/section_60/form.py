"""What stands on the written authority: sections of fields, each filled in or left to be written.

Items 47 to 52 of DOMAIN 1.8. A field without a value is drawn as lines to write on, so that the
same sheet serves as the record of a draft and as the paper fall-back.
"""

from __future__ import annotations

from dataclasses import dataclass

from rightplace.briefing.stamp import require_words
from rightplace.errors import BadInputError

MOST_LINES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField:
    """A field of the form.

    Parameters
    ----------
    label
        What is asked.
    value
        What was typed; empty to be written by hand.
    lines
        Lines to write on where there is no value, 1 to 12.
    is_half
        Whether two such fields stand side by side.
    """

    label: str
    value: str = ""
    lines: int = 1
    is_half: bool = False

    def __post_init__(self) -> None:
        """Check that it asks something and has room to write.

        Raises
        ------
        BadInputError
            If it has no label, or not 1 to 12 lines.
        """
        require_words("A field of the form", label=self.label)
        if not 1 <= self.lines <= MOST_LINES:
            msg = f"A field has 1 to {MOST_LINES} lines, not {self.lines}."
            raise BadInputError(msg, value=self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSection:
    """A section of the form: its title, a sentence of what it needs, its fields."""

    title: str
    words: str = ""
    fields: tuple[FormField, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorityForm:
    """The written authority.

    Parameters
    ----------
    marking
        Protective marking.
    reference
        Of the draft; empty on a blank form.
    copy_number
        Of this copy; empty on a blank form.
    state
        What the sheet is, in a sentence: a draft that authorises nothing, or a blank form.
    printed
        By whom and when, in words; empty on a blank form.
    sections
        In the order in which they are asked.
    map_svg, map_words
        Drawing of the locality, and what it shows; empty where none is chosen.
    is_synthetic
        Whether invented data went into it.
    """

    marking: str
    reference: str = ""
    copy_number: str = ""
    state: str
    printed: str = ""
    sections: tuple[FormSection, ...]
    map_svg: str = ""
    map_words: str = ""
    is_synthetic: bool = False

    def __post_init__(self) -> None:
        """Refuse a form without marking, or that does not say what it is, with BadInputError."""
        require_words("The written authority", marking=self.marking, state=self.state)

"""What somebody typed into a form, with what is wrong with it: a failed form shows it again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rightplace.web.forms import FIELD, new_token

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from rightplace.errors import RightplaceError

NEVER_SHOWN = frozenset({"password", "old", "new", "again", "code"})
"""Fields that a failed form leaves empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A form as a template shows it.

    Parameters
    ----------
    token
        What shows that the form is ours.
    values
        What was typed, by field.
    faults
        Name of each field that is wrong, and what is wrong with it.
    """

    token: str
    values: Mapping[str, str] = field(default_factory=dict)
    faults: tuple[tuple[str, str], ...] = ()

    def value(self, name: str) -> str:
        """Return what was typed into a field; empty where nothing was, or it is secret."""
        return "" if name in NEVER_SHOWN else self.values.get(name, "")

    def fault(self, name: str) -> str:
        """Return what is wrong with a field; empty where nothing is."""
        return dict(self.faults).get(name, "")


def new_form(request: Request, **values: str) -> Typed:
    """Return a form about to be shown, filled with what it starts from."""
    return Typed(token=new_token(request), values=values)


def failed_form(fields: Mapping[str, str], error: RightplaceError, *, at_field: str) -> Typed:
    """Return a form that was refused as it was typed, with the error at one of its fields."""
    words = error.fault.said
    return Typed(token=fields.get(FIELD, ""), values=fields, faults=((at_field, words),))


async def sent_fields(request: Request) -> dict[str, str]:
    """Return the text fields of a form that was sent, each once."""
    sent = await request.form()
    return {name: value for name, value in sent.items() if isinstance(value, str)}

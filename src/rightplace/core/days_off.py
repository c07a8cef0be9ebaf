"""Bank holidays of a country or part of it, by the calendar that ships with ``holidays``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rightplace.core.suggest import did_you_mean
from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from datetime import date


def bank_holidays(code: str, first: date, last: date) -> dict[date, str]:
    """Return the bank holidays from one day to another, both included, by date.

    Days off that stand in for another are among them ("Boxing Day (observed)"). Worked out from
    rules and records that ship: no network is needed, and what a government announces later is
    not known.

    Parameters
    ----------
    code
        Country, or country and part of it, such as ``GB-ENG``, ``CA-ON`` or ``FR``.
    first, last
        The days.

    Raises
    ------
    BadInputError
        If no such country or part is known.
    """
    from holidays import country_holidays, list_supported_countries  # noqa: PLC0415 - slow to load

    country, _, part = code.partition("-")
    known = list_supported_countries(include_aliases=False)
    if country not in known:
        msg = f"No holidays are known of a country {country!r}."
        remedy = "Write its ISO 3166 code and that of a part of it, such as GB-ENG."
        raise BadInputError(msg, value=code, remedy=remedy)
    if part and part not in known[country]:
        msg = f"No holidays are known of a part {part!r} of {country}."
        raise BadInputError(msg, value=code, remedy=did_you_mean(part, known[country]))
    years = range(first.year, last.year + 1)
    found = country_holidays(country, subdiv=part or None, years=years)
    return {day: found[day] for day in sorted(found) if first <= day <= last}

"""What exporting and serving the public edition answer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicExported:
    """A public edition that was exported.

    Parameters
    ----------
    path
        The file; empty where nothing was written.
    digest
        Digest of its content.
    made_on
        Day of the export.
    months
        Months told of, as 2026-01.
    new_months
        Of these, the ones not told of before.
    wards
        Wards told of.
    shown, withheld
        Recorded counts shown and withheld.
    synthetic
        Whether invented data went into it.
    """

    path: str
    digest: str
    made_on: str
    months: tuple[str, ...]
    new_months: tuple[str, ...]
    wards: int
    shown: int
    withheld: int
    synthetic: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicServed:
    """Where the public pages answer, and from which edition.

    Parameters
    ----------
    address
        Where the pages start.
    digest, made_on
        Which edition.
    synthetic
        Whether invented data went into it.
    """

    address: str
    digest: str
    made_on: str
    synthetic: bool

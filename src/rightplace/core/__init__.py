"""Time, identifiers, run records and settings: what every other room stands on."""

from __future__ import annotations

from rightplace.core.canonical import bytes_digest, canonical_json, digest, file_digest, plain
from rightplace.core.time import Clock, Month, Shift, Slot, months_between

__all__ = [
    "Clock",
    "Month",
    "Shift",
    "Slot",
    "bytes_digest",
    "canonical_json",
    "digest",
    "file_digest",
    "months_between",
    "plain",
]

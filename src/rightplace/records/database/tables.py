"""Every table of the operational database, gathered in one place for migrations and registers."""

from __future__ import annotations

from rightplace.records.audit import lines
from rightplace.records.database.base import Record

MODULES = (lines,)
"""Modules that declare models; importing them is what makes their tables known."""

METADATA = Record.metadata

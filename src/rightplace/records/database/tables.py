"""Every table of the operational database, gathered in one place for migrations and registers."""

from __future__ import annotations

from rightplace.records.accounts import access_tables as access
from rightplace.records.accounts import oidc_tables as oidc
from rightplace.records.accounts import tables as accounts
from rightplace.records.accounts import token_tables as tokens
from rightplace.records.audit import lines, restricted
from rightplace.records.breaches import tables as breaches
from rightplace.records.database.base import Record
from rightplace.records.decided import change_table as changed
from rightplace.records.decided import effect_table as effects
from rightplace.records.decided import roster_table as handed_out
from rightplace.records.decided import tables as decided
from rightplace.records.delivery import tables as delivery
from rightplace.records.documents import tables as documents
from rightplace.records.jobs import tables as jobs
from rightplace.records.operations import tables as operations
from rightplace.records.panel import tables as panel
from rightplace.records.power_breaches import tables as power_breaches
from rightplace.records.published import tables as published
from rightplace.records.released import tables as released
from rightplace.records.retention import tables as retention
from rightplace.records.rights import tables as rights
from rightplace.records.searches import tables as searches
from rightplace.records.section_60 import tables as section_60
from rightplace.records.stop import tables as stop

MODULES = (
    lines,
    published,
    released,
    decided,
    changed,
    effects,
    handed_out,
    delivery,
    documents,
    retention,
    stop,
    accounts,
    access,
    oidc,
    tokens,
    jobs,
    restricted,
    rights,
    breaches,
    section_60,
    searches,
    panel,
    power_breaches,
    operations,
)
"""Modules that declare models; importing them is what makes their tables known."""

METADATA = Record.metadata

"""People and moments of the tests of records."""

from __future__ import annotations

from datetime import UTC, datetime

from rightplace.records.audit.actor import Actor

ANALYST = Actor(id="u-001", name="Ann Analyst")
COMMANDER = Actor(id="u-002", name="Cora Commander")
SERGEANT = Actor(id="u-003", name="Sam Sergeant")
OFFICER_OF_DATA = Actor(id="u-004", name="Dora Data")
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)

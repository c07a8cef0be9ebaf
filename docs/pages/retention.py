"""Retention: every stored field, how it is handled and how long it is kept."""

from __future__ import annotations

from itertools import groupby

from docs import markdown
from rightplace.records.retention.periods import Field, RetentionSettings, register

INTRODUCTION = """\
Every field of the operational database is declared open (no person and no tactic), personal (it
tells of a person, staff included) or sensitive (where police will or will not be, free text). Each
has a period; `rightplace nightly` deletes what is past it, with a certificate, unless a legal hold
stops it. The days are settings of `[retention]`; those below are the defaults."""


def page() -> str:
    """Return the page: a row for each table and each way in which its fields are handled."""
    settings = RetentionSettings()
    fields = sorted(register(), key=_group)
    rows = [
        (
            markdown.code(table),
            handling,
            period,
            "as long as the database" if days is None else f"{days:,} days",
            ", ".join(markdown.code(each.column) for each in group),
        )
        for (table, handling, period), each_group in groupby(fields, key=_group)
        for group in [list(each_group)]
        for days in [settings.days(group[0].period)]
    ]
    heads = ("table", "handling", "period", "kept", "fields")
    return markdown.page("Retention", INTRODUCTION, markdown.table(heads, rows))


def _group(field: Field) -> tuple[str, str, str]:
    return field.table, field.handling.value, field.period.value

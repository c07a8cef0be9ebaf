"""Mappings: every key, every column, a complete example, and those that ship."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from docs import markdown
from docs.pages.mapping_keys import COLUMNS, KEYS
from rightplace.cli.docstrings import described
from rightplace.crime.mapping import TARGETS, Mapping, Population, Setting, Status, shipped

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic import BaseModel
    from pydantic.fields import FieldInfo

EXAMPLE = Path(__file__).resolve().parent.parent / "examples"
TABLES: dict[str, type[BaseModel]] = {
    "": Mapping,
    "population": Population,
    "setting": Setting,
    "status": Status,
}

INTRODUCTION = """\
A mapping is a TOML file that says how a publisher's columns become ours. Files of the publishers
below are recognised by their columns. For any other, write a mapping and name it:

    rightplace ingest crimes events.csv --mapping own_force.toml --release 2026-11-02

An unknown key or column is an error (exit 10) that suggests the nearest known one. Nothing is
guessed: a row that the mapping cannot read is [quarantined](quarantine.md) with its reason."""

HOW = """\
1. Say what a row is (`kind`) and name the columns. Only columns that you name are read.
2. Say when: name `month`, or `occurred_from` (date and time in one column), or
   `occurred_from_date` with `occurred_from_hour`. The finest that the publisher really gives: a
   forecast by shift is refused where records give months only.
3. Say where: `lon` and `lat`, their `crs`, and `bounds` so that swapped coordinates are caught.
4. Say what: `categories` names a table of words that ships, `[category_words]` adds your own.
5. Say which publication it is (`[population]`). Two files of one publisher, force, kind and month
   never add up: the later `--release` stands.
6. Tell street from indoors (`[setting]`): indoor, domestic and custody records never draw patrols.
7. Try it: `rightplace ingest crimes events.csv --mapping own_force.toml --dry-run` reports what
   would become of every row and keeps nothing."""

RESULT = """\
Of these six rows five are stored. The two of OF/1003 are one incident with two offences. OF/1004
is cancelled: it is kept and leaves demand. OF/1005 goes to quarantine (`unknown_category`): no
table of words knows "Nuisance drone"."""

SEARCHES = """\
Open data say of a search what followed, and seldom whether a weapon was found, who led to it or how
it was done. A force's own records do. Export them with these columns, as in
`docs/examples/force_searches.csv`, and take them in with `rightplace ingest searches`; where your
columns are called otherwise or fewer, copy the shipped mapping `force_searches`, change it and name
it with `--mapping`. What must be yes or no may be written yes, no, true, false, y, n, 1 or 0; blank
and "not recorded" mean that nobody knows; any other word goes to quarantine. Columns that the
mapping does not name (names, addresses, dates of birth) are not read, nor kept in quarantine.

Words for power, object, outcome, ethnicity and so on are kept as published and read as the shipped
tables say, which know every vintage of data.police.uk, the self-defined codes (W1, N4) and our own
words. A word that no table knows is listed by `rightplace searches rates`, with file and row; it
counts, and is read as not given. Say what it means in `search_words.csv` in the workspace, and it
is read at once:"""
WORDS = """\
column,published,ours
outcome,Words of advice,no further action
self_defined,Roma,white
"""


def page() -> str:
    """Return the page: how to write a mapping, its keys, and the shipped ones."""
    _check_words()
    return markdown.page(
        "Mappings",
        INTRODUCTION,
        "## How to write one",
        HOW,
        "## A complete example",
        "An extract, `own_force.csv`:",
        markdown.block((EXAMPLE / "own_force.csv").read_text(encoding="utf-8"), "csv"),
        "Its mapping, `own_force.toml`:",
        markdown.block((EXAMPLE / "own_force.toml").read_text(encoding="utf-8"), "toml"),
        RESULT,
        "## A force's own records of searches",
        SEARCHES,
        markdown.block(WORDS, "csv"),
        *(part for table, model in TABLES.items() for part in _keys(table, model)),
        "## Columns of ours",
        markdown.table(("column", "kinds of file", "meaning"), _columns()),
        "## Mappings that ship",
        markdown.table(("name", "kind", "format", "what it reads"), _shipped()),
    )


def _check_words() -> None:
    """Check that every key and every column has its meaning, and no meaning is left over.

    Raises
    ------
    LookupError
        If one has not.
    """
    known = {f"{table}.{key}" for table, model in TABLES.items() for key in model.model_fields}
    known |= {f"columns.{name}" for names in TARGETS.values() for name in names}
    said = {f"{table}.{key}" for table, keys in KEYS.items() for key in keys}
    said |= {f"columns.{name}" for name in COLUMNS}
    if known != said:
        odd = ", ".join(sorted(known ^ said))
        msg = f"docs/pages/mapping_keys.py and the keys of a mapping differ: {odd}."
        raise LookupError(msg)


def _keys(table: str, model: type[BaseModel]) -> list[str]:
    rows = [
        (markdown.code(key), _values(field), _default(field), KEYS[table][key])
        for key, field in model.model_fields.items()
    ]
    heading = f"## Keys of [{table}]" if table else "## Keys"
    heads = ("key", "values", "default", "meaning")
    return [heading, markdown.prose(described(model).summary), markdown.table(heads, rows)]


NAMES: dict[Any, str] = {str: "text", int: "whole number", bool: "true or false"}


def _values(field: FieldInfo) -> str:
    """Return which values a key takes, in words."""
    kind = field.annotation
    options = get_args(kind)
    if kind in NAMES:
        return NAMES[kind]
    if options and all(isinstance(option, str) for option in options):
        return markdown.codes(options)
    if type(None) in options:
        inner = next(option for option in options if option is not type(None))
        return NAMES.get(inner, "list of four numbers")
    return "list" if str(kind).startswith("tuple") else "table"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "needed"
    value = field.get_default(call_default_factory=True)
    if value is None or value in ({}, ()) or not isinstance(value, str | int | bool):
        return ""
    return markdown.code(str(value).lower() if isinstance(value, bool) else f"{value}")


def _columns() -> Iterable[tuple[str, str, str]]:
    for name, meaning in COLUMNS.items():
        kinds = [kind for kind, names in TARGETS.items() if name in names]
        yield markdown.code(name), ", ".join(kinds), meaning


def _shipped() -> Iterable[tuple[str, str, str, str]]:
    for each in shipped().values():
        yield markdown.code(each.name), each.kind, each.format, each.title

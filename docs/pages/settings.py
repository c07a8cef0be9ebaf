"""Settings: every key of ``rightplace.toml``, its default and what it means."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from docs import markdown
from rightplace.app.workspace import sections
from rightplace.cli.docstrings import described

INTRODUCTION = """\
A value comes from a flag of the command line, else from an environment variable, else from
`rightplace.toml` in the workspace (or the file named with `--config`), else from its default.
`rightplace config show` prints every value in force and where it came from. An unknown section
or key is an error (exit 10) that suggests the nearest known one."""


def page() -> str:
    """Return the page: one table for each section, and the file with every default."""
    parts = [part for name, section in sections().items() for part in _section(name, section)]
    example = "The whole file, with every default:"
    return markdown.page("Settings", INTRODUCTION, *parts, example, _file())


def _section(name: str, section: type) -> list[str]:
    said = described(section)
    rows = [
        (
            markdown.code(field.name),
            markdown.code(_toml(field.default)),
            markdown.code(f"RIGHTPLACE_{name}_{field.name}".upper()),
            markdown.prose(said.fields[field.name]),
        )
        for field in fields(section)
    ]
    heads = ("key", "default", "environment variable", "meaning")
    return [f"## [{name}]", markdown.prose(said.summary), markdown.table(heads, rows)]


def _toml(value: Any) -> str:  # noqa: ANN401 - any default of a setting
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)


def _file() -> str:
    lines = [
        line
        for name, section in sections().items()
        for line in (
            f"[{name}]",
            *(f"{field.name} = {_toml(field.default)}" for field in fields(section)),
            "",
        )
    ]
    return markdown.block("\n".join(lines), "toml")

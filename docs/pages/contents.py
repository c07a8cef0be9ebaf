"""The table of contents: every page of reference, every schema, every decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docs import markdown

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

ABOUT = {
    "cli": "every verb, its options and its help",
    "exit-codes": "how a call ended, for scripts",
    "settings": "every key of `rightplace.toml`",
    "mappings": "how to read a publisher's or a force's own file",
    "offences": "what is counted, and what draws patrols",
    "methods": "how violence is forecast, and what each method cannot do",
    "quarantine": "why a row could not be used",
    "roles": "who may do what in the service",
    "retention": "what the service keeps, and how long",
    "searches": "how powers of search were used: each measure, and what it cannot tell",
    "law": "limits of section 60 by day, and situations with their breaches; every row is a test",
}
WRITTEN = {
    "service": "what an operator does to run it",
    "asvs": "what protects it, requirement by requirement, those not met included",
}
"""Pages that people wrote; each is listed where it stands."""


def page(pages: Mapping[str, str], *, root: Path) -> str:
    """Return the page of contents.

    Parameters
    ----------
    pages
        Text of the generated files, by path below the root.
    root
        The repository.
    """
    reference = [
        _line(f"{name}.md", _title(pages[f"docs/{name}.md"]), ABOUT[name]) for name in ABOUT
    ]
    written = [
        _line(f"{name}.md", _title(file.read_text(encoding="utf-8")), about)
        for name, about in WRITTEN.items()
        if (file := root / "docs" / f"{name}.md").is_file()
    ]
    schemas = [path.removeprefix("docs/") for path in pages if path.startswith("docs/schemas/")]
    decisions = sorted((root / "docs" / "decisions").glob("*.md"))
    return markdown.page(
        "Documentation",
        "Start with the [README](../README.md); words are explained in the "
        "[glossary](../GLOSSARY.md), the house in [ARCHITECTURE](../ARCHITECTURE.md).",
        "## The service",
        "\n".join(written),
        "## Reference",
        "\n".join(reference),
        "## Schemas",
        "JSON Schema (draft 2020-12) of what each verb prints with `--json`, of errors, and of the "
        "files whose keys or columns are fixed:",
        ", ".join(f"[{_stem(path)}]({path})" for path in sorted(schemas)) + ".",
        "## Decisions",
        "\n".join(
            _line(f"decisions/{path.name}", _title(path.read_text(encoding="utf-8")), "")
            for path in decisions
        ),
    )


def _title(text: str) -> str:
    return text.splitlines()[0].removeprefix("# ")


def _stem(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(".json")


def _line(target: str, title: str, about: str) -> str:
    return f"- [{title}]({target})" + (f": {about}" if about else "")

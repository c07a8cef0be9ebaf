"""Writes the generated pages, or says which of those committed are stale.

python -m docs.generate          write them
python -m docs.generate --check  write nothing; fail where one differs
"""

from __future__ import annotations

import argparse
import difflib
import json
import sys
from pathlib import Path

from docs.pages import (
    commands,
    contents,
    exit_codes,
    law,
    mappings,
    methods,
    modules,
    offences,
    quarantine,
    retention,
    roles,
    searches,
    settings,
)
from rightplace.cli.schemas import all_schemas

ROOT = Path(__file__).resolve().parent.parent
SHOWN_LINES = 12
PAGES = {
    "cli.md": commands.page,
    "exit-codes.md": exit_codes.page,
    "settings.md": settings.page,
    "mappings.md": mappings.page,
    "offences.md": offences.page,
    "methods.md": methods.page,
    "quarantine.md": quarantine.page,
    "roles.md": roles.page,
    "retention.md": retention.page,
    "searches.md": searches.page,
    "law.md": law.page,
}


def generated(root: Path = ROOT) -> dict[str, str]:
    """Return every generated file's text by its path below the root."""
    found = {f"docs/{name}": page() for name, page in PAGES.items()}
    for name, schema in all_schemas().items():
        text = json.dumps(schema, indent=2, ensure_ascii=False)
        found[f"docs/schemas/{name}.json"] = text + "\n"
    found["docs/README.md"] = contents.page(found, root=root)
    architecture = (root / "ARCHITECTURE.md").read_text(encoding="utf-8")
    return found | {"ARCHITECTURE.md": modules.page(architecture)}


def stray(root: Path, pages: dict[str, str]) -> list[str]:
    """Return schemas that stand on disk and are not generated any more."""
    held = (root / "docs" / "schemas").glob("*.json")
    return sorted(path for p in held if (path := p.relative_to(root).as_posix()) not in pages)


def differences(root: Path, pages: dict[str, str]) -> list[str]:
    """Return what is stale on disk, a few lines for each page; empty where nothing is."""
    found = [f"{path}: nothing generates it" for path in stray(root, pages)]
    for path, text in pages.items():
        file = root / path
        held = file.read_text(encoding="utf-8") if file.is_file() else ""
        if held != text:
            lines = list(
                difflib.unified_diff(
                    held.splitlines(), text.splitlines(), "committed", "from the code", n=0
                )
            )[2:]
            more = [f"  and {len(lines) - SHOWN_LINES} more lines"] * (len(lines) > SHOWN_LINES)
            shown = [f"  {line}" for line in lines[:SHOWN_LINES]]
            found.append("\n".join([f"{path}: stale", *shown, *more]))
    return found


def write(root: Path, pages: dict[str, str]) -> None:
    """Write every page, and remove schemas that nothing generates."""
    for path in stray(root, pages):
        (root / path).unlink()
    for path, text in pages.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")


def main() -> int:
    """Write the pages, or check them; return the exit code."""
    parser = argparse.ArgumentParser(description="Write the generated documentation.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail where stale")
    pages = generated()
    if not parser.parse_args().check:
        write(ROOT, pages)
        return 0
    found = differences(ROOT, pages)
    if found:
        sys.stderr.write("\n".join([*found, "Run `make docs` and commit what it writes.", ""]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

"""The rooms and their modules, as ARCHITECTURE.md lists them."""

from __future__ import annotations

import ast
from pathlib import Path

import rightplace

SOURCE = Path(rightplace.__file__).resolve().parent
START, END = "<!-- modules: written by `make docs` -->", "<!-- end of modules -->"


def first_line(path: Path) -> str:
    """Return the first line of a module's docstring, without importing it."""
    said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return said.partition("\n\n")[0].replace("\n", " ").replace("``", "`")


def listing() -> str:
    """Return each room and each of its parts with its modules and what each holds."""
    fronts = sorted(SOURCE.rglob("__init__.py"), key=lambda path: path.parent.parts)
    folders = [front.parent for front in fronts]
    return "\n\n".join(_lines(folder, _name(folder)) for folder in folders)


def _name(folder: Path) -> str:
    return folder.relative_to(SOURCE).as_posix() if folder != SOURCE else "rightplace"


def _lines(folder: Path, name: str) -> str:
    modules = [
        f"- `{path.stem}`: {first_line(path)}"
        for path in sorted(folder.glob("*.py"))
        if path.name != "__init__.py"
    ]
    return "\n".join([f"### {name}", "", first_line(folder / "__init__.py"), "", *modules])


def page(written: str) -> str:
    """Return ARCHITECTURE.md with its list of modules made new.

    Raises
    ------
    LookupError
        If the marks around the list are gone.
    """
    before, start, rest = written.partition(START)
    _, end, after = rest.partition(END)
    if not (start and end):
        msg = f"ARCHITECTURE.md has lost its marks {START} and {END}."
        raise LookupError(msg)
    return f"{before}{START}\n\n{listing()}\n\n{END}{after}"

"""Exit codes: how a call ended, from the classes of errors."""

from __future__ import annotations

from docs import markdown
from rightplace import errors
from rightplace.cli.docstrings import described
from rightplace.errors import RightplaceError

INTRODUCTION = """\
Every deliberate failure has an exit code for scripts, a `code` in the JSON object and a message
that says what is wrong, with which value, and what to do next. An interrupt from the keyboard
ends with 130; what was held before is untouched. What nobody foresaw ends with 70 and one line;
`RIGHTPLACE_DEBUG=1` shows its trace, for a report."""

UNFORESEEN = "Something failed that nobody foresaw; please report it."


def kinds() -> list[type[RightplaceError]]:
    """Return every class of error a user can meet, by exit code and code."""
    found = [
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type)
        and issubclass(kind, RightplaceError)
        and kind is not RightplaceError
    ]
    return sorted(found, key=lambda kind: (kind.exit_code, kind.code))


def page() -> str:
    """Return the page: exit code, code and meaning of every error."""
    rows = [("0", "", "All that was asked for was done.", "200")]
    rows += [_row(kind, described(kind).summary) for kind in kinds()]
    rows.append(_row(RightplaceError, UNFORESEEN))
    heads = ("exit", "`error.code`", "what happened", "HTTP, for the service")
    return markdown.page("Exit codes", INTRODUCTION, markdown.table(heads, rows))


def _row(kind: type[RightplaceError], meaning: str) -> tuple[str, str, str, str]:
    return str(kind.exit_code), markdown.code(kind.code), meaning, str(kind.http_status)

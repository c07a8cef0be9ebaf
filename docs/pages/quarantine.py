"""Quarantine: why a row could not be used, and what happens to it."""

from __future__ import annotations

from docs import markdown
from rightplace.crime.normalise import REASONS
from rightplace.crime.quarantine import LARGEST_SHARE

INTRODUCTION = """\
No row vanishes: for each file *read = stored + quarantined + superseded*, and `rightplace status`
proves it. A quarantined row is kept as it was published, with the first reason that applies.
`rightplace quarantine export --out FILE` writes all of them to CSV: file, row (the first row of
data is 1), reason, what the reason means, and the row as published, as JSON."""

WHOLE = """\
When more than {share:.0%} of a file's rows fail for one reason, the file is not untidy but read
wrongly: it is refused whole (exit 10), nothing of it is kept, and the message names the first such
row, its value and what to change in the mapping."""

SUPERSEDED = {
    "same_record": "the record stands in the same file already (a border between two polygons)",
    "same_release": "the very same rows of that population and month are held from another file",
    "newer_release": "a later release of that population and month, or a later record of the same "
    "reference, stands in its place",
}


def page() -> str:
    """Return the page: reasons of quarantine, and of superseding."""
    reasons = [(markdown.code(code), meaning) for code, meaning in REASONS.items()]
    superseded = [(markdown.code(code), meaning) for code, meaning in SUPERSEDED.items()]
    return markdown.page(
        "Quarantine",
        INTRODUCTION,
        "## Reasons for quarantine",
        markdown.table(("reason", "meaning"), reasons),
        WHOLE.format(share=LARGEST_SHARE),
        "## Reasons for superseding",
        "Superseded rows are sound; another file's rows stand in their place. They count once.",
        markdown.table(("reason", "meaning"), superseded),
    )

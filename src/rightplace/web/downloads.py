"""Files that a page hands out: named after what they hold, never opened in the page."""

from __future__ import annotations

import re

from starlette.responses import Response


def csv_file(text: str, *, name: str) -> Response:
    """Return CSV to be saved; its name keeps letters, digits and hyphens alone.

    Parameters
    ----------
    text
        The table.
    name
        What it holds.
    """
    safe = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")
    return Response(
        text.encode("utf-8-sig"),  # spreadsheets take the mark for UTF-8
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="{safe}.csv"'},
    )

"""Files that a page hands out: named after what they hold, never opened in the page."""

from __future__ import annotations

import gzip
import re
from typing import TYPE_CHECKING

from starlette.responses import Response

if TYPE_CHECKING:
    from starlette.requests import Request


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


def saved_as(name: str) -> dict[str, str]:
    """Return headers with which a file is saved and not opened in the page.

    Parameters
    ----------
    name
        The file's name; it keeps letters, digits, hyphens and points alone.
    """
    safe = re.sub(r"[^A-Za-z0-9.]+", "-", name).strip("-")
    return {"content-disposition": f'attachment; filename="{safe}"'}


def packed_answer(request: Request, packed: bytes, *, media_type: str) -> Response:
    """Return what is kept packed by gzip, unpacked for whoever does not take it so.

    Parameters
    ----------
    request
        What is answered.
    packed
        The content, packed.
    media_type
        What it is, unpacked.
    """
    headers = {"vary": "accept-encoding"}
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(gzip.decompress(packed), media_type=media_type, headers=headers)
    return Response(packed, media_type=media_type, headers={**headers, "content-encoding": "gzip"})

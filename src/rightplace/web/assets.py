"""Styles and scripts as they were built, in a folder named by what they hold."""

from __future__ import annotations

import json
from pathlib import Path

from rightplace.errors import NotHeldError

STATIC = Path(__file__).resolve().parent / "static"


def asset_folder() -> Path:
    """Return the folder of the styles and scripts.

    Raises
    ------
    NotHeldError
        If they were not built.
    """
    manifest = STATIC / "manifest.json"
    if not manifest.is_file():
        msg = "The styles and scripts of the web application were not built."
        raise NotHeldError(msg, remedy="Install the package anew: `make setup`.")
    return STATIC / str(json.loads(manifest.read_text("utf-8"))["folder"])

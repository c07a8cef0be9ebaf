"""The command line: each verb parses, calls one use case, shows its answer."""

from __future__ import annotations

from rightplace.cli.main import main

__all__ = ["main"]

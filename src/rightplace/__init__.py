"""Rightplace: the right people in the right places against violence, by place, never by person."""

from __future__ import annotations

from rightplace._version import __version__

__all__ = ["__version__"]

"""What a table of counts from a file is judged by beside its design: the lockdowns."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from rightplace.evaluate.designs.finding import Design, Flag
from rightplace.evaluate.designs.panel import Part
from rightplace.evaluate.designs.verdict import CANNOT_TELL
from rightplace.evaluate.recording import Recorded, lockdown_check

if TYPE_CHECKING:
    from rightplace.evaluate.designs.finding import Finding
    from rightplace.evaluate.designs.panel import Panel


def with_lockdown(finding: Finding, panel: Panel) -> Finding:
    """Return a finding with the check of lockdowns; one without a comparison then cannot tell.

    A comparison loses a level: its areas may have emptied alike, or not. Without one, nothing
    shows what the lockdown did: before and after, whose places are only those it chose from, and
    a series that has no control.
    """
    series = Recorded(
        first=panel.starts[0].astype(object),
        last=panel.ends[-1].astype(object) - timedelta(days=1),
        populations=(),
        classes=frozenset(),
        in_england=True,
    )
    check = lockdown_check(series)
    flags = finding.flags
    alone = finding.design is Design.BEFORE_AFTER or (
        finding.design is Design.INTERRUPTED_SERIES and not panel.rows(Part.CONTROL).size
    )
    if check.passed is False and alone:
        flags = (*flags, Flag(code=CANNOT_TELL, words=check.words))
    return replace(finding, diagnostics=(*finding.diagnostics, check), flags=flags)

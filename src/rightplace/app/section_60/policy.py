"""A force's own policy as the configuration names it: stricter than the law, or refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rightplace.app.workspace import Workspace
    from rightplace.powers.law.policy import ForcePolicy


def force_policy(workspace: Workspace) -> ForcePolicy | None:
    """Return the policy that ``[section_60] policy`` names; None where it names none.

    Parameters
    ----------
    workspace
        Whose configuration; a relative path is taken from its folder. A policy that is looser
        than the law raises ``RefusedError``.
    """
    from rightplace.powers.law.policy import read_policy
    from rightplace.powers.section_60.settings import Section60Settings

    named = workspace.settings("section_60", Section60Settings).policy
    return read_policy(workspace.root / named) if named else None

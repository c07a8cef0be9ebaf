"""Who signed for the hold-out of a plan that is kept: when it was made, since, or nobody yet.

A plan with a hold-out that nobody signed is a draft. It was made to be looked at, and nothing
that crews see may come from it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from rightplace.core.runs import PREFIXES, read_run_of
from rightplace.deploy.holdout.terms import kept_terms
from rightplace.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rightplace.app.workspace import Workspace
    from rightplace.deploy.holdout.terms import Terms

KEPT_PLAN: Final = re.compile(rf"{PREFIXES['plan']}-[0-9a-f]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOff:
    """The signatures under a plan's hold-out.

    Parameters
    ----------
    sign_off_id
        The run that keeps them; None where they were given when the plan was made.
    terms
        What was signed for, and by whom.
    files
        Digests of the file of terms and of the list of places never held out; empty where they
        stand among the inputs of the plan itself.
    made_at
        When it was kept, as text with its offset.
    """

    sign_off_id: str | None
    terms: Terms
    files: tuple[str, ...]
    made_at: str


def sign_command(plan_id: str) -> str:
    """Return the command that signs a draft."""
    return f"rightplace holdout sign {plan_id} --terms FILE --never-hold-out FILE"


def sign_offs_of(workspace: Workspace) -> dict[str, SignOff]:
    """Return the first sign-off that is kept for each plan that has one.

    Parameters
    ----------
    workspace
        Where sign-offs are kept.
    """
    names = (p.name for p in workspace.runs.glob(f"{PREFIXES['sign_off']}-*") if p.is_dir())
    records = [read_run_of(workspace.runs, name, kind="sign_off") for name in names]
    found: dict[str, SignOff] = {}
    for record in sorted(records, key=lambda r: (r["made_at"], r["id"])):
        found.setdefault(
            record["settings"]["plan"],
            SignOff(
                sign_off_id=record["id"],
                terms=kept_terms(record["settings"]["terms"]),
                files=tuple(record["settings"]["files"]),
                made_at=record["made_at"],
            ),
        )
    return found


def made_as_draft(plan: Mapping[str, Any]) -> bool:
    """Return whether a plan's record holds places out and names nobody who signed."""
    held = plan["settings"].get("holdout")
    return held is not None and held["terms"] is None


def sign_off_of(workspace: Workspace, plan: Mapping[str, Any]) -> SignOff | None:
    """Return who signed for a plan's hold-out; None for a draft, and where nothing is held out.

    A plan made anew from another keeps its lot, so what was signed for that one holds.

    Parameters
    ----------
    workspace
        Where plans and sign-offs are kept.
    plan
        The plan's record.
    """
    held = plan["settings"].get("holdout")
    if held is None:
        return None
    if held["terms"] is not None:
        terms = kept_terms(held["terms"])
        return SignOff(sign_off_id=None, terms=terms, files=(), made_at=plan["made_at"])
    own = sign_offs_of(workspace).get(plan["id"])
    before = _plan_before(workspace, plan) if own is None else None
    return own if before is None else sign_off_of(workspace, before)


def _plan_before(workspace: Workspace, plan: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the record of the plan whose lot a plan made anew keeps, None if it drew its own."""
    for each in plan["inputs"]:
        name = each["source"]
        if KEPT_PLAN.fullmatch(name) and (workspace.runs / name).is_dir():
            before = read_run_of(workspace.runs, name, kind="plan")
            same = before["settings"].get("holdout") == plan["settings"]["holdout"]
            # A file may bear the name of a run, but not the digest of its settings.
            if same and before["settings_hash"] == each["sha256"]:
                return before
    return None


def is_draft(workspace: Workspace, plan: Mapping[str, Any]) -> bool:
    """Return whether a plan holds places out and nobody has signed for that yet."""
    return made_as_draft(plan) and sign_off_of(workspace, plan) is None


def check_signed(workspace: Workspace, plan_id: str) -> None:
    """Check that a plan may be carried out: it holds nothing out, or that was signed for.

    Parameters
    ----------
    workspace
        Where plans and sign-offs are kept.
    plan_id
        The plan.

    Raises
    ------
    RefusedError
        If it is a draft.
    """
    if is_draft(workspace, read_run_of(workspace.runs, plan_id, kind="plan")):
        msg = f"{plan_id} is a draft: nobody has signed for the places that it holds out."
        raise RefusedError(msg, value=plan_id, remedy=f"Have it signed: {sign_command(plan_id)}.")

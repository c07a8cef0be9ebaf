"""Use case: signing a draft, after which its visits may be carried out.

The plan stays as it was made. Who signed for it, for what share and until when, is a run of its
own that names the plan and the digests of both files.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from rightplace.app.answer import Answer, Notice
from rightplace.app.holdout.releases import HELD_OUT, UNTOUCHED, drawn_rows
from rightplace.app.holdout.result import Signed, signatures
from rightplace.app.holdout.settings import HoldOutSettings
from rightplace.app.holdout.signatures import made_as_draft, sign_off_of
from rightplace.core.canonical import file_digest, plain
from rightplace.core.runs import RunInput, RunRecipe, read_run_of
from rightplace.deploy.holdout.never_file import KINDS, read_never_held_out
from rightplace.deploy.holdout.terms import check_terms, read_terms
from rightplace.errors import NotHeldError, RefusedError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from rightplace.app.holdout.signatures import SignOff
    from rightplace.app.workspace import Workspace
    from rightplace.deploy.holdout.never_file import NeverHeldOut
    from rightplace.deploy.holdout.terms import Terms

NAMED = 8
"""So many places are named in a refusal; the list holds all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignFiles:
    """The files that allow a hold-out.

    Parameters
    ----------
    terms
        Who signed, for what share and until when.
    never
        Places that must never be held out; it may name none.
    """

    terms: Path
    never: Path

    def __post_init__(self) -> None:
        """Check that they are there.

        Raises
        ------
        NotHeldError
            If one is not.
        """
        for path in (self.terms, self.never):
            if not path.is_file():
                msg = "There is no such file."
                raise NotHeldError(msg, file=path, remedy="Check the files named.")

    @property
    def digests(self) -> tuple[str, str]:
        """Digests of both, the terms first."""
        return file_digest(self.terms), file_digest(self.never)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedOff:
    """What a sign-off did.

    Parameters
    ----------
    share
        Share of near-equal places that the plan was to hold out.
    places_held_out
        Places that it leaves without visits from now on.
    reason, until, signed_by
        What was signed for, its last day, and by whom.
    never_held_out
        Rows of the list of places never held out; none of them is.
    already
        Whether the plan had been signed before; the first sign-off stands.
    """

    sign_off_id: str
    plan_id: str
    share: float
    places_held_out: int
    reason: str
    until: str
    signed_by: tuple[Signed, ...]
    never_held_out: int
    already: bool
    response: str = UNTOUCHED


def sign(
    workspace: Workspace,
    plan_id: str,
    files: SignFiles,
    *,
    made_at: datetime,
    dry_run: bool = False,
) -> Answer[SignedOff]:
    """Sign for the hold-out of a draft, and keep that; signing again does no harm.

    Parameters
    ----------
    workspace
        Where the plan is.
    plan_id
        The plan.
    files
        Terms, and the list of places never held out.
    made_at
        The time now.
    dry_run
        Whether to keep nothing.

    Raises
    ------
    UsageError
        If the plan was signed when it was made.
    """
    from rightplace.app.runs import keep

    rows = drawn_rows(workspace, plan_id)
    plan = read_run_of(workspace.runs, plan_id, kind="plan")
    if not made_as_draft(plan):
        msg = f"{plan_id} was signed when it was made."
        remedy = f"See by whom: rightplace holdout show {plan_id}."
        raise UsageError(msg, value=plan_id, remedy=remedy)
    before = sign_off_of(workspace, plan)
    terms, never = _checked(workspace, plan, files)
    _check_list(rows, never, plan_id=plan_id, file=files.never, is_signed=before is not None)
    recipe = _recipe(plan, files, terms)
    notices = (*_listed(rows, never), *_already(before, files))
    stands = terms if before is None else before.terms
    result = SignedOff(
        sign_off_id=recipe.id if before is None else str(before.sign_off_id),
        plan_id=plan_id,
        share=plan["settings"]["holdout"]["share"],
        places_held_out=len(_units_held_out(rows)),
        reason=stands.reason,
        until=stands.until.isoformat(),
        signed_by=signatures(stands),
        never_held_out=len(never),
        already=before is not None,
    )
    if before is None and not dry_run:
        warnings = tuple({"code": n.code, "message": n.message} for n in notices)
        keep(workspace, recipe.record(made_at, result=plain(result), warnings=warnings), {})
    return Answer(
        verb="holdout-sign",
        result=result,
        id=result.sign_off_id,
        as_of=recipe.as_of,
        warnings=notices,
    )


def _checked(
    workspace: Workspace, plan: dict[str, Any], files: SignFiles
) -> tuple[Terms, tuple[NeverHeldOut, ...]]:
    """Return terms and list, checked against the plan as they are when one is made."""
    from rightplace.app.areas import find_area

    forecast = read_run_of(workspace.runs, plan["settings"]["forecast"], kind="forecast")
    area = find_area(workspace, forecast["settings"]["area"])
    as_of, days = date.fromisoformat(plan["as_of"]), plan["settings"]["days"]
    first_day = as_of + timedelta(days=1)
    terms = read_terms(files.terms)
    check_terms(
        terms,
        share=plan["settings"]["holdout"]["share"],
        first_day=first_day,
        last_day=as_of + timedelta(days=days),
        days_most=workspace.settings("holdout", HoldOutSettings).days_most,
    )
    cell_ids = area.cells["cell_id"].to_pylist()
    return terms, read_never_held_out(files.never, cell_ids=cell_ids, first_day=first_day)


def _units_held_out(rows: Sequence[dict[str, Any]]) -> dict[str, int]:
    """Return the unit of each place held out."""
    return {row["cell_id"]: row["unit"] for row in rows if row["arm"] == HELD_OUT}


def _check_list(
    rows: Sequence[dict[str, Any]],
    never: Sequence[NeverHeldOut],
    *,
    plan_id: str,
    file: Path,
    is_signed: bool,
) -> None:
    """Check that no place held out stands on the list.

    Raises
    ------
    RefusedError
        If one does; each is named, with the places drawn with it.
    """
    unit = _units_held_out(rows)
    kinds = {row.cell_id: KINDS[row.kind] for row in never if row.cell_id in unit}
    if not kinds:
        return
    named = [_named(cell_id, words, unit) for cell_id, words in list(kinds.items())[:NAMED]]
    more = f" and {len(kinds) - NAMED} more" if len(kinds) > NAMED else ""
    cell_id = next(iter(kinds))
    msg = f"{plan_id} holds out places that must never be: {'; '.join(named)}{more}."
    remedy = (
        f"Release each at once: rightplace holdout release {plan_id} --cell {cell_id} "
        f"--reason TEXT --by NAME."
        if is_signed
        else "Plan anew with --holdout and this list (--never-hold-out): they keep their visits."
    )
    raise RefusedError(msg, file=file, value=cell_id, remedy=remedy)


def _named(cell_id: str, words: str, unit: dict[str, int]) -> str:
    others = [other for other, mine in unit.items() if mine == unit[cell_id] and other != cell_id]
    together = f", in one unit with {', '.join(others)}" if others else ""
    return f"{cell_id} ({words}{together})"


def _listed(rows: Sequence[dict[str, Any]], never: Sequence[NeverHeldOut]) -> tuple[Notice, ...]:
    """Return a notice of listed places that the lot happened to treat."""
    found = {row["cell_id"] for row in rows} & {row.cell_id for row in never}
    if not found:
        return ()
    message = (
        f"{len(found):,} places of the list were drawn, and treated. Had one been held out, the "
        f"plan would have been refused, so the chances stored are a little too low for them and "
        f"too high for others. Planned anew with the list, the lot leaves them out."
    )
    return (Notice(code="holdout-listed-drawn", message=message),)


def _already(before: SignOff | None, files: SignFiles) -> tuple[Notice, ...]:
    """Return a notice that a sign-off stands already."""
    if before is None:
        return ()
    others = "" if before.files == files.digests else " These files are not those it was made with."
    message = f"{before.sign_off_id} signed the plan already; that stands.{others}"
    return (Notice(code="signed-already", message=message),)


def _recipe(plan: dict[str, Any], files: SignFiles, terms: Terms) -> RunRecipe:
    paths = (files.terms, files.never)
    return RunRecipe(
        kind="sign_off",
        settings={"plan": plan["id"], "terms": plain(terms), "files": list(files.digests)},
        inputs=(
            RunInput(source=plan["id"], release=None, sha256=plan["settings_hash"]),
            *(
                RunInput(source=str(path), release=None, sha256=sha256)
                for path, sha256 in zip(paths, files.digests, strict=True)
            ),
        ),
        as_of=date.fromisoformat(plan["as_of"]),
        known_at=None,
        seed=0,
    )

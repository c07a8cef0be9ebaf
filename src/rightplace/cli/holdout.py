"""``rightplace holdout``: what a plan's lot decided, signing for it, releasing a place from it."""

from __future__ import annotations

import textwrap
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rightplace.cli.table import table
from rightplace.cli.verb import as_json, dry_run, now, show

if TYPE_CHECKING:
    from rightplace.app.holdout.releases import Released
    from rightplace.app.holdout.show import HoldOutShown
    from rightplace.app.holdout.sign_off import SignedOff
    from rightplace.app.workspace import Workspace

WIDTH = 96


class Moment(click.ParamType[datetime]):
    """A moment in ISO 8601 with its offset."""

    name = "time"

    def convert(
        self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Return the moment, or fail with how to write it."""
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return self.fail(f"{value!r} is no time: 2018-07-02T22:40:00+01:00, say.", param, ctx)
        if moment.tzinfo is None:
            return self.fail(f"{value!r} has no offset: add +01:00, say.", param, ctx)
        return moment


MOMENT = Moment()


@click.group()
def command() -> None:
    """See which places a plan holds out by lot (analysts only), sign for it, release one."""


def shown_lines(result: HoldOutShown) -> list[str]:
    """Return strata, places held out and releases."""
    held = [place for place in result.places if place.arm == "holdout"]
    strata = [
        (each.name, each.units, each.held_out, each.places, f"{each.probability:.3f}")
        for each in result.strata
    ]
    places = [
        (
            each.cell_id,
            each.unit,
            each.stratum,
            f"{each.expected_count:.2f}",
            each.released_at or "",
        )
        for each in held
    ]
    price = result.price
    about = (
        f"{result.plan_id}: {len(held):,} of {len(result.places):,} places held out, "
        f"{result.days} days from {result.first_day}; compare records from "
        f"{result.analysed_from}. Price {price.lo:,.3f} to {price.hi:,.3f} "
        f"{result.objective_unit} fewer prevented. {_who_signed(result)}"
    )
    return [
        result.notice,
        *textwrap.wrap(about, WIDTH),
        *textwrap.wrap(f"It can tell {result.estimand}.", WIDTH),
        "",
        *table(("stratum", "units", "held out", "places", "chance of visits"), strata),
        "",
        *table(("held out", "unit", "stratum", "expected", "released"), places),
        *_releases(result),
        result.response,
    ]


def _who_signed(result: HoldOutShown) -> str:
    if not result.signed:
        return "A draft that nobody has signed: crews have nothing of it."
    signed = " and ".join(f"{each.name} ({each.role})" for each in result.signed_by)
    kept = "with the plan" if result.sign_off_id is None else f"as {result.sign_off_id}"
    return f"Until {result.until}; signed by {signed}, kept {kept}."


def _releases(result: HoldOutShown) -> list[str]:
    return [
        f"  {each.at}: {', '.join(each.cell_ids)} released by {each.released_by} ({each.reason})"
        for each in result.releases
    ]


def signed_lines(result: SignedOff) -> list[str]:
    """Return who signed for what until when."""
    signed = " and ".join(f"{each.name} ({each.role})" for each in result.signed_by)
    rows = f"none of the {result.never_held_out:,} rows of the list is about one"
    held = f"{result.places_held_out:,} places get no visit; {rows}"
    return [
        f"{result.sign_off_id}: {result.plan_id} is signed by {signed}, until {result.until}",
        f"  {held}",
        f"  {result.response} Release a place: rightplace holdout release {result.plan_id}",
        "  The plan stays as it was made; briefs and routes may be made from it now.",
    ]


def released_lines(result: Released) -> list[str]:
    """Return what is free for visits from when."""
    return [
        f"{result.release_id}: {', '.join(result.cell_ids)} held out no longer from {result.at}",
        f"  {result.reason} ({result.released_by})",
        f"  {result.response}",
        "  The plan stays as it was made; plan the rest of it anew to send crews there.",
    ]


@command.command(name="show")
@click.argument("plan")
@as_json
@click.pass_obj
def show_command(workspace: Workspace, *, plan: str, wants_json: bool) -> int:
    """Show strata, places, arms, chances and releases of PLAN, for analysts and never crews.

    The same stands in the plan's table holdout.parquet: unit, stratum, cell_id, arm (treat or
    holdout), probability, analysed_from, arm_before, expected_count.
    """
    from rightplace.app.holdout.show import show_hold_out

    return show(show_hold_out(workspace, plan), shown_lines, wants_json=wants_json)


@command.command()
@click.argument("plan")
@click.option(
    "--terms",
    "terms_file",
    type=click.Path(path_type=Path),
    required=True,
    help="TOML: reason, share_most, until, and the tables commander and ethics, each with name, "
    "role and signed_on; two different people.",
)
@click.option(
    "--never-hold-out",
    "never_file",
    type=click.Path(path_type=Path),
    required=True,
    help="CSV of places that keep their visits: cell_id, kind (live_threat, aftermath, "
    "section_60, nominated or command), reason, set_by, until; it may have no rows.",
)
@as_json
@dry_run
@click.pass_obj
def sign(
    workspace: Workspace,
    *,
    plan: str,
    terms_file: Path,
    never_file: Path,
    wants_json: bool,
    dry_run: bool,
) -> int:
    """Sign for the hold-out of PLAN, a draft, once you have seen its price.

    The files are those of `plan --holdout`, checked the same way. If a place held out stands on
    the list, plan anew with the list: software knows of no live threat by itself. The plan is not
    changed; who signed is kept beside it, and briefs and routes may be made from then on.
    """
    from rightplace.app.holdout.sign_off import SignFiles
    from rightplace.app.holdout.sign_off import sign as sign_plan

    files = SignFiles(terms=terms_file, never=never_file)
    answer = sign_plan(workspace, plan, files, made_at=now(), dry_run=dry_run)
    return show(answer, signed_lines, wants_json=wants_json)


@command.command()
@click.argument("plan")
@click.option("--cell", "cell_id", required=True, help="The place; its neighbours go with it.")
@click.option("--reason", required=True, help="Why, in one line.")
@click.option("--by", "released_by", required=True, help="Who releases it.")
@click.option("--at", type=MOMENT, help="From when, if it was earlier; ISO 8601 with offset.")
@as_json
@dry_run
@click.pass_obj
def release(
    workspace: Workspace,
    *,
    plan: str,
    cell_id: str,
    reason: str,
    released_by: str,
    at: datetime | None,
    wants_json: bool,
    dry_run: bool,
) -> int:
    """Release a place of PLAN from its hold-out at once, with the neighbours drawn with it.

    Nobody need be asked first: violence there is reason enough. Response to 999 calls goes on as
    ever, with and without a hold-out. The plan is not changed; the release is kept beside it.
    """
    from rightplace.app.holdout.releases import Asked
    from rightplace.app.holdout.releases import release as release_place

    asked = Asked(cell_id=cell_id, reason=reason, released_by=released_by, at=at)
    answer = release_place(workspace, plan, asked, made_at=now(), dry_run=dry_run)
    return show(answer, released_lines, wants_json=wants_json)

"""``rightplace surge``: experienced officers from their units to boroughs, proven and explained."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from rightplace.briefing.stamp import PLACE_NOT_PERSON
from rightplace.cli.verb import DAY, as_json, dry_run, now, seed, show

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from rightplace.app.surge.result import SurgeResult
    from rightplace.app.workspace import Workspace

_CSV = click.Path(path_type=Path)
_MOST_SHOWN = 12


def lines(result: SurgeResult) -> list[str]:
    """Return the surge in a page of lines."""
    return [*_head(result), *_where(result), *_who_loses(result), *_after(result)]


def _head(result: SurgeResult) -> Iterator[str]:
    if result.synthetic:
        yield "SYNTHETIC: invented data. Not for operational use."
    yield (
        f"{result.surge_id}: {result.posted} of {result.asked} officers posted, {result.status}, "
        f"gap {result.gap:.2g} (objective {result.objective:.6g}, bound {result.bound:.6g})"
    )
    yield (
        f"  harm prevented a week {result.harm_prevented:.4g} ({result.label}); "
        f"match {result.match:.3g} of {result.posted} at weight {result.match_weight:g}"
    )
    given_up = _interval(result.price_of_match_lo, result.price_of_match_hi)
    yield f"  without the match {result.unmatched_harm:.4g}: matching gives up {given_up}"
    for each in result.weights:
        yield (
            f"    weight {each.match_weight:g}: harm {each.harm_prevented:.4g}, "
            f"match {each.match:.3g}"
        )


def _interval(lo: float, hi: float) -> str:
    return f"{lo:.3g}" if hi - lo <= 1e-6 * max(1.0, hi) else f"{lo:.3g} to {hi:.3g}"


def _where(result: SurgeResult) -> Iterator[str]:
    rows = [post for post in result.posts if post.officers]
    for post in rows[:_MOST_SHOWN]:
        harm = "no data" if post.harm_prevented is None else f"harm {post.harm_prevented:.3g}"
        yield f"  {post.borough} {post.role}: {post.officers} ({harm})"
    if len(rows) > _MOST_SHOWN:
        yield f"  and {len(rows) - _MOST_SHOWN} posts more"


def _who_loses(result: SurgeResult) -> Iterator[str]:
    losing = [donor for donor in result.donors if donor.loses]
    for donor in losing[:_MOST_SHOWN]:
        floor = "" if donor.keeps_at_least is None else f", floor {donor.keeps_at_least}"
        yield f"  {donor.unit} loses {donor.loses} of {donor.strength}{floor}"
    if len(losing) > _MOST_SHOWN:
        yield f"  and {len(losing) - _MOST_SHOWN} units more"


def _after(result: SurgeResult) -> Iterator[str]:
    for role in result.capacity:
        visits = "" if role.visits_a_week is None else f", {role.visits_a_day} visits a day"
        if role.officers:
            yield (
                f"  {role.role}: {role.officers} officers, {role.on_duty_a_day:.1f} on duty a day, "
                f"{role.hours_a_week:.0f} hours a week{visits}"
            )
    if result.deployable is not None:
        yield f"  {result.deployable.sentence}"
    yield (
        f"  pounds a week: {result.price_note}"
        if result.price_total is None
        else (f"  {result.price_total:,.0f} pounds a week")
    )
    for each in result.overrides:
        yield f"  override: {each.officer_id}, {each.post}: {each.reason} ({each.author})"
    if result.overrides_price_lo is not None and result.overrides_price_hi is not None:
        cost = _interval(result.overrides_price_lo, result.overrides_price_hi)
        yield f"  overrides cost {cost} of the objective"
    for group in result.groups:
        said = "withheld" if group.posted is None else f"{group.posted} of {group.listed} posted"
        yield f"  {group.attribute} {group.group}: {said}"
    yield f"  {result.postings_path} (why each, next best, how sure)"
    for path in result.exported:
        yield f"  {path}"
    yield PLACE_NOT_PERSON


@click.command()
@click.option("--officers", type=_CSV, required=True, help="CSV of who may be posted, see below.")
@click.option("--demand", type=_CSV, required=True, help="CSV of what boroughs want, see below.")
@click.option("--count", type=int, default=100, show_default=True, help="Officers to post.")
@click.option("--donors", type=_CSV, help="CSV of units: unit, strength, floor, set_by.")
@click.option(
    "--overrides",
    type=_CSV,
    help="CSV of what a person fixes: officer_id, borough (or stays), role, reason, author.",
)
@click.option(
    "--groups",
    type=_CSV,
    help="CSV of self-declared groups, looked at after the optimum only: officer_id and some of "
    "sex, age_band, ethnicity, disability, religion, sexual_orientation, part_time, carer.",
)
@click.option("--actions", type=_CSV, help="TOML of the accreditation each action needs.")
@click.option("--forecast", metavar="ID", help='Where the demand says "forecast": f-...')
@click.option(
    "--workforce",
    metavar="ID",
    help="A workforce forecast (h-...): what the postings take of officers who can be deployed.",
)
@click.option(
    "--no-data",
    "no_data",
    type=click.Choice(["refuse", "average", "leave-out"]),
    default="refuse",
    show_default=True,
    help="A borough without data and without a floor; it is never read as low demand.",
)
@click.option("--match-weight", type=float, help="What a full match counts; default: the setting.")
@click.option("--investigation-share", type=float, help="Share of --count for investigations.")
@click.option("--as-of", type=DAY, help="Day that months since postings are as of; default: today.")
@click.option("--effective", type=DAY, help="First day of the postings, for the notice due.")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder for postings and donors as CSV."
)
@seed
@as_json
@dry_run
@click.pass_obj
def command(
    workspace: Workspace,
    *,
    officers: Path,
    demand: Path,
    count: int,
    donors: Path | None,
    overrides: Path | None,
    groups: Path | None,
    actions: Path | None,
    forecast: str | None,
    workforce: str | None,
    no_data: str,
    match_weight: float | None,
    investigation_share: float | None,
    as_of: date | None,
    effective: date | None,
    out: Path | None,
    seed: int,
    wants_json: bool,
    dry_run: bool,
) -> int:
    """Post experienced officers to boroughs and roles, with the proof and a reason for each.

    What is weighed: expected harm prevented, and a stated weight on the match by months in the
    borough, role and skills asked for. Never ethnicity, home or social ties: other columns are
    refused. The result at match weight 0 stands beside it.

    officers.csv: officer_id, unit, supervisor (0/1), past_postings
    (borough:role:months:months since, ; between), accreditation (0-4); if you like skills
    (; between), pair_with, available (0/1), weekly_hours.

    demand.csv: borough, role (patrol, investigation), expected_harm (a week; "forecast"; "no
    data"), floor, ceiling; if you like increments (; between), effect_most, half_officers, skills
    (skill:officers) with need, supervisors, actions (of investigations).
    """
    import numpy as np

    from rightplace.app.surge.inputs import SurgeOptions
    from rightplace.app.surge.use_case import Moment, surge

    made_at = now()
    options = SurgeOptions(
        officers=officers,
        demand=demand,
        count=count,
        donors=donors,
        overrides=overrides,
        groups=groups,
        actions=actions,
        forecast=forecast,
        workforce=workforce,
        no_data=no_data,
        match_weight=match_weight,
        investigation_share=investigation_share,
        effective=effective,
        out=out,
        seed=seed,
        dry_run=dry_run,
    )
    moment = Moment(as_of=as_of or made_at.date(), made_at=made_at)
    answer = surge(workspace, options, moment=moment, rng=np.random.default_rng(seed))
    return show(answer, lines, wants_json=wants_json)

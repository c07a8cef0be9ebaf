"""``rightplace plan``: which crews visit which places."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from rightplace.cli.evidence import evidence_options, question_of
from rightplace.cli.verb import DAY, as_json, dry_run, now, say, seed, show

if TYPE_CHECKING:
    from datetime import date

    from rightplace.app.holdout.options import HoldOutOptions
    from rightplace.app.plan.result import PlanResult
    from rightplace.app.workspace import Workspace


def lines(result: PlanResult) -> list[str]:
    """Return the plan in a few lines."""
    from rightplace.app.equality.words import equality_lines
    from rightplace.app.hot_spots.words import term_lines
    from rightplace.app.nominated.words import nominated_lines

    prevented, expected = result.prevented, result.expected_in_places
    dearest = sorted(result.constraint_costs, key=lambda c: -c.hi)[:5]
    visits = f"{result.visits:,} visits to {result.places:,} places"
    proof = f"{result.objective:,.3f} of at most {result.bound:,.3f} {result.objective_unit}"
    gaps = f"gap {result.gap:.2%}; greedy {result.greedy_gap:.2%}"
    there = f"{expected.mean:,.0f} ({expected.lo80:,.0f} to {expected.hi80:,.0f})"
    may = f"{prevented.mean:,.1f} ({prevented.lo80:,.0f} to {prevented.hi80:,.0f})"
    return [
        f"{result.plan_id}: {visits}, {result.days} days from {result.first_day}",
        f"  {result.status}: {proof} prevented at the mean effect ({gaps})",
        f"  expected in those places and slots: {there}; may prevent {may}, {result.label}",
        *_stays(result),
        *_held_out(result),
        *term_lines(result.term, unit=result.objective_unit),
        *nominated_lines(result.nominated, unit=result.objective_unit),
        f"  crew time used: {result.crew_minutes_used_share:.0%}; {result.shift_evidence}",
        *(f"  {c.name}: {c.lo:,.3f} to {c.hi:,.3f} more if wider" for c in dearest),
        *(
            f"  {row.name}: {row.objective:,.3f} to {row.bound:,.3f} {row.unit} ({row.visits:,} "
            f"visits; {row.prevented_count:,.2f} incidents, {row.prevented_harm:,.0f} harm)"
            for row in result.what_if
        ),
        *equality_lines(result.equality),
        f"  {result.visits_path}",
    ]


def _stays(result: PlanResult) -> list[str]:
    over = result.over_draws
    if over is None:
        return []
    stays = f"a visit stays in {over.stays_share_mean:.0%} of {over.draws} plans by drawn rates"
    return [f"  {stays} and effect; by those draws this plan prevents {over.plan_objective:,.3f}"]


def _held_out(result: PlanResult) -> list[str]:
    held = result.holdout
    if held is None:
        return []
    unit, price = result.objective_unit, held.price
    there = f"{held.expected_in_held_out:,.1f} expected in the places held out"
    each_gets = f"treated places get {held.visits_per_treated_place:.1f} visits each"
    ends = list(dict.fromkeys(f"{end:,.3f}" for end in (price.lo, price.hi)))
    costs = " to ".join(ends) if price.lo else f"less than {ends[-1]}"
    units = f"{held.units_held_out:,} of {held.units:,} units in {held.strata} strata"
    left = ", ".join(f"{each.places:,} {each.reason}" for each in held.left_out)
    lacks = f"draft, not signed: it lacks the {', and the '.join(held.missing)}"
    signed = " and ".join(f"{each.name} ({each.role})" for each in held.signed_by)
    stands = f"until {held.until}; signed by {signed}" if held.signed else lacks
    does = "Release a place: rightplace holdout release"
    go_on = f"{does} {result.plan_id}" if held.signed else "No crew has it until it is signed."
    return [
        f"  held out by lot: {held.places_held_out:,} of {held.places:,} near-equals; {units}",
        f"    its price: {costs} {unit} fewer prevented; {there}",
        f"    no lot for: {left or 'no visited place'}",
        f"    it can tell {held.estimand}; {each_gets}",
        f"    {stands}; compare records from {held.analysed_from}",
        f"    {held.response} {go_on}",
    ]


@click.command()
@click.option("--as-of", type=DAY, required=True, help="The last day whose events may be used.")
@click.option("--days", type=click.IntRange(1, 28), default=7, show_default=True)
@click.option(
    "--crews",
    "crews_file",
    type=click.Path(path_type=Path),
    required=True,
    help="CSV: crew_id, borough, slot_start, slot_end, minutes, officers, specialist, base_lon, "
    "base_lat; times ISO 8601 with offset.",
)
@click.option("--forecast", "forecast_id", help="A kept forecast; default: a new one.")
@click.option("--profile", "profile_file", type=click.Path(path_type=Path), help="Shift profile.")
@click.option("--effects", "effects_file", type=click.Path(path_type=Path), help="Effect sizes.")
@click.option(
    "--cover",
    "cover_file",
    type=click.Path(path_type=Path),
    help="CSV of crew minutes kept for response: bcu, weekday (mon to sun, empty for every day), "
    "shift, minutes, set_by, until.",
)
@click.option("--without-cover", default="", help="Why a plan is made without that file.")
@click.option(
    "--fairness",
    "fairness_file",
    type=click.Path(path_type=Path),
    help="CSV of patrol minutes over 4 weeks: borough (empty for every one), per (1000_residents "
    "or violent_crime), least, most, set_by, until.",
)
@click.option(
    "--residents",
    "residents_file",
    type=click.Path(path_type=Path),
    help="CSV: cell_id, residents.",
)
@click.option(
    "--place-limits",
    "places_file",
    type=click.Path(path_type=Path),
    help="CSV: cell_id, day_least, day_most, plan_least, plan_most, specialist_share, reason, "
    "set_by, until; empty cells set nothing.",
)
@click.option(
    "--nominated",
    "nominated_file",
    type=click.Path(path_type=Path),
    help="CSV of places that people want visited: cell_id (or lon, lat), kind, visits (or "
    "minutes) over the plan, reason, author, expires; about places, never persons.",
)
@click.option(
    "--hot-spots",
    "term_id",
    metavar="TERM",
    help="Hot spots fixed for a term (t-..., of `rightplace hot-spots fix`): each has its visits.",
)
@click.option(
    "--composition",
    "composition_files",
    type=click.Path(path_type=Path),
    multiple=True,
    help="Published table of residents by ethnic group, or of deprivation, by area (.xlsx, .ods, "
    ".csv, .parquet); give both. They audit the plan and never steer it.",
)
@click.option(
    "--holdout",
    "holdout_share",
    type=float,
    help="Share of near-equal places that a lot leaves without visits, up to 0.5; the lot is "
    "drawn by --seed. Without both files below the plan is a draft: see its price, then sign it "
    "with `rightplace holdout sign`.",
)
@click.option(
    "--never-hold-out",
    "never_file",
    type=click.Path(path_type=Path),
    help="CSV of places that keep their visits: cell_id, kind (live_threat, aftermath, "
    "section_60, nominated or command), reason, set_by, until; it may have no rows.",
)
@click.option(
    "--holdout-terms",
    "terms_file",
    type=click.Path(path_type=Path),
    help="TOML: reason, share_most, until, and the tables commander and ethics, each with name, "
    "role and signed_on; two different people.",
)
@click.option(
    "--what-if",
    "wants_what_if",
    is_flag=True,
    help="Plan also with other crews, another measure and other floors, side by side.",
)
@click.option("--objective", type=click.Choice(["count", "harm"]), help="What to prevent most of.")
@evidence_options
@as_json
@dry_run
@seed
@click.pass_obj
def command(
    workspace: Workspace,
    *,
    as_of: date,
    days: int,
    crews_file: Path,
    forecast_id: str | None,
    profile_file: Path | None,
    effects_file: Path | None,
    cover_file: Path | None,
    without_cover: str,
    fairness_file: Path | None,
    residents_file: Path | None,
    places_file: Path | None,
    nominated_file: Path | None,
    term_id: str | None,
    composition_files: tuple[Path, ...],
    holdout_share: float | None,
    never_file: Path | None,
    terms_file: Path | None,
    wants_what_if: bool,
    objective: str | None,
    area_id: str | None,
    known_at: date | None,
    classes: str | None,
    sources: tuple[str, ...],
    harm_file: Path | None,
    wants_json: bool,
    dry_run: bool,
    seed: int,
) -> int:
    """Plan 15-minute visits to places within each borough's crew time, proven by a bound.

    What the visits may prevent is planned, not achieved. Monthly records are split over shifts
    only by a profile that you declare; without one, minutes are spread evenly and it says so.

    Raises
    ------
    click.UsageError
        If a kept forecast is named and also what a new one should rest on.
    """
    from dataclasses import replace

    from rightplace.app.forecast.use_case import ForecastOptions
    from rightplace.app.plan.limits import LimitOptions
    from rightplace.app.plan.making import PlanOptions
    from rightplace.app.plan.places import PlaceOptions
    from rightplace.app.plan.use_case import forecast_and_plan, plan

    new = {"--area": area_id, "--known-at": known_at, "--classes": classes, "--source": sources}
    given = [name for name, value in {**new, "--harm": harm_file}.items() if value]
    if forecast_id is not None and given:
        msg = f"{', '.join(given)} shape a new forecast; {forecast_id} is made already."
        raise click.UsageError(msg)
    if objective is not None:
        workspace = replace(workspace, flags={**workspace.flags, "plan.objective": objective})
    options = PlanOptions(
        crews_file=crews_file,
        profile_file=profile_file,
        effects_file=effects_file,
        limits=LimitOptions(
            cover_file=cover_file,
            without_cover=without_cover,
            fairness_file=fairness_file,
            residents_file=residents_file,
            places_file=places_file,
        ),
        what_if=wants_what_if,
        places=PlaceOptions(
            nominated_file=nominated_file, term_id=term_id, composition_files=composition_files
        ),
        holdout=_hold_out_options(holdout_share, never_file, terms_file),
        seed=seed,
        dry_run=dry_run,
        progress=say,
    )
    if forecast_id is None:
        answer = forecast_and_plan(
            workspace,
            question_of(as_of, known_at=known_at, classes=classes, sources=sources),
            days=days,
            source=ForecastOptions(area_id=area_id, harm_file=harm_file, seed=seed, progress=say),
            options=options,
            made_at=now(),
        )
    else:
        answer = plan(
            workspace, forecast_id, as_of=as_of, days=days, options=options, made_at=now()
        )
    return show(answer, lines, wants_json=wants_json)


def _hold_out_options(
    share: float | None, never_file: Path | None, terms_file: Path | None
) -> HoldOutOptions | None:
    """Return what is asked of a hold-out, None if nothing is.

    Raises
    ------
    click.UsageError
        If a file of a hold-out is named and no share.
    """
    from rightplace.app.holdout.options import HoldOutOptions

    if share is not None:
        return HoldOutOptions(share=share, never_file=never_file, terms_file=terms_file)
    if never_file is not None or terms_file is not None:
        msg = "--never-hold-out and --holdout-terms are of use with --holdout SHARE alone."
        raise click.UsageError(msg)
    return None

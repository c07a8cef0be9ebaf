"""The report's second half: what-ifs, what matters most, past accuracy, postings, assumptions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rightplace.app.workforce.forecast_parts import percent
from rightplace.app.workforce.report_words import (
    INPUTS,
    MEASURES,
    NOT_SURE,
    change,
    difference,
    is_sure,
    month,
    short_month,
    signed,
    span,
    step,
)
from rightplace.briefing.searches.values import Table
from rightplace.briefing.workforce.values import Difference, DifferenceChart, Section

if TYPE_CHECKING:
    from rightplace.app.workforce.result import (
        MovedResult,
        MovesResult,
        OriginResult,
        WhatIfResult,
        WorkforceResult,
    )
    from rightplace.app.workforce.trend_result import StrengthBacktestResult

_LIKELY: Final = 0.9
"""Share of draws from which a target is said to be moved for sure; a choice of ours: 80 % intervals
leave a tenth on either side."""
_WHAT_IFS: Final = "What if"
CANNOT_KNOW: Final = (
    "Who joins, leaves or is posted: officers are numbers in cohorts, and no person is looked at.",
    (
        "What will be decided: intake, training places and tutors are what the setup states, and "
        "no budget is known."
    ),
    (
        "How leaving will change: its rates are uncertain, and hold for all months of a draw. A "
        "pay award, an age of retirement or a pandemic is in no draw."
    ),
    (
        "How many leave in truth: a published strength by month tells the net change alone, so "
        "that joiners and leavers apart come from the setup."
    ),
    (
        "How many are on duty: deployable counts officers whom training, tutoring and leave do not "
        "hold back, not hours after sickness, court and rest days."
    ),
    "Whether more officers mean less violence: this is about strength, and about nothing else.",
)


def what_ifs_section(result: WorkforceResult) -> Section:
    """Return each change beside the plan, with paired differences and their intervals."""
    if not result.what_ifs:
        return Section(key="what-ifs", heading=_WHAT_IFS, words=("No change was asked about.",))
    how = (
        f"Each change is followed in {result.compared_draws:,} draws with the same chance as the "
        f"plan, so that what differs is the change alone; 80 % of the paired differences lie "
        f"between the numbers in brackets. Where they span zero it says {NOT_SURE}."
        if result.draws
        else "Differences of expected values; how sure they are is not said."
    )
    return Section(
        key="what-ifs",
        heading=_WHAT_IFS,
        words=(how,),
        charts=_difference_charts(result),
        tables=(_ends_table(result), *_moved_tables(result)),
        points=tuple(f"{each.name}: {change(each.changes)}." for each in result.what_ifs),
    )


def _difference_charts(result: WorkforceResult) -> tuple[DifferenceChart, ...]:
    def chart(name: str, words: str) -> DifferenceChart:
        rows = []
        for each in result.what_ifs:
            found = getattr(each, f"{name}_at_end")
            ends = {"lo": found.lo80, "hi": found.hi80} if result.draws else {}
            told = difference(found, is_drawn=bool(result.draws))
            rows.append(Difference(label=each.name, value=found.mean, words=told, **ends))
        return DifferenceChart(
            ident=f"what-ifs-{name}",
            title=f"{words} at the end of {month(result.last_month)}, compared with the plan",
            unit="Officers more or fewer than as planned; 80 % of paired draws",
            kind="intervals",
            rows=tuple(rows),
        )

    return chart("headcount", "Headcount"), chart("deployable", "Officers who can be deployed")


def _ends_table(result: WorkforceResult) -> Table:
    rows = tuple(
        (
            each.name,
            *(
                difference(getattr(each, f"{name}_at_end"), is_drawn=bool(result.draws))
                for name in ("headcount", "fte", "deployable")
            ),
            signed(each.waiting_for_tutor_at_end),
        )
        for each in result.what_ifs
    )
    header = (
        "What if",
        "Headcount",
        "Full-time equivalent",
        "Deployable",
        "Wait for a tutor",
    )
    caption = f"Officers more or fewer than as planned at the end of {month(result.last_month)}"
    return Table(caption=caption, header=header, rows=rows)


def _moved_tables(result: WorkforceResult) -> tuple[Table, ...]:
    tables = []
    for place, target in enumerate(result.targets):
        planned = (
            "as planned",
            month(target.median_month),
            span(target.lo80_month, target.hi80_month, end=result.last_month)
            if result.draws
            else "not told",
            "",
        )
        rows = [planned, *(_moved_row(each, place, result) for each in result.what_ifs)]
        tables.append(
            Table(
                caption=f"{target.name}: {target.strength:,.0f} {MEASURES[target.measure]}",
                header=("What if", "Half of draws by", "80 % of draws", "Against the plan"),
                rows=tuple(rows),
                wordy=(1, 2, 3),
            )
        )
    return tuple(tables)


def _moved_row(each: WhatIfResult, place: int, result: WorkforceResult) -> tuple[str, ...]:
    moved = each.targets[place]
    return (
        each.name,
        month(moved.median_month),
        span(moved.lo80_month, moved.hi80_month, end=result.last_month)
        if result.draws
        else "not told",
        _moved_words(moved),
    )


def _moved_words(moved: MovedResult) -> str:
    """Return how a change moves a target: how far, and in which share of draws."""
    later = moved.median_months_later
    if later is None:
        return "reached in no draw both with and without it"
    middle = "in the same month"
    if later:
        unit = "month" if abs(later) == 1 else "months"
        middle = f"{abs(later):g} {unit} {'later' if later > 0 else 'sooner'}"
    shares = {"sooner": moved.sooner, "in the same month": moved.same, "later": moved.later}
    told = ", ".join(f"{name} in {percent(share)}" for name, share in shares.items() if share)
    most = max(shares.values())
    unsure = f"; {NOT_SURE}" if moved.sooner and moved.later and most < _LIKELY else ""
    return f"{middle} (of draws: {told}{unsure})"


def moves_section(result: WorkforceResult) -> Section:
    """Return which input matters most, each moved a step down and up, drawn as a tornado."""
    heading = "What matters most"
    if not result.moves:
        return Section(
            key="moves", heading=heading, words=("Without a target no input was moved.",)
        )
    target = result.targets[0]
    words = (
        (
            "Each input is moved a step down and a step up, one at a time, with the same chance: "
            f"what that makes of {MEASURES[target.measure]} at the end of "
            f"{month(result.last_month)}, on average. Steps are settings and not equally likely."
        ),
    )
    return Section(
        key="moves",
        heading=heading,
        words=words,
        charts=(
            _tornado(result, "at_end", "moves-target", MEASURES[target.measure]),
            *(
                (_tornado(result, "deployable", "moves-deployable", MEASURES["deployable"]),)
                if target.measure != "deployable"
                else ()
            ),
        ),
        tables=(_moves_table(result),),
    )


def _tornado(result: WorkforceResult, field: str, ident: str, measure: str) -> DifferenceChart:
    moves = sorted(result.moves, key=lambda each: -_swing(each, field))
    rows = tuple(
        Difference(
            label=INPUTS.get(each.name, (each.name, ""))[0],
            value=getattr(each, f"{field}_{end}"),
            words=f"{step(getattr(each, end))}: {signed(getattr(each, f'{field}_{end}'))}",
        )
        for each in moves
        for end in ("down", "up")
    )
    title = f"A step down and up: {measure} at the end of {month(result.last_month)}"
    return DifferenceChart(
        ident=ident,
        title=title,
        unit="Officers more or fewer than as planned",
        kind="bars",
        rows=rows,
    )


def _swing(moves: MovesResult, field: str) -> float:
    down, up = (float(getattr(moves, f"{field}_{end}")) for end in ("down", "up"))
    return abs(up - down)


def _moves_table(result: WorkforceResult) -> Table:
    target = result.targets[0]
    fields = ("deployable",) if target.measure == "deployable" else ("at_end", "deployable")
    heads = {"at_end": MEASURES[target.measure].capitalize(), "deployable": "Deployable"}
    rows = tuple(
        (
            INPUTS.get(each.name, (each.name, ""))[0],
            step(getattr(each, end)),
            month(getattr(each, f"median_month_{end}")),
            *(signed(getattr(each, f"{field}_{end}")) for field in fields),
        )
        for each in result.moves
        for end in ("down", "up")
    )
    header = (
        "Input",
        "Step",
        f"{target.strength:,.0f} by",
        *(f"{heads[field]} {short_month(result.last_month)}" for field in fields),
    )
    caption = "Each input a step down and up, mean of paired draws"
    return Table(caption=caption, header=header, rows=rows, wordy=(1, 2))


def past_section(backtest: StrengthBacktestResult | None) -> Section:
    """Return how good looking ahead would have been: k of n, and the score against drift."""
    heading = "How good would looking ahead have been?"
    if backtest is None:
        missing = (
            (
                "No back-test stands beside this forecast: take the force's strength by month in, "
                "and run `rightplace workforce backtest`."
            ),
        )
        return Section(key="past", heading=heading, words=missing)
    words = (
        *backtest.verdicts,
        (
            f"That is of {backtest.backtest_id}: the trend of past strength ({backtest.force}, "
            f"{backtest.history_from} to {backtest.history_to}) looked ahead from each past year. "
            "The stock and flow of this report cannot be tried so, for joiners, leavers and "
            "cohorts of past years are not published by month."
        ),
        *(
            f"Crossed by a programme: {each.name}, {month(each.first)} to {month(each.last)}."
            for each in backtest.breaks
        ),
    )
    return Section(key="past", heading=heading, words=words)


def postings_section(result: WorkforceResult) -> Section | None:
    """Return first postings by area as an aggregate, small numbers withheld; None without any."""
    if not result.first_postings:
        return None
    rows = tuple(
        (
            each.area,
            "withheld" if each.first_postings is None else f"{each.first_postings:,}",
            "withheld" if each.share_of_postings is None else percent(each.share_of_postings),
            percent(each.share_of_officers),
            "withheld"
            if each.ratio is None
            else f"{each.ratio:.2f} ({each.lo95:.2f} to {each.hi95:.2f})",
            each.words,
        )
        for each in result.first_postings
    )
    header = (
        "Area",
        "First postings",
        "Share of them",
        "Share of officers",
        "Ratio (95 %)",
        "What that shows",
    )
    table = Table(
        caption="First postings by area beside established officers; 1 is an even share",
        header=header,
        rows=rows,
        wordy=(5,),
    )
    words = (
        (
            "Where new officers went first, by area: no officer is looked at. A share that differs "
            "is no wrong by itself: boroughs differ in need, and the reason is for people to give."
        ),
    )
    return Section(
        key="postings",
        heading="Are first postings shared out evenly?",
        words=words,
        tables=(table,),
    )


def is_unverified(origin: OriginResult) -> bool:
    """Whether a table does not say that its numbers were verified."""
    return not origin.verified


def _how_sure(origin: OriginResult) -> str:
    return "not verified" if is_unverified(origin) else "verified"


def origins_section(result: WorkforceResult) -> Section:
    """Return what the reckoning rests on: each number with its origin, the unverified marked."""
    unsure = sum(is_unverified(each) for each in result.origins)
    rows = tuple(
        (each.table, _how_sure(each), each.origin, each.numbers) for each in result.origins
    )
    table = Table(
        caption="Every number that was put in, and where it comes from",
        header=("Table", "How sure", "Origin", "Numbers"),
        rows=rows,
        wordy=(1, 2, 3),
    )
    words = (
        (
            f"{unsure} of {len(rows)} tables rest on numbers that nobody says were verified, "
            "assumptions among them. The result is no surer than they are."
        ),
    )
    return Section(
        key="origins",
        heading="What it rests on",
        words=words,
        tables=(table,),
        points=result.assumed,
    )


def unknown_section() -> Section:
    """Return what no number of the report can tell."""
    return Section(key="unknown", heading="What this cannot know", points=CANNOT_KNOW)


def unsure_words(result: WorkforceResult) -> tuple[str, ...]:
    """Return the what-ifs of which a difference cannot be told from none, a sentence each."""
    if not result.draws:
        return ()
    told = []
    for each in result.what_ifs:
        unsure = [
            words
            for name, words in MEASURES.items()
            if not is_sure(getattr(each, f"{name}_at_end"))
        ]
        if unsure:
            told.append(
                f"{NOT_SURE.capitalize()}: whether \u201c{each.name}\u201d changes "
                f"{', '.join(unsure)} by {month(result.last_month)}."
            )
    return tuple(told)

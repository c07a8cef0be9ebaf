"""What a workforce forecast says, part by part, of draws that were followed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from rightplace.app.workforce.first_postings import posting_shares
from rightplace.app.workforce.result import (
    MovedResult,
    MovesResult,
    OriginResult,
    ReachedResult,
    Spread,
    StrengthMonth,
    WhatIfResult,
    WorkforceResult,
)
from rightplace.deploy.workforce.cohorts import Cohort
from rightplace.deploy.workforce.stock import MEASURES
from rightplace.deploy.workforce.targets import Reached, reached
from rightplace.deploy.workforce.tornado import Steps, tornado
from rightplace.deploy.workforce.what_ifs import moved

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from rightplace.app.workforce.forecast import Case, Followed
    from rightplace.core.time import Month
    from rightplace.deploy.workforce.growth import Growth
    from rightplace.deploy.workforce.stock import Projection
    from rightplace.deploy.workforce.what_ifs import WhatIf

MEASURE_WORDS: Final = {
    "headcount": "officers",
    "fte": "officers in full-time equivalent",
    "deployable": "deployable officers",
}
ASSUMED: Final = (
    "Who leaves in a month was there at its start; who joins in it does not leave in it.",
    (
        "Officers at the start are spread evenly over the months of their cohort, and over routes "
        "as the planned intake is."
    ),
    "Waiting for a tutor lengthens probation by as much.",
    (
        "Annual rates and the share of places filled are uncertain once for a draw, for all its "
        "months; who leaves, joins and returns in a month is chance besides."
    ),
    (
        "A training place is held for the whole training: one that nobody takes, or whose officer "
        "leaves, is lost. Who is put off goes first on the same route, and routes go in the order "
        "of the file."
    ),
    (
        "Deployable counts officers, not hours: sickness, annual leave and court are taken off by "
        "surges and rosters."
    ),
    "Only established officers go on leave; its rates and lengths are taken as known.",
)
EXPECTED_ALONE: Final = (
    "Expected values let each rate and share happen exactly as given. They are not the means of "
    "draws: rates may lie further above what is given than below it, and where tutors are short, "
    "or nearly so, officers wait in some draws and not in others."
)
_QUANTILES: Final = (0.1, 0.9, 0.025, 0.975)
_HALF: Final = 0.5
_HALF_AN_OFFICER: Final = 0.5


def result_of(case: Case, followed: Followed, *, steps: Steps, run: Path) -> WorkforceResult:
    """Return all that is said of a workforce; a target that is met already is ``BadInputError``.

    Parameters
    ----------
    case, followed
        The workforce, and its draws.
    steps
        How far inputs are moved.
    run
        Folder of the run.
    """
    growth, base = case.growth, followed.base
    targets = tuple(_target(reached(base, each), followed, growth) for each in case.targets)
    return WorkforceResult(
        workforce_id=run.name,
        title=growth.title,
        start_month=str(growth.start_month),
        last_month=str(growth.month(growth.months)),
        months=growth.months,
        draws=followed.draws,
        compared_draws=followed.compared_draws,
        strength=_strength(followed),
        targets=targets,
        what_ifs=tuple(
            _what_if(each, other, case=case, base=followed.compared)
            for each, other in zip(case.what_ifs, followed.others, strict=True)
        ),
        moves=_moves(case, followed, steps),
        tutors_words=_tutors_words(followed),
        places_words=_places_words(followed),
        first_postings=posting_shares(case.postings),
        origins=tuple(
            OriginResult(
                table=each.table,
                numbers=each.numbers,
                origin=each.origin,
                verified=each.verified,
            )
            for each in case.setup.assumptions
        ),
        assumed=ASSUMED if followed.draws else (*ASSUMED, EXPECTED_ALONE),
        synthetic=case.setup.synthetic,
        strength_path=str(run / "months.parquet"),
        targets_path=str(run / "targets.parquet"),
        what_ifs_path=str(run / "what_ifs.parquet"),
    )


def month_words(month: Month) -> str:
    """Return a month as ``July 2020``."""
    return f"{month.first:%B %Y}"


def spread(values: NDArray[np.float64]) -> list[Spread]:
    """Return the mean and the middle of draws, of values (draws, months), month by month."""
    ends = np.quantile(values, _QUANTILES, axis=0)
    return [
        Spread(mean=float(mean), lo80=float(a), hi80=float(b), lo95=float(c), hi95=float(d))
        for mean, a, b, c, d in zip(values.mean(axis=0), *ends, strict=True)
    ]


def _strength(followed: Followed) -> tuple[StrengthMonth, ...]:
    base = followed.base
    measured = {measure: spread(base.measured(measure)) for measure in MEASURES}
    joiners = np.append(0.0, base.joined.sum(axis=2).mean(axis=0))
    leavers = np.append(0.0, base.left.sum(axis=2).mean(axis=0))
    cohorts = {cohort: base.of(cohort).mean(axis=0) for cohort in Cohort}
    put_off = np.append(0, base.places.put_off.sum(axis=0))
    tutors = base.tutors()
    return tuple(
        StrengthMonth(
            month=str(base.growth.month(i)),
            headcount=measured["headcount"][i],
            fte=measured["fte"][i],
            deployable=measured["deployable"][i],
            joiners=float(joiners[i]),
            leavers=float(leavers[i]),
            in_training=float(cohorts[Cohort.TRAINING][i]),
            waiting_for_tutor=float(cohorts[Cohort.WAITING][i]),
            tutored=float(cohorts[Cohort.TUTORED][i]),
            on_probation=float(cohorts[Cohort.PROBATION][i]),
            established=float(cohorts[Cohort.ESTABLISHED][i]),
            on_leave=float(cohorts[Cohort.AWAY][i]),
            put_off=int(put_off[i]),
            tutors_needed=float(tutors.needed[:, i].mean()),
            tutors_available=float(tutors.available[:, i].mean()),
            tutor_gap_share=float((tutors.gap[:, i] > 0).mean()),
        )
        for i in range(base.growth.months + 1)
    )


def _named(growth: Growth, month: int | None) -> str | None:
    return None if month is None else str(growth.month(month))


def _target(found: Reached, followed: Followed, growth: Growth) -> ReachedResult:
    ends = {percent: found.interval(percent) for percent in (80, 95)}
    return ReachedResult(
        name=found.target.name,
        measure=found.target.measure,
        strength=found.target.strength,
        today=found.today,
        median_month=_named(growth, found.median),
        lo80_month=_named(growth, ends[80][0]),
        hi80_month=_named(growth, ends[80][1]),
        lo95_month=_named(growth, ends[95][0]),
        hi95_month=_named(growth, ends[95][1]),
        never_share=found.never_share,
        reached_by_share=tuple(found.by_month.tolist()),
        reached_by_end_share=float(found.by_month[-1]),
        at_end_share=float(found.at_month[-1]),
        words=_target_words(found, followed, growth),
    )


def _target_words(found: Reached, followed: Followed, growth: Growth) -> str:
    target, last = found.target, month_words(growth.month(growth.months))
    what = f"{target.strength:,.0f} {MEASURE_WORDS[target.measure]}"
    if followed.draws == 0:
        month = f"in {month_words(growth.month(found.median))}" if found.median else f"by {last}"
        no = "" if found.median else "not "
        return f"On expected values alone {what} are {no}reached {month}; how sure is not said."
    if found.median is None:
        return _beyond_words(found, growth, what)
    words = (
        f"{what} are first reached by {month_words(growth.month(found.median))} in half of draws"
    )
    low, high = found.interval(80)
    if low is not None and high is not None:
        words += f"; in 80 % of them from {_span(growth, low, high)}"
    elif low is not None:
        words += f"; in 80 % of them from {month_words(growth.month(low))} to after {last}"
    return f"{words}. {_never_words(found, last)}"


def _beyond_words(found: Reached, growth: Growth, what: str) -> str:
    last, earliest = month_words(growth.month(growth.months)), found.interval(80)[0]
    share = percent(found.never_share)
    words = f"{what} are not reached by {last} in {share} of draws, so that no month is named"
    if earliest is None:
        return f"{words}."
    return f"{words}; the earliest tenth reach them by {month_words(growth.month(earliest))}."


def _never_words(found: Reached, last: str) -> str:
    if found.never_share == 0:
        return f"Every draw reaches them by {last}."
    share = percent(found.never_share)
    return f"{share[0].upper()}{share[1:]} of draws do not reach them by {last}."


def _span(growth: Growth, low: int, high: int) -> str:
    first, last = growth.month(low), growth.month(high)
    if first.year == last.year:
        return f"{first.first:%B} to {month_words(last)}"
    return f"{month_words(first)} to {month_words(last)}"


def percent(share: float) -> str:
    """Return a share in percent; one that is not 0 or 1 is never shown as such."""
    if 0 < share < 0.001:  # noqa: PLR2004 - a tenth of a percent
        return "less than 0.1 %"
    if 0.999 < share < 1:  # noqa: PLR2004 - as above
        return "more than 99.9 %"
    return f"{100 * share:.1f} %" if share not in {0, 1} else f"{100 * share:.0f} %"


def _what_if(what_if: WhatIf, other: Projection, *, case: Case, base: Projection) -> WhatIfResult:
    at_end = {
        measure: spread((other.measured(measure) - base.measured(measure))[:, -1:])[0]
        for measure in MEASURES
    }
    waiting = other.of(Cohort.WAITING)[:, -1] - base.of(Cohort.WAITING)[:, -1]
    targets = []
    for target in case.targets:
        before, after = reached(base, target), reached(other, target)
        shift = moved(before, after)
        low, high = after.interval(80)
        targets.append(
            MovedResult(
                target=target.name,
                median_month=_named(case.growth, after.median),
                lo80_month=_named(case.growth, low),
                hi80_month=_named(case.growth, high),
                never_share=after.never_share,
                median_months_later=shift.median_months,
                sooner=shift.sooner,
                same=shift.same,
                later=shift.later,
                neither=shift.neither,
            )
        )
    return WhatIfResult(
        name=what_if.name,
        changes=what_if.change.words,
        targets=tuple(targets),
        headcount_at_end=at_end["headcount"],
        fte_at_end=at_end["fte"],
        deployable_at_end=at_end["deployable"],
        waiting_for_tutor_at_end=float(waiting.mean()),
    )


def _moves(case: Case, followed: Followed, steps: Steps) -> tuple[MovesResult, ...]:
    if not case.targets:
        return ()
    found = tornado(followed.compared, case.targets[0], follow=followed.follow, steps=steps)
    return tuple(
        MovesResult(
            name=each.name,
            down=each.down.words,
            up=each.up.words,
            median_month_down=_named(case.growth, each.reached_down.median),
            median_month_up=_named(case.growth, each.reached_up.median),
            at_end_down=each.end_down,
            at_end_up=each.end_up,
            deployable_down=each.deployable_down,
            deployable_up=each.deployable_up,
        )
        for each in found
    )


def _tutors_words(followed: Followed) -> str:
    growth, gap = followed.base.growth, followed.base.tutors().gap
    short = (gap > _HALF_AN_OFFICER if followed.draws == 0 else gap > 0).mean(axis=0)
    if not short.any():
        alone = "" if followed.draws else " on expected values; single futures may lack some"
        return f"There is a tutor for every student in every month{alone}."
    worst, lacking = int(gap.mean(axis=0).argmax()), gap.mean(axis=0).max()
    waiting = followed.base.of(Cohort.WAITING)[:, worst].mean()
    mean = "on average " if followed.draws else ""
    at_worst = f"{mean}{lacking:,.0f} are lacking in {month_words(growth.month(worst))}"
    likely = np.flatnonzero(short >= _HALF)
    if not likely.size:
        return (
            f"Students may exceed tutors, in at most {percent(float(short.max()))} of draws in one "
            f"month; {at_worst}."
        )
    first = month_words(growth.month(int(likely[0])))
    often = " in half of draws or more" if followed.draws else ""
    return (
        f"Tutors bind: from {first} students exceed them{often}; {at_worst}, and {waiting:,.0f} "
        "officers wait who cannot be deployed."
    )


def _places_words(followed: Followed) -> str:
    growth, put_off = followed.base.growth, followed.base.places.put_off.sum(axis=0)
    limits = [
        f"{number:,} {how}"
        for number, how in (
            (growth.places_a_month, "a month"),
            (growth.places_at_once, "at once"),
        )
        if number is not None
    ]
    if not limits:
        return "No limit of training places was given."
    given = " and ".join(limits)
    if not put_off.any():
        return f"Training places, {given}, take every planned joiner."
    first, worst = int(np.flatnonzero(put_off)[0]), int(put_off.argmax())
    return (
        f"Training places bind: {given} put off planned joiners from "
        f"{month_words(growth.month(first + 1))}; at most {put_off[worst]:,} wait to begin, in "
        f"{month_words(growth.month(worst + 1))}."
    )

"""What a reading of hold-outs is about, what it cannot say, and what must stand beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rightplace.app.evaluation.series import series_of
from rightplace.app.feedback.records import VICTIM
from rightplace.app.holdout.result import ESTIMAND as _HOLD_OUT
from rightplace.evaluate.designs.finding import Flag
from rightplace.evaluate.recording import lockdown_check, recording_found

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rightplace.app.evaluation.trial import Judged
    from rightplace.app.evaluation.trial_result import LookMade, PlanJudged

ESTIMAND: Final = f"It can tell {_HOLD_OUT}."


def cannot_say(judged: Judged) -> tuple[str, ...]:
    """Return what such a reading cannot say, one sentence each."""
    said = [
        "What visits do in the places that the plans always visit: no lot was drawn for them.",
        "What a visit of one officer, crew or borough does: arms are compared, never people.",
        "Whether incidents moved to places that no lot decided on: these are not compared.",
        "What longer than the plans' days would bring: a place changes its arm from week to week.",
        "What was never recorded: counts are recorded crime, in both arms alike.",
    ]
    if judged.reading.given.treated_minutes is None:
        said.append("How much patrol did it: nobody measured what was given.")
    elif not judged.found.weeks.by_place:
        said.append(
            "What happened where visits were really made (per protocol): dosage of single places "
            "is withheld where fewer than five crews gave it."
        )
    return tuple(said)


def flags_of(
    judged: Judged, plans: Sequence[PlanJudged], *, look: LookMade | None
) -> tuple[Flag, ...]:
    """Return what a reader must know beside the number.

    Parameters
    ----------
    judged
        The reading.
    plans
        Each plan as it is printed.
    look
        The look it is; None where no trial was locked.
    """
    return (
        Flag(code="near-equal-places", words=ESTIMAND),
        *_of_data(judged),
        *_of_plans(judged, plans),
        *(() if look is not None else (_NO_TRIAL,)),
    )


_NO_TRIAL: Final = Flag(
    code="no-trial-locked",
    words=(
        "Nobody wrote down before when these plans would be judged and when to stop. The interval "
        "holds if this is the only look; each further one finds something by chance more often."
    ),
)


def _of_data(judged: Judged) -> Iterator[Flag]:
    evidence = judged.found.watched.evidence
    if evidence.synthetic:
        yield Flag(code="synthetic", words="SYNTHETIC: the records are invented.")
    if len(evidence.releases) > 1:
        named = ", ".join(evidence.releases)
        words = f"Records come from several releases ({named}), in both arms alike."
        yield Flag(code="several-releases", words=words)
    yield from _of_the_time(judged)
    if judged.found.unpublished:
        words = (
            f"{judged.found.unpublished:,} places and plans are left out: nothing is published "
            "there and then, in either arm."
        )
        yield Flag(code="unpublished", words=words)


def _of_the_time(judged: Judged) -> Iterator[Flag]:
    """Yield lockdowns and changes of recording in the trial's days, which both arms share."""
    plans, seen = judged.plans, judged.found.watched
    series = series_of(
        seen.evidence.area,
        (plans[0].arms.analysed_from, plans[-1].arms.after),
        tuple(sorted(set(seen.counts[VICTIM].population.tolist()))),
        classes=seen.evidence.classes,
    )
    lockdown = lockdown_check(series)
    if lockdown.passed is False:
        words = f"{lockdown.words} Both arms share it, so the comparison stands for such times."
        yield Flag(code="lockdown", words=words)
    for change in recording_found(series):
        words = f"Recording changed in the trial's days: {change} Both arms share it."
        yield Flag(code="recording-change", words=words)


def _of_plans(judged: Judged, plans: Sequence[PlanJudged]) -> Iterator[Flag]:
    freed = sum(each.released for each in plans)
    if freed:
        words = (
            f"{freed:,} places were released from the hold-out and stay in the arm that the lot "
            "gave them: what releases a place is often violence there, and leaving it out would "
            "hide that from one arm alone."
        )
        yield Flag(code="released", words=words)
    washed = [each for each in plans if each.analysed_from != each.first_day]
    if washed:
        words = (
            f"In {len(washed):,} of {len(plans):,} plans the first days are compared in neither "
            "arm: visits of the plan before may still have worked."
        )
        yield Flag(code="wash-out", words=words)
    versions = sorted({each.effect_version for each in plans})
    if len(versions) > 1:
        words = (
            f"The plans were made by several effect records (versions {', '.join(versions)}), so "
            "they chose their places by different rules."
        )
        yield Flag(code="mixed-effect-records", words=words)
    if not judged.found.weeks.by_place and judged.reading.given.treated_minutes is not None:
        words = (
            "Minutes given are those planned for each place times the share of the plan's minutes "
            "that crews gave: those of single places are withheld where fewer than five crews gave "
            "them."
        )
        yield Flag(code="dosage-by-arm", words=words)

"""What a simulated loop and the monitor come to, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rightplace.app.answer import Notice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rightplace.app.feedback.result import (
        AssociationResult,
        ContrastResult,
        MonitorResult,
        TownResult,
    )

_COUNTING: Final = {
    "reported": "Counting only what the public reports, as shipped, the forecast",
    "discovered": "counting what patrols discover instead, it",
    "mixed": "counting both, it",
    "discovered-by-lot": "counting discoveries while one visit in five goes by lot, it",
}


def loop_verdict(towns: Sequence[TownResult]) -> str:
    """Return what the arms came to in all towns, which have the same arms."""
    said = []
    for number, arm in enumerate(towns[0].arms):
        found = [town.arms[number] for town in towns]
        became = " or ".join(dict.fromkeys(each.outcome for each in found))
        times = " and ".join(f"{each.exaggeration.median:.2f}" for each in found)
        unit = " times the truth in the places patrolled most" if number == 0 else ""
        said.append(f"{_COUNTING[arm.name]} {became} ({times}{unit})")
    return f"{'; '.join(said)}."


_RECORDS: Final = {
    "police_generated": "Police-generated records",
    "victim_reported": "Victim-reported records (demand)",
}
_CANNOT_TELL: Final = (
    "Minutes and later records go together both where patrol makes records and where patrols are "
    "sent to the right places; only places held out by chance can tell the two apart."
)


def monitor_verdict(
    contrasts: Sequence[ContrastResult], associations: Sequence[AssociationResult]
) -> str:
    """Return what the monitor found, in one sentence or two."""
    if contrasts:
        return " ".join(_contrast_words(each) for each in contrasts)
    if not associations:
        return "Nothing can be told: patrol or records are the same in all places and periods."
    return f"{' '.join(_association_words(each) for each in associations)} {_CANNOT_TELL}"


def _contrast_words(found: ContrastResult) -> str:
    interval = f"{_signed(found.lo)} to {_signed(found.hi)}"
    for_each = f"{_signed(found.effect)} for each place and plan ({interval})"
    if found.alert:
        return f"{_RECORDS[found.records]} follow patrol: {for_each} against places held out."
    seen = f"a rise of {found.would_be_seen:.2f} would mostly have been seen"
    if found.hi < 0:
        seen = "there are fewer where patrols went"
    return f"{_RECORDS[found.records]}: no rise seen, {for_each}; {seen}."


def _association_words(found: AssociationResult) -> str:
    given = f"{_signed(found.given_forecast)} ({_signed(found.lo)} to {_signed(found.hi)})"
    tells = (
        "go with minutes of the period before" if found.alert else "show no tie to minutes before"
    )
    return (
        f"{_RECORDS[found.records]} {tells}: correlation of ranks {_signed(found.plain)}, "
        f"among places of equal forecast {given}."
    )


def _signed(number: float) -> str:
    text = f"{number:+.2f}"
    return "0.00" if text in {"+0.00", "-0.00"} else text


def monitor_notices(result: MonitorResult, why_not: str) -> tuple[Notice, ...]:
    """Return what the user must know, alerts first.

    Parameters
    ----------
    result
        What the monitor found.
    why_not
        Why places held out could not be compared; empty if they were.
    """
    found = [_ALERTS[each.records] for each in result.contrasts if each.alert]
    notices = [Notice(code="feedback-alert", message=message) for message in found]
    if not result.contrasts:
        if result.alert:
            notices.append(Notice(code="feedback-cannot-tell", message=_LOOK))
        message = f"No hold-out was compared: {why_not}"
        notices.append(Notice(code="feedback-no-hold-out", message=message))
    elif (result.minutes_held_out or 0.0) >= (result.minutes_treated or 0.0):
        notices.append(Notice(code="feedback-blind", message=_BLIND))
    return tuple(notices)


_ALERTS: Final = {
    "police_generated": (
        "ALERT: police-generated records follow patrol. That is what a loop would feed on. They "
        "are not counted in demand; see that no other product counts them either."
    ),
    "victim_reported": (
        "ALERT: records that demand is made of follow patrol. Forecasts from them may send "
        "patrols where they already were. Have a person look at how these records came about "
        "before the next plan is made from them."
    ),
}
_LOOK: Final = (
    "ALERT that cannot be read yet: later records go with patrol beyond the forecast. A loop and "
    "good targeting look alike here. Hold near-equal places out by chance to tell."
)
_BLIND: Final = (
    "Places held out got as many minutes as those to be visited, so that the comparison says "
    "nothing about patrol."
)

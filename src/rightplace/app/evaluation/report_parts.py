"""The parts of an operation's report, each with its sentences and its tables."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from rightplace.briefing.evaluation.values import Part
from rightplace.briefing.searches.values import Table
from rightplace.core.time import minute_in_words
from rightplace.evaluate.designs.level import level_in_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from rightplace.app.evaluation.report_result import PartShown, ReportResult
    from rightplace.app.evaluation.result import EstimateShown, EvaluationResult

PASSED: Final = {True: "passed", False: "FAILED", None: "not possible"}
PART_WORDS: Final = {
    "treated": "treated",
    "control": "compared with",
    "ring": "ring round it",
    "ring-control": "ring compared with",
}
_NONE: Final = "none"
_MINUS: Final = "\u2212"
_FEW: Final = 10
_SMALLEST_P: Final = 0.001


def number(value: float) -> str:
    """Return a count or change without sign, with no more digits than its size earns."""
    text = f"{value:,.1f}" if abs(value) < _FEW and value != int(value) else f"{value:,.0f}"
    return text.replace("-", _MINUS)


def signed(value: float) -> str:
    """Return a change with its sign."""
    return f"+{number(value)}" if value > 0 else number(value)


def percent(share: float) -> str:
    """Return a share as a change in per cent, with its sign."""
    whole = round(100 * share)
    return f"{whole:+d} %".replace("-", _MINUS) if whole else "0 %"


def share_words(value: float, lo: float | None, hi: float | None) -> str:
    """Return a relative change with its interval: so many per cent, so many to so many."""
    if lo is None and hi is None:
        return f"{percent(value)} (no interval)"
    ends = ["without end" if end is None else percent(end).removesuffix(" %") for end in (lo, hi)]
    return f"{percent(value)} ({ends[0]} to {ends[1]})"


def design_words(design: str) -> str:
    """Return a design's name in words."""
    return design.replace("-", " ").replace("in differences", "in differences").capitalize()


def _estimate_cells(each: EstimateShown) -> tuple[str, str, str, str]:
    """Return value, interval, chance and method of an estimate as cells."""
    if each.scale == "share":
        value, ends = percent(each.value), [each.lo, each.hi]
        words = ["without end" if end is None else percent(end) for end in ends]
    else:
        value = signed(each.value)
        words = ["without end" if end is None else signed(end) for end in (each.lo, each.hi)]
    interval = _NONE if each.lo is None and each.hi is None else f"{words[0]} to {words[1]}"
    return value, interval, chance(each.p), each.method


def chance(p: float | None) -> str:
    """Return the chance of a result so far from none, or nothing where it means nothing."""
    if p is None:
        return ""
    return f"below {_SMALLEST_P}" if p < _SMALLEST_P else f"{p:.3f}"


def _headline(each: EvaluationResult) -> tuple[str, str, str, str]:
    from rightplace.app.evaluation.result import EstimateShown

    return _estimate_cells(
        EstimateShown(
            value=each.estimate,
            lo=each.lo95,
            hi=each.hi95,
            level=each.level,
            p=each.p,
            scale=each.scale,
            method=each.method,
        )
    )


def counts_table(result: ReportResult) -> Table:
    """Return what was counted in each part of the places."""
    header = (
        "Part",
        "Places",
        "Before",
        "During",
        "In 28 days before",
        "In 28 days during",
        "Change",
    )
    words = result.plan.outcome
    return Table(
        caption=f"{words[:1].upper()}{words[1:]}: recorded in the periods counted",
        header=header,
        rows=tuple(_part_row(part) for part in result.parts),
    )


def places_table(places: Sequence[Mapping[str, Any]], *, most: int) -> Table:
    """Return the treated places by number, name and borough; none where they are too many."""
    treated = [row for row in places if row["part"] == "treated"]
    rows = [
        (str(number), str(row["name"]), str(row["borough"] or ""))
        for number, row in enumerate(treated, start=1)
    ]
    return Table(
        caption="Treated places",
        header=("Number", "Place", "Borough"),
        rows=tuple(rows) if len(rows) <= most else (),
        wordy=(1, 2),
    )


def _part_row(part: PartShown) -> tuple[str, ...]:
    change = percent(part.during_rate / part.before_rate - 1) if part.before_rate else "from none"
    return (
        PART_WORDS[part.part].capitalize(),
        f"{len(part.cells):,}",
        number(part.before),
        number(part.during),
        number(part.before_rate),
        number(part.during_rate),
        change,
    )


def checks_part(finding: EvaluationResult) -> Part:
    """Return the estimate with its checks and refutations."""
    rows = [("Change", *_headline(finding))]
    for name, each in (
        ("Relative change", finding.relative),
        ("In the ring", finding.displacement),
    ):
        if each is not None:
            rows.append((name, *_estimate_cells(each)))
    numbers = Table(
        caption=f"What {design_words(finding.design).lower()} found",
        header=(
            "What",
            "Value",
            f"{level_in_words(finding.level)} interval".replace("%", " %"),
            "p",
            "By",
        ),
        rows=tuple(rows),
        wordy=(4,),
    )
    checks = Table(
        caption="Checks",
        header=("Check", "Result", "What came out"),
        rows=tuple(
            (each.check.replace("-", " "), PASSED[each.passed], each.words)
            for each in finding.diagnostics
        ),
        wordy=(1, 2),
    )
    refuted = Table(
        caption="Refutations: placebos should be about none, the others about the same",
        header=("Made again", "Value", "Interval", "p", "What it means"),
        rows=tuple(
            (each.name, *_estimate_cells(each.estimate)[:3], each.words)
            for each in finding.refutations
        ),
        wordy=(4,),
    )
    tables = [numbers, *(table for table in (checks, refuted) if table.rows)]
    words: tuple[str, ...] = ()
    if finding.expected is not None and finding.observed is not None:
        counted = f"{number(finding.observed)} were counted in the treated places while it ran"
        words = (f"{counted}, and {number(finding.expected)} are expected without it.",)
    return Part(
        key="checks",
        heading="The number, and what was tried against it",
        words=words,
        tables=tuple(tables),
    )


def others_part(result: ReportResult) -> Part:
    """Return the other designs, and those that could not be run."""
    made = Table(
        caption="The same data by each design; the verdict is the first one's alone",
        header=("Design", "Value", "Interval", "p", "Level", "By"),
        rows=tuple(
            (
                design_words(each.design),
                *_headline(each)[:3],
                f"{each.evidence_level} of 5",
                each.method,
            )
            for each in (result.finding, *result.others)
        ),
        wordy=(5,),
    )
    lacking = Table(
        caption="Not run",
        header=("Design", "Why"),
        rows=tuple((design_words(each.design), each.why) for each in result.not_run),
        wordy=(1,),
    )
    words = "None of these was registered as the judge; they show how much hangs on the design."
    tables = (made, lacking) if lacking.rows else (made,)
    return Part(
        key="others", heading="What other designs make of it", words=(words,), tables=tables
    )


def harm_part(result: ReportResult) -> Part:
    """Return count and harm beside each other."""
    table = Table(
        caption="Harm weights of the same records",
        header=("Part", "Before", "During", "Each record before", "During"),
        rows=tuple(
            (
                PART_WORDS[part.part].capitalize(),
                number(part.harm_before),
                number(part.harm_during),
                number(part.harm_before / part.before) if part.before else "",
                number(part.harm_during / part.during) if part.during else "",
            )
            for part in result.parts
        ),
    )
    words = [f"Weights: {result.harm_version}. The verdict is about the count."]
    if result.harm is not None:
        value, interval, p, method = _estimate_cells(result.harm)
        told = f", p {p}" if p else ""
        words.append(f"Change in harm by the same design: {value} ({interval}{told}; {method}).")
    if result.left_out:
        named = "; ".join(f"{each.records:,} {each.reason}" for each in result.left_out)
        words.append(
            f"Records of these classes in the area and windows that are not counted: {named}."
        )
    return Part(key="harm", heading="Count and harm", words=tuple(words), tables=(table,))


def delivery_part(result: ReportResult) -> Part:
    """Return what was done, what it cost, and complaints."""
    complaints = result.complaints[:1].upper() + result.complaints[1:]
    words = (
        f"Tactics: {', '.join(result.plan.tactics)}.",
        f"Patrol: {result.dosage.words}",
        f"Cost: {result.cost.words}",
        f"Complaints: {complaints.rstrip('.')}.",
    )
    return Part(key="delivery", heading="What was done, and what it cost", words=words)


def confidence_part(result: ReportResult) -> Part:
    """Return community confidence, or that there is none to show."""
    shown = result.confidence
    tables: tuple[Table, ...] = ()
    if shown.answers:
        tables = (
            Table(
                caption="Share who agreed, with people asked",
                header=("Question", "Area", "Wave to", "Share", "95 % interval", "People asked"),
                rows=tuple(
                    (
                        each.measure,
                        each.area,
                        each.date,
                        f"{100 * each.share:.0f} %",
                        f"{100 * each.lo:.0f} to {100 * each.hi:.0f} %",
                        f"{each.n:,}",
                    )
                    for each in shown.answers
                ),
                wordy=(1,),
            ),
        )
    return Part(
        key="confidence", heading="Community confidence", words=(shown.words,), tables=tables
    )


def registered_part(result: ReportResult) -> Part:
    """Return how it was registered, and what the plan says."""
    plan, lock, windows = result.plan, result.registered, result.windows
    held = lock.results_held_to or "none"
    locked = minute_in_words(datetime.fromisoformat(lock.locked_at))
    rows = [
        ("Plan", f"{result.operation_id}, digest {lock.sha256[:16]}"),
        ("Locked", f"{locked} by {lock.locked_by}; records then held to: {held}"),
        ("Unit", plan.unit_id),
        ("Outcome", f"{plan.outcome} ({plan.classes})"),
        ("Places chosen by", f"{plan.chosen_by.replace('-', ' ')}: {plan.chosen_because}"),
        ("Other operations", plan.elsewhere),
        ("Smallest change that matters", percent(plan.smallest_change)),
        ("Looks", f"{plan.looks}; stopped early: {plan.stop_rule}"),
        (
            "Periods counted",
            f"{windows.periods_before} {windows.step}s before, {windows.periods_during} during",
        ),
    ]
    if lock.supersedes:
        rows.append(("Takes the place of", f"{lock.supersedes}: {lock.because or ''}"))
    table = Table(
        caption="As it was locked",
        header=("Part of the plan", "What it says"),
        rows=tuple(rows),
        wordy=(1,),
    )
    words = "It was registered before its results could be seen."
    if lock.exploratory:
        words = "It was registered when its results could be seen: exploratory."
    return Part(key="registered", heading="How it was registered", words=(words,), tables=(table,))

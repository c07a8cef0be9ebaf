"""What ``evaluate report`` answers: the contract's numbers, and all that must stand beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rightplace.app.evaluation.result import (  # noqa: TC001 - schemas are made from them
    EstimateShown,
    EvaluationResult,
    FlagShown,
)
from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFile:
    """One file of the report."""

    path: str
    kind: str
    pages: int | None
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredShown:
    """The plan as it was locked.

    Parameters
    ----------
    sha256
        Digest of what was locked.
    locked_at, locked_by
        When, with its offset, and who.
    results_held_to
        Last day of records held when it was locked; null where none were.
    exploratory
        Whether results could have been seen before it was locked.
    supersedes, because
        The plan that it took the place of, and why; null where there is none.
    """

    sha256: str
    locked_at: str
    locked_by: str
    results_held_to: str | None
    exploratory: bool
    supersedes: str | None
    because: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedShown:
    """What was planned, in the plan's own words.

    Parameters
    ----------
    smallest_change
        Smallest relative change that would matter: -0.1 is 10 % fewer.
    looks, stop_rule
        How often results are looked at, and when it is stopped early.
    """

    title: str
    unit_id: str
    question: str
    outcome: str
    classes: str
    tactics: tuple[str, ...]
    chosen_by: str
    chosen_because: str
    elsewhere: str
    smallest_change: float
    looks: int
    stop_rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowsShown:
    """Which periods were counted.

    Parameters
    ----------
    before_from, starts, ends
        As planned: first day before, first and last day of the operation.
    step
        ``day``, ``week`` or ``month``.
    periods_before, periods_during
        Whole periods counted.
    data_to
        Last day of the records.
    so_far
        Whether the records end before the operation does.
    unknown
        First days of periods left out since a place had no data in them.
    part_days
        Days of the windows in no whole period, not counted.
    """

    before_from: str
    starts: str
    ends: str
    step: str
    periods_before: int
    periods_during: int
    data_to: str
    so_far: bool
    unknown: tuple[str, ...]
    part_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PartShown:
    """What was counted in one part of the places.

    Parameters
    ----------
    part
        ``treated``, ``control``, ``ring`` or ``ring-control``.
    cells
        Their ids.
    before, during
        Incidents in each window.
    before_rate, during_rate
        The same for each 28 days.
    harm_before, harm_during
        Harm weights.
    """

    part: str
    cells: tuple[str, ...]
    before: float
    during: float
    before_rate: float
    during_rate: float
    harm_before: float
    harm_during: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DosageShown:
    """Patrol planned and given.

    Parameters
    ----------
    planned_minutes, given_minutes
        Patrol-minutes; null where none was planned, or nobody recorded what was given.
    runs
        Counts of dosage that were read.
    words
        The same as a sentence.
    """

    planned_minutes: float | None
    given_minutes: float | None
    runs: tuple[str, ...]
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CostShown:
    """What it cost, and for each incident fewer only where the interval excludes none.

    Parameters
    ----------
    pounds
        Null where nobody reckoned it.
    is_planned
        Whether the figure is the plan's and not what was spent.
    per_incident, lo, hi
        Pounds for each incident fewer with the ends that the estimate's interval gives; null
        where it cannot be told from chance.
    words
        The same as a sentence.
    """

    pounds: float | None
    is_planned: bool
    per_incident: float | None
    lo: float | None
    hi: float | None
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerShown:
    """What people in an area answered in a survey.

    Parameters
    ----------
    area, date, measure
        Where, when and what was asked.
    share
        Share who agreed, 0 to 1.
    n
        People asked.
    lo, hi
        95 % interval (Wilson) from share and n alone; weighting of the survey widens it.
    """

    area: str
    date: str
    measure: str
    share: float
    n: int
    lo: float
    hi: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfidenceShown:
    """Community confidence at the smallest area that the survey supports.

    Parameters
    ----------
    words
        A sentence; it begins with "none" where there is nothing to show.
    answers
        In order of area and date; empty where there is none.
    """

    words: str
    answers: tuple[AnswerShown, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotRun:
    """A design that these data or this plan do not allow, and why."""

    design: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOutShown:
    """Records of the outcome's classes that were not counted."""

    reason: str
    records: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportResult:
    """Whether a registered operation worked, how sure that is, and what cannot be told.

    Parameters
    ----------
    report_id, operation_id
        The run, and the locked plan.
    estimate, lo95, hi95, p
        Of the plan's own design, on the scale that ``finding`` names.
    design, evidence_level, flags, verdict
        Which design; 1 to 5 by the rule table; what must be known beside it; the plain sentences.
    finding
        All that the plan's design found.
    others
        The other designs that the data allow, shown under it and never instead of it.
    not_run
        Designs that they do not allow.
    harm
        Change in harm weights by the plan's design; null where it gives none.
    harm_version
        Which weights.
    complaints
        In words; "none held" where nobody gave any.
    left_out
        Records not counted, by reason.
    counted_from
        ``records`` by place, or ``published counts`` by area.
    populations, releases
        Whose records, of which declared releases.
    synthetic
        Whether invented data went into it.
    trained_to
        Last day counted.
    outputs
        The files written.
    """

    report_id: str
    operation_id: str
    estimate: float
    lo95: float | None
    hi95: float | None
    p: float | None
    design: str
    evidence_level: int
    flags: tuple[FlagShown, ...]
    verdict: str
    finding: EvaluationResult
    others: tuple[EvaluationResult, ...]
    not_run: tuple[NotRun, ...]
    plan: PlannedShown
    registered: RegisteredShown
    windows: WindowsShown
    parts: tuple[PartShown, ...]
    harm: EstimateShown | None
    harm_version: str
    dosage: DosageShown
    cost: CostShown
    complaints: str
    confidence: ConfidenceShown
    left_out: tuple[LeftOutShown, ...]
    counted_from: str
    populations: tuple[str, ...]
    releases: tuple[str, ...]
    area_id: str
    synthetic: bool
    trained_to: str
    outputs: tuple[ReportFile, ...]


def read_result(content: Mapping[str, Any]) -> ReportResult:
    """Return a result from the JSON of its run; keys that a later version added are left.

    Parameters
    ----------
    content
        The ``result`` of a run of kind ``evaluation``.

    Raises
    ------
    BadInputError
        If it is none.
    """
    from pydantic import TypeAdapter, ValidationError

    try:
        return TypeAdapter(ReportResult).validate_python(dict(content))
    except ValidationError as error:
        fault = error.errors()[0]
        where = ".".join(map(str, fault["loc"]))
        msg = f"The run holds no report of an operation: {where}, {fault['msg']}."
        raise BadInputError(msg, value=where, remedy="Make the report again.") from error

"""A plan as it is typed into the form: each fault is told at its field."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from rightplace.app.evaluation.outcome import outcome_classes
from rightplace.app.evaluation.register.places import drawn_up
from rightplace.errors import BadInputError, RightplaceError
from rightplace.evaluate.designs.finding import Design
from rightplace.evaluate.operations.chosen import Chosen, How
from rightplace.evaluate.operations.plan import (
    ChosenBy,
    Delivery,
    Judged,
    OperationPlan,
    Outcome,
    Step,
    When,
)
from rightplace.evaluate.operations.plan_file import PlacesNamed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rightplace.places.study_area import StudyArea

DESIGNS: Final = tuple(each for each in Design if each is not Design.CLAIM)
BY_NAME: Final = (How.BOROUGHS, How.WARDS, How.CELLS)
HOW_WORDS: Final = {
    How.BOROUGHS: "these boroughs",
    How.WARDS: "these wards",
    How.CELLS: "these cells, by their ids",
    How.ALL_OTHERS: "all other cells of the study area",
    How.REST_OF_BOROUGHS: "the rest of these boroughs",
}
CHOSEN_WORDS: Final = {
    ChosenBy.HIGH_COUNTS: "because they had had many incidents",
    ChosenBy.LOT: "by lot",
    ChosenBy.OTHER: "otherwise",
}


ORDER: Final = (
    "because", "title", "unit_id", "question", "tactics", "area", "where_how", "where_names",
    "ring_metres", "control_how", "control_names", "chosen_by", "chosen_because", "elsewhere",
    "before_from", "starts", "ends", "step", "classes", "outcome", "harm", "design",
    "smallest_percent", "looks", "stop_rule", "patrol_minutes", "cost_pounds",
)  # fmt: skip
"""Fields as they stand on the page, in which order faults are told."""


@dataclass(slots=True, kw_only=True)
class Typed:
    """Fields of a form while they are read; what is wrong is put into ``faults``.

    Parameters
    ----------
    fields
        As sent.
    faults
        Field and what is wrong with it, in the order of the form.
    """

    fields: Mapping[str, str]
    faults: list[tuple[str, str]] = field(default_factory=list)

    def at(self, name: str, read: Callable[[str], Any], what: str) -> Any:  # noqa: ANN401 - of whatever the field holds
        """Return what a field holds as ``read`` reads it, or None with a fault at it."""
        text = " ".join(self.fields.get(name, "").split())
        if not text:
            self.faults.append((name, f"Answer this: {what[0].lower()}{what[1:]}."))
            return None
        try:
            return read(text)
        except ValueError:  # a refusal of ours is one too, and has its own words
            self.faults.append((name, f"{what} cannot be read as it stands."))
            return None

    def words(self, name: str, what: str) -> str:
        """Return words on one line."""
        return str(self.at(name, str, what) or "")

    def lines(self, name: str, what: str) -> tuple[str, ...]:
        """Return what stands on lines of its own, each once."""
        found = (" ".join(each.split()) for each in self.fields.get(name, "").splitlines())
        made = tuple(dict.fromkeys(each for each in found if each))
        if not made:
            self.faults.append((name, f"Name one or more: {what[0].lower()}{what[1:]}."))
        return made

    def number(self, name: str, what: str) -> float | None:
        """Return a number that may be left out, none below 0."""
        text = self.fields.get(name, "").replace(",", "").strip()
        if not text:
            return None
        made: float | None = self.at(name, lambda _: _positive(text), what)
        return made

    def made(self, name: str, make: Callable[[], Any]) -> Any:  # noqa: ANN401 - one part of a plan
        """Return what can be made of fields already read, or None with the fault at one of them."""
        try:
            return make()
        except RightplaceError as error:
            said = error.fault.said
            self.faults.append((name, said))
            return None


def _positive(text: str) -> float:
    """Return a number of 0 or more.

    Raises
    ------
    ValueError
        If it is none.
    """
    value = float(text)
    if not 0 <= value < float("inf"):
        raise ValueError(text)
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTyped:
    """What came of a form: a plan, or what is wrong.

    Parameters
    ----------
    plan
        None where there are faults.
    faults
        Field and what is wrong with it.
    """

    plan: OperationPlan | None
    faults: tuple[tuple[str, str], ...] = ()


def plan_of(fields: Mapping[str, str], area: StudyArea, *, supersedes: str | None) -> PlanTyped:
    """Return the plan that a form makes, or each fault at its field.

    Parameters
    ----------
    fields
        As sent.
    area
        The study area in which the places lie.
    supersedes
        The locked plan whose place it takes, or None.
    """
    typed = Typed(fields=fields)
    texts = {
        name: typed.words(name, what)
        for name, what in (
            ("title", "The title"),
            ("unit_id", "The unit"),
            ("question", "The question"),
            ("chosen_because", "Why these places"),
            ("elsewhere", "Other operations there"),
        )
    }
    when, outcome = _when(typed), _outcome(typed)
    judged, delivery = _judged(typed), _delivery(typed)
    where = (
        typed.made("where_names", lambda: drawn_up(places, area, folder=Path()))
        if (places := _places(typed, area))
        else None
    )
    parts: dict[str, Any] = {
        **texts,
        "where": where,
        "when": when,
        "outcome": outcome,
        "judged": judged,
        "delivery": delivery,
        "chosen_by": typed.at("chosen_by", ChosenBy, "How they were chosen"),
        "supersedes": supersedes,
        "because": typed.words("because", "Why it changed") if supersedes else None,
    }
    plan = None if typed.faults else typed.made("title", lambda: OperationPlan(**parts))
    faults = sorted(typed.faults, key=lambda each: ORDER.index(each[0]))
    return PlanTyped(plan=plan, faults=tuple(faults))


def _when(typed: Typed) -> When | None:
    days = {
        name: typed.at(name, date.fromisoformat, what)
        for name, what in (
            ("before_from", "The first day of the time before"),
            ("starts", "The first day of the operation"),
            ("ends", "The last day of the operation"),
        )
    }
    step = typed.at("step", Step, "The length of the periods")
    if None in {*days.values(), step}:
        return None
    made: When | None = typed.made("starts", lambda: When(**days, step=step))
    return made


def _outcome(typed: Typed) -> Outcome | None:
    classes, words = (
        typed.lines("classes", "The outcome"),
        typed.words("outcome", "The outcome in words"),
    )
    if not classes or not words or typed.made("classes", lambda: outcome_classes(classes)) is None:
        return None
    harm = typed.fields.get("harm", "yes") == "yes"
    return Outcome(classes=classes, words=words, harm=harm)


def _judged(typed: Typed) -> Judged | None:
    design = typed.at("design", Design, "The design")
    percent = typed.at("smallest_percent", float, "The smallest change that matters")
    looks = typed.at("looks", int, "How often results are looked at")
    stop_rule = typed.words("stop_rule", "When it is stopped early")
    if None in {design, percent, looks} or not stop_rule:
        return None
    made: Judged | None = typed.made(
        "smallest_percent",
        lambda: Judged(
            design=design, smallest_change=-percent / 100, looks=looks, stop_rule=stop_rule
        ),
    )
    return made


def _delivery(typed: Typed) -> Delivery | None:
    tactics = typed.lines("tactics", "The tactics")
    minutes = typed.number("patrol_minutes", "The patrol-minutes")
    pounds = typed.number("cost_pounds", "The cost")
    return Delivery(tactics=tactics, patrol_minutes=minutes, cost_pounds=pounds)


def _places(typed: Typed, area: StudyArea) -> PlacesNamed | None:
    treated = _named(typed, "where", "The places of the operation", rests=False)
    control = _named(typed, "control", "The places to compare with", rests=True)
    metres = typed.number("ring_metres", "The ring")
    if treated is None:
        return None
    ring = Chosen(how=How.WITHIN_METRES, metres=metres) if metres else None
    return PlacesNamed(
        area=area.area_id, treated=treated, ring=ring, control=control, ring_control=None
    )


def _named(typed: Typed, key: str, what: str, *, rests: bool) -> Chosen | None:
    """Return places as they are named; None for none, where there may be none."""
    text = typed.fields.get(f"{key}_how", "")
    if not text and rests:
        return None
    try:
        how = How(text)
    except ValueError:
        typed.faults.append(
            (f"{key}_how", f"Choose how they are named: {what[0].lower()}{what[1:]}.")
        )
        return None
    if how not in BY_NAME and not (rests and how in {How.ALL_OTHERS, How.REST_OF_BOROUGHS}):
        typed.faults.append(
            (f"{key}_how", f"Choose how they are named: {what[0].lower()}{what[1:]}.")
        )
        return None
    if how is How.ALL_OTHERS:
        return Chosen(how=how)
    names = typed.lines(f"{key}_names", what)
    return Chosen(how=how, names=names) if names else None


def typed_of(plan: OperationPlan) -> dict[str, str]:
    """Return a plan as the form holds it, to begin a changed one with; places by their cells."""
    delivery, judged = plan.delivery, plan.judged
    minutes, pounds = delivery.patrol_minutes, delivery.cost_pounds
    return {
        "title": plan.title,
        "unit_id": plan.unit_id,
        "question": plan.question,
        "where_how": How.CELLS.value,
        "where_names": "\n".join(plan.where.treated),
        "control_how": How.CELLS.value if plan.where.control else "",
        "control_names": "\n".join(plan.where.control),
        "before_from": plan.when.before_from.isoformat(),
        "starts": plan.when.starts.isoformat(),
        "ends": plan.when.ends.isoformat(),
        "step": plan.when.step.value,
        "classes": "\n".join(plan.outcome.classes),
        "outcome": plan.outcome.words,
        "harm": "yes" if plan.outcome.harm else "no",
        "design": judged.design.value,
        "smallest_percent": f"{-100 * judged.smallest_change:g}",
        "looks": str(judged.looks),
        "stop_rule": judged.stop_rule,
        "tactics": "\n".join(delivery.tactics),
        "patrol_minutes": "" if minutes is None else f"{minutes:g}",
        "cost_pounds": "" if pounds is None else f"{pounds:g}",
        "chosen_by": plan.chosen_by.value,
        "chosen_because": plan.chosen_because,
        "elsewhere": plan.elsewhere,
    }


def check_fields(fields: Mapping[str, str]) -> None:
    """Check that no field is longer than any plan.

    Raises
    ------
    BadInputError
        If one is.
    """
    if any(len(each) > 200_000 for each in fields.values()):  # noqa: PLR2004 - about 20,000 cells
        msg = "A field is longer than any plan."
        raise BadInputError(msg, remedy="Name boroughs or wards instead of cells.")

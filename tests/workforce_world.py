"""Small workforces that can be reckoned by hand."""

from __future__ import annotations

from typing import Any

from rightplace.core.time import Month
from rightplace.deploy.workforce.cohorts import Deployable, Entry, PartTime, Route, Strength
from rightplace.deploy.workforce.flows import Cause, Intake, Leave, Leaving
from rightplace.deploy.workforce.growth import Growth
from rightplace.deploy.workforce.tutors import Tutors

HERE = "made up for a test"


def route(training: int = 2, tutored: int = 1, probation: int = 6, **other: Any) -> Route:  # noqa: ANN401 - any field
    """Return a route of constables."""
    given = {"key": "constables", "title": "Constables", "entry": Entry.CONSTABLE} | other
    return Route(
        training_months=training,
        tutored_months=tutored,
        probation_months=probation,
        origin=HERE,
        **given,
    )


def transferees() -> Route:
    """Return the route of those who are trained already."""
    return route(0, 0, 0, key="transferees", title="Transferees", entry=Entry.TRANSFEREE)


def intake(*a_month: int, filled: float = 1.0, spread: float = 0.0) -> Intake:
    """Return a planned intake."""
    return Intake(a_month=a_month, filled=filled, filled_spread=spread, origin=HERE)


def leaving(cause: Cause = Cause.RESIGN, share: float = 0.0, **other: float) -> Leaving:
    """Return one share that leaves every cohort, known for sure unless said otherwise."""
    cohorts = dict.fromkeys(("initial_training", "tutored", "probation", "established"), share)
    given = cohorts | {"low": 1.0, "high": 1.0} | other
    return Leaving(cause=cause, origin=HERE, **given)


def leave(share: float = 0.02, months: float = 10) -> Leave:
    """Return a career break."""
    return Leave(name="career break", annual_share=share, months=months, origin=HERE)


def tutors(number: int | None = 1000, share: float | None = None) -> Tutors:
    """Return tutors, one for each student."""
    return Tutors(share_of_established=share, number=number, students_each=1.0, origin=HERE)


def strength(*officers: int) -> Strength:
    """Return who is there: training, waiting, tutored, probation, established, away."""
    return Strength(officers=officers, origin=HERE)


def workforce(**other: Any) -> Growth:  # noqa: ANN401 - any field
    """Return a hundred officers whom three constables a month join for four months."""
    given: dict[str, Any] = {
        "title": "A small force",
        "start_month": Month(2019, 12),
        "start": strength(0, 0, 0, 0, 100, 0),
        "routes": (route(),),
        "intakes": (intake(3, 3, 3, 3),),
        "leaving": (leaving(),),
        "leaves": (),
        "tutors": tutors(),
        "part_time": PartTime(share=0.0, hours=1.0, origin=HERE),
        "deployable": Deployable(),
        "places_a_month": None,
    }
    return Growth(**(given | other))

"""What stands out in the audit chain, on acts made up by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from rightplace.errors import BadInputError
from rightplace.records.accounts.anomalies import (
    Anomaly,
    AnomalyKind,
    AnomalySettings,
    Known,
    Task,
    anomalies,
)
from rightplace.records.audit.actor import Operation
from rightplace.records.audit.look_up import LoggedAct

DAY = datetime(2026, 5, 4, 9, tzinfo=UTC)  # 10:00 in London
HOUR = timedelta(hours=1)
NAMES = {"u-1": "Smith", "u-2": "Jones"}
PLAIN = Known(family_names=NAMES, names_in={})
SETTINGS = AnomalySettings(night_looks=3, volume_looks=5, volume_times=4)


def look(
    number: int,
    *,
    at: datetime = DAY,
    by: str = "u-1",
    record: tuple[str, str] = ("visit_log", "v-1"),
    operation: Operation = Operation.CONSULTATION,
) -> LoggedAct:
    return LoggedAct(
        number=number,
        at=at,
        operation=operation,
        actor_id=by,
        record_type=record[0],
        record_id=record[1],
        product=None,
        content=None,
    )


def found(acts: list[LoggedAct], known: Known = PLAIN) -> list[Anomaly]:
    return anomalies(acts, known, SETTINGS)


def kinds(acts: list[LoggedAct], known: Known = PLAIN) -> list[AnomalyKind]:
    return [each.kind for each in found(acts, known)]


def test_ordinary_looks_do_not_stand_out() -> None:
    assert found([look(1), look(2, by="u-2")]) == []


def test_a_record_with_ones_own_family_name_stands_out_in_whatever_case() -> None:
    record = ("legal_hold", "h-1")
    known = Known(family_names=NAMES, names_in={record: ["SMITH ", "Green"]})
    acts = [look(1, record=record), look(2, record=record), look(3, by="u-2", record=record)]
    (only,) = found(acts, known)
    assert (only.kind, only.account_id, only.lines) == (AnomalyKind.OWN_NAME, "u-1", (1, 2))
    assert only.said == (
        "u-1 looked 2 times at legal_hold h-1, which holds the family name that they have "
        "themselves."
    )


def test_ones_own_account_does_not_stand_out() -> None:
    own, other = ("account", "u-1"), ("account", "u-9")
    known = Known(family_names=NAMES, names_in={own: ["Smith"], other: ["Smith"]})
    assert [each.lines for each in found([look(1, record=own), look(2, record=other)], known)] == [
        (2,)
    ]


def test_a_look_without_a_task_stands_out_where_a_roster_is_held() -> None:
    task = Task(account_id="u-1", start=DAY, end=DAY + HOUR)
    known = Known(family_names=NAMES, names_in={}, tasks=[task])
    acts = [look(1), look(2, at=DAY + HOUR), look(3, by="u-2")]
    assert [(each.account_id, each.lines) for each in found(acts, known)] == [
        ("u-2", (3,)),
        ("u-1", (2,)),
    ]
    assert kinds(acts, known) == [AnomalyKind.NO_TASK] * 2


@pytest.mark.parametrize(
    ("hours", "stands_out"),
    # 22:30, 23:00 and 05:59 in London, which is an hour ahead of UTC in May.
    [((12.5, 13, 14), False), ((13, 14, 15), True), ((14, 16, 19.98), True), ((19, 20, 21), False)],
)
def test_several_looks_in_one_night_stand_out(
    hours: tuple[float, ...], *, stands_out: bool
) -> None:
    acts = [look(n, at=DAY + each * HOUR) for n, each in enumerate(hours)]
    assert kinds(acts) == [AnomalyKind.NIGHT] * stands_out


def test_a_night_shift_does_not_stand_out() -> None:
    night = DAY + 14 * HOUR
    acts = [look(n, at=night) for n in range(4)]
    task = Task(account_id="u-1", start=DAY + 13 * HOUR, end=DAY + 21 * HOUR)
    assert kinds(acts) == [AnomalyKind.NIGHT]
    assert kinds(acts, Known(family_names=NAMES, names_in={}, tasks=[task])) == []


def test_far_more_looks_than_on_other_days_stand_out() -> None:
    usual = [look(n, at=DAY + timedelta(days=n)) for n in range(2)]
    busy = [look(10 + n, at=DAY + timedelta(days=5)) for n in range(5)]
    (only,) = found([*usual, *busy])
    assert (only.kind, only.lines) == (AnomalyKind.VOLUME, tuple(range(10, 15)))
    assert only.said.endswith("on 2 other days the middle number was 1.")
    assert found([*usual, *busy[:4]]) == [], "below the least number"
    often = [look(100 + n, at=DAY + timedelta(days=n % 2)) for n in range(4)]
    assert found([*often, *busy]) == [], "five is not four times the usual two"


def test_changes_jobs_and_nobody_are_left_out() -> None:
    acts = [look(n, operation=Operation.ALTERATION) for n in range(20)]
    acts += [look(n, by="nobody") for n in range(20, 40)]
    assert found(acts) == []


def test_settings_that_cannot_be_meant_are_refused() -> None:
    with pytest.raises(BadInputError):
        AnomalySettings(volume_times=0.5)

"""What stands out in what people did: questions for the data protection officer, not findings.

A pure function over acts of the audit chain. Nobody is accused by it: each line says what was
seen, and a person asks.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import median
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from rightplace.records.accounts.settings import check_ranges

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date

    from rightplace.records.audit.look_up import LoggedAct

LOOKS = frozenset({"consultation", "disclosure", "combination"})


class AnomalyKind(StrEnum):
    """What stands out."""

    OWN_NAME = "own-name"
    """Somebody looked at a record that holds their own family name."""
    NO_TASK = "no-task"
    """Somebody looked at something while they had no task."""
    NIGHT = "night"
    """Somebody looked at much in the night, without a task then."""
    VOLUME = "volume"
    """Somebody looked at far more than on other days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnomalySettings:
    """From when something stands out. All are choices of ours; tune them on the force's own log.

    Parameters
    ----------
    night_from, night_until
        Hours of the study area's clock, the second after midnight.
    night_looks
        Looks in one night, without a task then, from which they stand out.
    volume_looks
        Looks in one day below which their number never stands out.
    volume_times
        How many times the median of one's other days stands out.
    days
        How many days back the list goes.
    zone
        The study area's time zone.
    """

    night_from: int = 23
    night_until: int = 6
    night_looks: int = 10
    volume_looks: int = 200
    volume_times: float = 5.0
    days: int = 7
    zone: str = "Europe/London"

    def __post_init__(self) -> None:
        """Check the ranges; one below its least raises ``BadInputError``."""
        check_ranges(self, {"night_from": 12, "night_until": 0, "night_looks": 1})
        check_ranges(self, {"volume_looks": 1, "volume_times": 1, "days": 1})


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A time in which somebody was on duty, or had a task (half-open)."""

    account_id: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known beside the audit chain.

    Parameters
    ----------
    family_names
        Of each account, by id.
    names_in
        Family names that a record holds, by its type and id; only records that hold some.
    tasks
        Times on duty; None where no roster is held, and nothing is said about tasks.
    """

    family_names: Mapping[str, str]
    names_in: Mapping[tuple[str, str], Collection[str]]
    tasks: Sequence[Task] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Anomaly:
    """One thing that stands out.

    Parameters
    ----------
    kind
        What.
    account_id
        Whose acts.
    at
        When the first of them was.
    lines
        Numbers of the lines of the audit chain, in order.
    said
        A sentence.
    """

    kind: AnomalyKind
    account_id: str
    at: datetime
    lines: tuple[int, ...]
    said: str


def anomalies(acts: Iterable[LoggedAct], known: Known, settings: AnomalySettings) -> list[Anomaly]:
    """Return what stands out in acts, by time, then by whom.

    Parameters
    ----------
    acts
        Lines of the audit chain, opened, in any order; acts of jobs and of nobody are left out,
        for they have no account.
    known
        Who has which name, and who was on duty when.
    settings
        From when something stands out.
    """
    looks: dict[str, list[LoggedAct]] = defaultdict(list)
    for act in sorted(acts, key=lambda each: each.number):
        if act.operation.value in LOOKS and act.actor_id in known.family_names:
            looks[act.actor_id].append(act)
    tasks: dict[str, list[Task]] = defaultdict(list)
    for task in known.tasks or ():
        tasks[task.account_id].append(task)
    found: list[Anomaly] = []
    for account_id, own in looks.items():
        idle = [act for act in own if not _is_on_task(act, tasks[account_id])]
        found += _own_name(account_id, own, known)
        found += _no_task(account_id, idle, settings) if known.tasks is not None else []
        found += _night(account_id, idle, settings)
        found += _volume(account_id, own, settings)
    return sorted(found, key=lambda each: (each.at, each.account_id, each.kind))


def _is_on_task(act: LoggedAct, tasks: Iterable[Task]) -> bool:
    return any(each.start <= act.at < each.end for each in tasks)


def _own_name(account_id: str, looks: list[LoggedAct], known: Known) -> list[Anomaly]:
    own = known.family_names[account_id].strip().casefold()
    by_record: dict[tuple[str, str], list[LoggedAct]] = defaultdict(list)
    for act in looks:
        record = (act.record_type, act.record_id)
        is_own_account = record == ("account", account_id)
        held = {name.strip().casefold() for name in known.names_in.get(record, ())}
        if own in held and not is_own_account:
            by_record[record].append(act)
    return [
        _anomaly(
            AnomalyKind.OWN_NAME,
            account_id,
            acts,
            f"looked {_times(len(acts))} at {record_type} {record_id}, which holds the family "
            "name that they have themselves",
        )
        for (record_type, record_id), acts in by_record.items()
    ]


def _no_task(account_id: str, idle: list[LoggedAct], settings: AnomalySettings) -> list[Anomaly]:
    by_day: dict[date, list[LoggedAct]] = defaultdict(list)
    for act in idle:
        by_day[_local(act, settings).date()].append(act)
    return [
        _anomaly(
            AnomalyKind.NO_TASK,
            account_id,
            acts,
            f"looked {_times(len(acts))} at records on {day:%d %B %Y} while not on duty",
        )
        for day, acts in by_day.items()
    ]


def _night(account_id: str, idle: list[LoggedAct], settings: AnomalySettings) -> list[Anomaly]:
    by_night: dict[date, list[LoggedAct]] = defaultdict(list)
    for act in idle:
        local = _local(act, settings)
        if local.hour >= settings.night_from:
            by_night[local.date()].append(act)
        elif local.hour < settings.night_until:
            by_night[local.date() - timedelta(days=1)].append(act)
    return [
        _anomaly(
            AnomalyKind.NIGHT,
            account_id,
            acts,
            f"looked {_times(len(acts))} at records in the night of {night:%d %B %Y}",
        )
        for night, acts in by_night.items()
        if len(acts) >= settings.night_looks
    ]


def _volume(account_id: str, looks: list[LoggedAct], settings: AnomalySettings) -> list[Anomaly]:
    by_day: dict[date, list[LoggedAct]] = defaultdict(list)
    for act in looks:
        by_day[_local(act, settings).date()].append(act)
    found = []
    for day, acts in by_day.items():
        others = [len(each) for other, each in by_day.items() if other != day]
        usual = median(others) if others else 0.0
        if len(acts) >= max(settings.volume_looks, settings.volume_times * usual):
            said = (
                f"looked {_times(len(acts))} at records on {day:%d %B %Y}; "
                f"on {len(others)} other days the middle number was {usual:g}"
            )
            found.append(_anomaly(AnomalyKind.VOLUME, account_id, acts, said))
    return found


def _anomaly(kind: AnomalyKind, account_id: str, acts: list[LoggedAct], said: str) -> Anomaly:
    return Anomaly(
        kind=kind,
        account_id=account_id,
        at=acts[0].at,
        lines=tuple(act.number for act in acts),
        said=f"{account_id} {said}.",
    )


def _local(act: LoggedAct, settings: AnomalySettings) -> datetime:
    return act.at.astimezone(ZoneInfo(settings.zone))


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"

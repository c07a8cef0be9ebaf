"""The setup file: units of detectives in TOML, each table of numbers with its origin."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rightplace.core.suggest import did_you_mean
from rightplace.crime.homicides import read_homicides
from rightplace.deploy.investigation.arrivals import MONTHS_A_YEAR, cases_by_month, learn
from rightplace.deploy.investigation.bounds import MOST_TEAMS
from rightplace.deploy.investigation.setup import Floor, Origin, SetUnit, Setup, SurgeDuty
from rightplace.deploy.investigation.setup_table import Table, read_toml, shown
from rightplace.deploy.investigation.unit import Arrivals, Duty, Role, Stage, Team, Unit, Work
from rightplace.errors import BadInputError, RefusedError, UnsupportedByDataError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeVar

    from rightplace.deploy.investigation.arrivals import Learnt

    Made = TypeVar("Made")

EXAMPLE: Final = Path(__file__).resolve().parent.parent / "data" / "example_detectives.toml"
"""An example that can be run as it is."""
HOMICIDES: Final = "homicides"
_KEY: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_DUTY: Final = tuple(name for name in Duty.__dataclass_fields__ if name != "stands_in")
_WHOLE_DUTY: Final = ("on_call_days", "callouts_tiring")


def read_setup(
    path: Path, *, actions: Mapping[str, int], homicides: Path | None = None
) -> tuple[Setup, tuple[Table, ...]]:
    """Return the setup of a file, and its tables ``[[what_if]]`` as they stand.

    Parameters
    ----------
    path
        TOML; `rightplace detectives example` writes one that says what each key means.
    actions
        Level that each action of an investigation needs; work may name no other.
    homicides
        File of homicide victims from which arrivals are learnt where a unit says so; it goes
        before the one that the setup names.
    """
    top = read_toml(path)
    top.check(("title", "unit"), optional=("synthetic", "template", "surge_duty", "what_if"))
    reading = _Reading(top, actions=actions, homicides=homicides)
    units = tuple(reading.unit(table) for table in top.each("unit"))
    keys = [each.unit.key for each in units]
    doubled = sorted({key for key in keys if keys.count(key) > 1})
    if doubled:
        remedy = "Give each unit a key of its own."
        top.refuse(f"two units have the key {doubled[0]!r}.", value=doubled[0], remedy=remedy)
    setup = Setup(
        title=top.text("title"),
        synthetic=top.flag("synthetic", default=False),
        units=units,
        surge_duty=reading.surge_duty(),
        origins=tuple(reading.origins),
        files=(path, *dict.fromkeys(reading.files)),
    )
    return setup, top.each("what_if", least=0)


class _Reading:
    """One file being read; origins and files are gathered on the way."""

    def __init__(self, top: Table, *, actions: Mapping[str, int], homicides: Path | None) -> None:
        self.top, self.actions, self.homicides = top, actions, homicides
        self.origins: list[Origin] = []
        self.files: list[Path] = []
        self.templates = self._templates()

    def _templates(self) -> dict[str, Team]:
        if "template" not in self.top.content:
            return {}
        outer = self.top.inner("template")
        found = {}
        for name in outer.content:
            table = outer.inner(name, where=f"[template.{name}]")
            table.check_numbers(("officers", "origin"))
            found[name] = team_of(table)
            self._origin("", f"template {name}", table)
        return found

    def _origin(self, unit: str, numbers: str, table: Table) -> str:
        origin = table.text("origin")
        self.origins.append(
            Origin(unit=unit, numbers=numbers, origin=origin, verified=table.verified)
        )
        return origin

    def unit(self, table: Table) -> SetUnit:
        """Return one unit, every part of it checked."""
        table.check(
            ("key", "title", "teams", "arrivals", "duty", "cases", "stage"),
            optional=("needs_command", "floor"),
        )
        key = table.text("key")
        if not _KEY.fullmatch(key):
            remedy = "Write small letters, digits and hyphens, such as camden-cid."
            table.refuse(f"the key {key!r} cannot be.", value=key, remedy=remedy)
        teams, names = self._teams(key, table)
        arrivals, learnt = self._arrivals(key, table.inner("arrivals"))
        stages = self._stages(key, table)
        cap, waiting = self._cases(key, table.inner("cases"), stages)
        unit = built(
            table,
            lambda: Unit(
                key=key,
                title=table.text("title"),
                teams=teams,
                arrivals=arrivals,
                stages=stages,
                duty=self._duty(key, table.inner("duty")),
                cap=cap,
                waiting=waiting,
                needs_command=table.flag("needs_command", default=True),
                hours_left=table.inner("cases").number("hours_left", default=1.0),
                wait_left=table.inner("cases").number("wait_left", default=1.0),
            ),
        )
        floor = self._floor(key, table)
        return SetUnit(unit=unit, team_names=names, floor=floor, learnt=learnt)

    def _teams(self, key: str, table: Table) -> tuple[tuple[Team, ...], tuple[str, ...]]:
        teams: list[Team] = []
        names: list[str] = []
        for each in table.each("teams"):
            each.check_numbers(("name", "number"), optional=("template", "officers", "origin"))
            number, name = each.whole("number", least=1), each.text("name")
            if number > MOST_TEAMS:
                remedy = f"Give {MOST_TEAMS} teams at most."
                each.refuse(f"{number:,} teams.", value=number, remedy=remedy)
            team = self._team(key, name, each)
            teams += [team] * number
            names += [name if number == 1 else f"{name}, team {n}" for n in range(1, number + 1)]
        if len(teams) > MOST_TEAMS:
            remedy = f"Give {MOST_TEAMS} teams at most."
            table.refuse(f"{len(teams)} teams.", value=len(teams), remedy=remedy)
        doubled = sorted({name for name in names if names.count(name) > 1})
        if doubled:
            what = f"two teams are called {doubled[0]!r}."
            table.refuse(what, value=doubled[0], remedy="Name them apart.")
        return tuple(teams), tuple(names)

    def _team(self, key: str, name: str, table: Table) -> Team:
        if ("template" in table.content) == ("officers" in table.content):
            remedy = "Name a template, or give officers with their origin."
            table.refuse("neither or both of template and officers.", remedy=remedy)
        if "officers" in table.content:
            table.check_numbers(("name", "number", "officers", "origin"))
            self._origin(key, f"officers of {name}", table)
            return team_of(table)
        template = table.text("template")
        if template not in self.templates:
            remedy = did_you_mean(template, self.templates) if self.templates else "Write one."
            table.refuse(f"no template {template!r}.", value=template, remedy=remedy)
        return self.templates[template]

    def _arrivals(self, key: str, table: Table) -> tuple[Arrivals, Learnt | None]:
        if "from" in table.content:
            return self._learnt(key, table)
        table.check_numbers(
            ("a_month", "dispersion", "origin"), optional=("victims", "further_victim")
        )
        origin = self._origin(key, "arrivals", table)
        victims = table.content.get("victims", [1.0])
        if not isinstance(victims, list) or not all(_is_share(each) for each in victims):
            remedy = "Give shares of cases with 1, 2, 3 ... victims, such as [0.99, 0.01]."
            table.refuse(f"victims are {shown(victims)}.", value=victims, remedy=remedy)
        made = built(
            table,
            lambda: Arrivals(
                a_month=table.number("a_month"),
                dispersion=table.number("dispersion"),
                victims=tuple(float(v) for v in victims),
                origin=origin,
                further_victim=table.number("further_victim", default=0.0),
            ),
        )
        return made, None

    def _learnt(self, key: str, table: Table) -> tuple[Arrivals, Learnt]:
        table.check_numbers(("from", "origin"), optional=("years", "file", "further_victim"))
        if table.text("from") != HOMICIDES:
            remedy = f'Write from = "{HOMICIDES}", or give a_month and dispersion.'
            table.refuse("from is not known.", value=table.text("from"), remedy=remedy)
        file = self.homicides
        if file is None and "file" in table.content:
            file = Path(self.top.file).parent / table.text("file")
        if file is None:
            remedy = "Name the file of homicide victims: --homicides FILE, or file = in this table."
            table.refuse("arrivals are to be learnt from homicides.", remedy=remedy)
        years = table.whole("years", least=1, default=5)
        origin = self._origin(key, f"arrivals, learnt from {file.name}", table)
        rows, months = read_homicides(file), years * MONTHS_A_YEAR
        of_file = Table(where=table.where, content={}, file=str(file))
        found = built(of_file, lambda: cases_by_month(rows, months=months, last=None))
        learnt = built(of_file, lambda: learn(found, origin=origin))
        self.files.append(file)
        more = table.number("further_victim", default=0.0)
        arrivals = built(table, lambda: replace(learnt.arrivals, further_victim=more))
        return arrivals, learnt

    def _stages(self, key: str, table: Table) -> tuple[Stage, ...]:
        stages = tuple(self._stage(key, each) for each in table.each("stage"))
        names = [stage.name for stage in stages]
        doubled = sorted({name for name in names if names.count(name) > 1})
        if doubled:
            what = f"two stages are called {doubled[0]!r}."
            table.refuse(what, value=doubled[0], remedy="Name them apart.")
        if sum(stage.is_first_interview for stage in stages) != 1:
            remedy = "Write first_interview = true at the one stage whose end is that interview."
            table.refuse("not one stage ends with the first interview.", remedy=remedy)
        return stages

    def _stage(self, key: str, table: Table) -> Stage:
        table.check_numbers(
            ("name", "origin"),
            optional=("work", "wait_days", "wait_spread", "share", "first_interview"),
        )
        name = table.text("name")
        self._origin(key, f"stage {name}", table)
        return built(
            table,
            lambda: Stage(
                name=name,
                work=tuple(self._work(each) for each in table.each("work", least=0)),
                wait_days=table.number("wait_days", default=0.0),
                wait_spread=table.number("wait_spread", default=0.0),
                share=table.number("share", default=1.0),
                is_first_interview=table.flag("first_interview", default=False),
            ),
        )

    def _work(self, table: Table) -> Work:
        table.check(("role", "hours", "spread"), optional=("together", "action"))
        action = table.text("action") if "action" in table.content else ""
        if action and action not in self.actions:
            remedy = did_you_mean(action, self.actions)
            table.refuse(f"no action {action!r}.", value=action, remedy=remedy)
        return built(
            table,
            lambda: Work(
                role=role_of(table, table.text("role")),
                mean_hours=table.number("hours"),
                spread=table.number("spread"),
                together=table.whole("together", least=1, default=1),
                action=action,
            ),
        )

    def _duty(self, key: str, table: Table) -> Duty:
        table.check_numbers((*_DUTY, "origin"), optional=("stands_in",))
        stands_in = _stands_in(table)
        told = [
            f"a {one.upper()} stands in for a {other.upper()}" for other, one in stands_in.items()
        ]
        self._origin(key, ", ".join(["duty", *told]), table)
        whole = {name: table.whole(name, least=1) for name in _WHOLE_DUTY}
        shares = {name: table.number(name) for name in _DUTY if name not in _WHOLE_DUTY}
        return built(table, lambda: Duty(**whole, **shares, stands_in=stands_in))  # type: ignore[arg-type]  # by name, whole ones are whole

    def _cases(
        self, key: str, table: Table, stages: tuple[Stage, ...]
    ) -> tuple[int, tuple[int, ...]]:
        table.check_numbers(("cap", "origin"), optional=("at_start", "hours_left", "wait_left"))
        self._origin(key, "cap and cases at the start", table)
        names = [stage.name for stage in stages]
        if "at_start" not in table.content:
            return table.whole("cap", least=1), (0,) * len(stages)
        start = table.inner("at_start")
        start.check((), optional=names)
        waiting = tuple(start.whole(name, default=0) for name in names)
        return table.whole("cap", least=1), waiting

    def _floor(self, key: str, table: Table) -> Floor | None:
        if "floor" not in table.content:
            return None
        inner = table.inner("floor")
        inner.check(("officers", "set_by"))
        set_by = inner.text("set_by")
        # Whoever sets a floor decides it: there is nothing to measure.
        said = Origin(unit=key, numbers="floor", origin=f"set by {set_by}", verified=True)
        self.origins.append(said)
        return Floor(officers=inner.whole("officers"), set_by=set_by)

    def surge_duty(self) -> SurgeDuty | None:
        """Return when officers of a surge are there, where the file says."""
        if "surge_duty" not in self.top.content:
            return None
        table = self.top.inner("surge_duty", where="[surge_duty]")
        names = tuple(SurgeDuty.__dataclass_fields__)
        table.check_numbers((*names, "origin"))
        self._origin("", "duty of surge officers", table)
        return built(table, lambda: SurgeDuty(**{name: table.number(name) for name in names}))


def _is_share(value: object) -> bool:
    """Whether a value is a number from 0 to 1."""
    return isinstance(value, int | float) and type(value) is not bool and 0 <= value <= 1


def built(table: Table, make: Callable[[], Made]) -> Made:
    """Return what a table makes; what it refuses is said with file and table.

    Raises
    ------
    BadInputError
        If the numbers cannot be.
    RefusedError
        If what is asked may not be.
    UnsupportedByDataError
        If data cannot support them.
    """
    try:
        return make()
    except (BadInputError, RefusedError, UnsupportedByDataError) as error:
        fault = error.fault
        if fault.file is not None:
            raise
        message = f"{table.where}: {fault.message}"
        raise type(error)(
            message, file=table.file, value=fault.value, remedy=fault.remedy
        ) from error


def role_of(table: Table, name: str) -> Role:
    """Return the role of a name."""
    roles = [role.value for role in Role]
    if name not in roles:
        table.refuse(f"no role {name!r}.", value=name, remedy=did_you_mean(name, roles))
    return Role(name)


def _stands_in(table: Table) -> dict[Role, Role]:
    """Return who acts up for whom."""
    if "stands_in" not in table.content:
        return {}
    inner = table.inner("stands_in")
    return {role_of(inner, name): role_of(inner, inner.text(name)) for name in inner.content}


def team_of(table: Table) -> Team:
    """Return the team whose officers a table gives by role."""
    officers = table.inner("officers")
    for name in officers.content:
        role_of(officers, name)
    found = {Role(name): officers.whole(name) for name in officers.content}
    return built(officers, lambda: Team(officers=found))

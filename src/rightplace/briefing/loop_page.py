"""The simulated loop of forecast, patrol and record as a single HTML file with charts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup

from rightplace.briefing.charts import REFERENCE_STYLE, Panel, line_style
from rightplace.briefing.loop_charts import exaggeration_panel, runs_panel
from rightplace.briefing.page import templates
from rightplace.briefing.stamp import NOT_ABOUT_PERSON, PLACE_NOT_PERSON
from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rightplace.briefing.charts import LineStyle
    from rightplace.briefing.overview import Named

_LEAST_TOP: Final = 1.3


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopPoint:
    """One week over all runs: how many times the truth the top places are held for."""

    week: int
    lo10: float
    median: float
    hi90: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopLine:
    """One way of counting in a town.

    Parameters
    ----------
    title, words
        Short name and what it stands for.
    outcome
        What became of it, in words.
    points
        Over time, at least one.
    visit_share, newcomers
        Share of visits to the top places at the end; places that come to the top in a year.
    runs
        The first place's share of visits at the weeks of ``points``, run by run; or none.
    """

    title: str
    words: str
    outcome: str
    points: tuple[LoopPoint, ...]
    visit_share: float
    newcomers: float
    runs: tuple[tuple[float, ...], ...] = ()

    def __post_init__(self) -> None:
        """Check that points and runs speak of the same weeks.

        Raises
        ------
        BadInputError
            If not.
        """
        if not self.points or any(len(run) != len(self.points) for run in self.runs):
            msg = f"The line {self.title!r} has {len(self.points)} weeks; its runs have others."
            raise BadInputError(msg)

    @property
    def end(self) -> LoopPoint:
        """The last week."""
        return self.points[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopTown:
    """One invented town, and what each way of counting made of it."""

    name: str
    words: str
    lines: tuple[LoopLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopReport:
    """What ``feedback simulate`` found.

    Parameters
    ----------
    verdict
        The result in one sentence.
    facts
        Method, weeks, runs, seed, code.
    command
        What to type to make it again.
    """

    verdict: str
    facts: tuple[Named, ...]
    towns: tuple[LoopTown, ...]
    command: str


def loop_page(report: LoopReport) -> str:
    """Return the simulated loop as an HTML page: no script, nothing fetched, A4 on paper."""
    return (
        templates()
        .get_template("loop.html.j2")
        .render(
            report=report,
            panels={town.name: _panels(town) for town in report.towns},
            place_not_person=PLACE_NOT_PERSON,
            not_about_person=NOT_ABOUT_PERSON,
        )
    )


def _panels(town: LoopTown) -> dict[str, Any]:
    top = max([_LEAST_TOP, *(point.hi90 * 1.05 for line in town.lines for point in line.points)])
    styled = [(line, _style(number)) for number, line in enumerate(town.lines)]
    return {
        "exaggeration": _markup(
            exaggeration_panel(_panel(town, line, number), line.points, style, top=top)
            for number, (line, style) in enumerate(styled)
        ),
        "runs": _markup(
            runs_panel(_runs_panel(town, line, number), line, style)
            for number, (line, style) in enumerate(styled)
            if line.runs
        ),
    }


def _style(number: int) -> LineStyle:
    """Return the shipped settings in black, the others in colours."""
    return line_style(number - 1) if number else REFERENCE_STYLE


def _panel(town: LoopTown, line: LoopLine, number: int) -> Panel:
    end = line.end
    told = (
        f"{line.words}. After {end.week} weeks the forecast holds the places patrolled most for "
        f"{end.median:.2f} times as violent as they are (a tenth of the runs below "
        f"{end.lo10:.2f}, a tenth above {end.hi90:.2f}): it {line.outcome}."
    )
    return Panel(
        ident=f"loop-{town.name}-{number}", title=f"{line.title}: {line.outcome}", description=told
    )


def _runs_panel(town: LoopTown, line: LoopLine, number: int) -> Panel:
    ends = ", ".join(f"{run[-1]:.0%}".replace("%", " %") for run in line.runs)
    return Panel(
        ident=f"runs-{town.name}-{number}",
        title=line.title.capitalize(),
        description=f"{line.words}. Share of visits to the first of two equal places at the end, "
        f"run by run: {ends}.",
    )


def _markup(pictures: Iterable[str]) -> list[Markup]:
    # Pictures escape their own words; they are the only markup that passes unescaped.
    return [Markup(picture) for picture in pictures]  # noqa: S704 - made by `charts`

"""``rightplace evaluate power``: what an operation could show, before it starts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rightplace.cli.evaluation_lines import wrapped
from rightplace.cli.numbers import Numbers
from rightplace.cli.searches import Words
from rightplace.cli.table import table
from rightplace.cli.verb import as_json, seed, show
from rightplace.errors import UsageError

if TYPE_CHECKING:
    from rightplace.app.answer import Answer
    from rightplace.app.evaluation.power import PowerResult
    from rightplace.evaluate.designs.finding import Design
    from rightplace.evaluate.power.noise import Asked

DESIGNS = (
    "displacement-difference",
    "before-after",
    "difference-in-differences",
    "synthetic-control",
    "randomised-place-day",
    "randomised-week-block",
    "randomised-crossover",
    "randomised-units",
)


class Pair(click.ParamType[tuple[int, int]]):
    """Two whole numbers separated by a comma."""

    name = "pair"

    def convert(
        self,
        value: str | tuple[int, int],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> tuple[int, int]:
        """Return the two, or fail with how to write them."""
        if isinstance(value, tuple):
            return value
        parts = value.split(",")
        if len(parts) != 2 or not all(part.strip().isdigit() for part in parts):  # noqa: PLR2004 - a pair
            self.fail(f"{value!r} is no pair; write two whole numbers, such as 10,12.", param, ctx)
        return int(parts[0]), int(parts[1])


NUMBERS = Numbers("numbers", how="write numbers separated by commas, such as 10,12.5")
PAIR = Pair()


def lines(result: PowerResult) -> list[str]:
    """Return the sentences, then power and weeks of stated falls, then other sizes."""
    sides = "one-sided" if result.one_sided else "two-sided"
    told = [
        *wrapped(result.verdict),
        "",
        *wrapped(
            f"{result.design}, {sides}, interval of {result.level:.0%}, power {result.power:.0%}. "
            f"Scatter of the estimate: {result.how}; standard error {result.standard_error:,.1f} "
            "incidents."
        ),
        "",
        *table(
            ("a fall of", "incidents", "is seen with chance", "weeks needed"),
            [
                (
                    f"{each.change:.0%}",
                    f"{each.incidents:,.0f}",
                    f"{each.power:.0%}",
                    _weeks(each.weeks, result.longest_weeks),
                )
                for each in result.changes
            ],
        ),
    ]
    if result.sizes:
        told += [
            "",
            *table(("size", "weeks", "expected", "smallest fall", "incidents"), _sizes(result)),
        ]
    return told + [line for each in result.cautions for line in ["", *wrapped(each)]]


def _weeks(weeks: int | None, longest: float | None) -> str:
    if longest is None:
        return ""
    return f"over {longest:g}" if weeks is None else str(weeks)


def _sizes(result: PowerResult) -> list[tuple[str, ...]]:
    return [
        (
            f"{each.times:g} times",
            "" if each.weeks is None else f"{each.weeks:g}",
            f"{each.expected:,.0f}",
            "none" if each.smallest_change is None else f"{each.smallest_change:.1%}",
            "none" if each.smallest_incidents is None else f"{each.smallest_incidents:,.0f}",
        )
        for each in result.sizes
    ]


@click.command("power")
@click.option("--design", type=click.Choice(DESIGNS), required=True, help="How it will be judged.")
@click.option(
    "--count",
    type=NUMBERS,
    help="Incidents expected without the operation: in each of the four cells, or all four "
    "(treated before, during, control before, during); before-after 1 or 2; of one area and "
    "period for difference-in-differences; of one place, place-day or block where a lot is drawn; "
    "in the treated places for synthetic-control.",
)
@click.option("--units", type=PAIR, help="Places treated and places left, such as 10,12.")
@click.option(
    "--periods", type=PAIR, default=(1, 1), help="Periods before and during.  [default: 1,1]"
)
@click.option(
    "--days",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Days of a place-day trial, or blocks of a week-block one; each has a lot of its own.",
)
@click.option(
    "--dispersion",
    type=float,
    default=1.0,
    show_default=True,
    help="Variance of a count by its mean; 1 is Poisson, spells make it more.",
)
@click.option(
    "--icc",
    type=float,
    default=0.0,
    show_default=True,
    help="Correlation inside areas: of an area's periods, of places drawn together, of the two "
    "counts of a crossover.",
)
@click.option("--places", type=click.IntRange(min=1), default=1, help="Places drawn together.")
@click.option(
    "--weeks",
    type=click.FloatRange(min=0, min_open=True),
    help="Weeks over which these counts are expected.",
)
@click.option(
    "--change",
    type=float,
    multiple=True,
    default=(0.1, 0.2, 0.3),
    show_default=True,
    help="A fall that matters, as a share; may be given several times.",
)
@click.option("--level", type=float, default=0.95, show_default=True, help="Of the interval.")
@click.option(
    "--power",
    "wanted",
    type=float,
    default=0.8,
    show_default=True,
    help="Chance with which a fall must be seen.",
)
@click.option("--one-sided", is_flag=True, help="Look for a fall only.")
@click.option("--placebos", type=NUMBERS, help="What a synthetic control found where nothing was.")
@click.option(
    "--panel",
    type=click.Path(path_type=Path),
    help="Table of counts of the past (CSV: unit, part, period_start, count): fake operations are "
    "placed in it, so that season and scatter are real.",
)
@click.option("--treated", type=Words(), default="", help="Units of the table to be treated.")
@click.option(
    "--share",
    type=float,
    default=0.5,
    show_default=True,
    help="Share of the table's units that a lot treats.",
)
@click.option(
    "--strata",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Strata of units with like counts in which a lot is drawn over the table.",
)
@click.option(
    "--draws",
    type=click.IntRange(min=20),
    default=999,
    show_default=True,
    help="Fake operations placed in the past.",
)
@seed
@as_json
def command(*, design: str, wants_json: bool, **options: Any) -> int:  # noqa: ANN401 - click's options
    """Say what an operation could show, before it starts.

    Small operations cannot show small effects. Give the counts that you expect without it, or a
    table of the past, and read which fall it would tell from chance, with which chance, and how
    many weeks it takes.
    """
    from rightplace.evaluate.designs.finding import Design
    from rightplace.evaluate.power.noise import Asked

    asked = Asked(level=options["level"], power=options["wanted"], one_sided=options["one_sided"])
    return show(_answer(Design(design), asked, options), lines, wants_json=wants_json)


def _answer(design: Design, asked: Asked, options: dict[str, Any]) -> Answer[PowerResult]:
    """Return the answer from a table, from placebos, or from counts given by hand.

    Raises
    ------
    UsageError
        If neither table nor count was given.
    """
    from rightplace.app.evaluation import power_options as use

    changes, count = options["change"], options["count"]
    if options["panel"] is not None:
        from rightplace.evaluate.designs.panel_file import read_panel

        past = use.PastOptions(
            treated=options["treated"],
            periods=options["periods"],
            share=options["share"],
            strata=options["strata"],
            draws=options["draws"],
            seed=options["seed"],
        )
        panel = read_panel(options["panel"])
        return use.from_past(panel, design, asked, changes=changes, options=past)
    if count is None:
        msg = "Nobody can say what an operation shows without the counts that are expected."
        raise UsageError(msg, remedy="Give --count, or --panel.")
    if options["placebos"] is not None:
        return use.from_placebos(
            options["placebos"], asked, expected=count[0], changes=changes, design=design
        )
    given = use.PowerOptions(
        design=design,
        counts=count,
        units=options["units"],
        periods=options["periods"],
        days=options["days"],
        dispersion=options["dispersion"],
        intra_area=options["icc"],
        places=options["places"],
    )
    return use.by_hand(given, asked, changes=changes, weeks=options["weeks"])

"""The backtest report as a single HTML file: charts as SVG, tables with the same numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup, escape

from rightplace.briefing import numerals
from rightplace.briefing.charts import REFERENCE_STYLE, Panel, line_sample, line_style
from rightplace.briefing.page import templates
from rightplace.briefing.report.charts import (
    difference_panel,
    origins_panel,
    pit_panel,
    stability_panel,
    tenths_limits,
    tenths_panel,
)
from rightplace.briefing.report.curves import accuracy_panel
from rightplace.briefing.stamp import NOT_ABOUT_PERSON, PLACE_NOT_PERSON, SYNTHETIC_SENTENCE
from rightplace.briefing.text import clean, shorten

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from rightplace.briefing.charts import LineStyle
    from rightplace.briefing.report.rows import HeldInterval, OriginRow
    from rightplace.briefing.report.values import Report, ReportNumbers

_LONGEST_TITLE: Final = 44
_PIT_TOP: Final = 0.15

Panels = dict[str, list[Markup]]


def backtest_page(report: Report) -> str:
    """Return a backtest report as an HTML page: no script, nothing fetched, A4 on paper."""
    numbers = report.numbers
    styles = _styles(numbers)
    page = templates().overlay()
    page.filters = page.filters | {
        "fixed": numerals.fixed,
        "signed": numerals.signed,
        "percent": numerals.percent,
        "share": numerals.share_words,
        "breaking": _breaking,
        "ends": numerals.ends,
        "percent_ends": numerals.percent_ends,
        "ratio": numerals.ratio,
    }
    return page.get_template("report.html.j2").render(
        report=report,
        numbers=numbers,
        findings=report.findings,
        samples={key: _markup([line_sample(style)])[0] for key, style in styles.items()},
        panels=_panels(report, styles),
        by_key={line.key: line for line in numbers.methods},
        place_not_person=PLACE_NOT_PERSON,
        not_about_person=NOT_ABOUT_PERSON,
        synthetic_sentence=SYNTHETIC_SENTENCE,
        **_pivots(numbers),
    )


def _breaking(name: str) -> Markup:
    """Return a method's name, escaped, that may break after its punctuation."""
    broken = str(escape(clean(name)))
    for mark in "@,_":
        broken = broken.replace(mark, f"{mark}<wbr>")
    return Markup(broken)  # noqa: S704 - escaped above; only <wbr> was added


def _styles(numbers: ReportNumbers) -> dict[str, LineStyle]:
    """Return how each method is drawn; the reference is black and unbroken."""
    others = [line.key for line in numbers.methods if not line.is_reference]
    drawn = {key: line_style(number) for number, key in enumerate(others)}
    return {line.key: drawn.get(line.key, REFERENCE_STYLE) for line in numbers.methods}


def _markup(pictures: Iterable[str]) -> list[Markup]:
    # Pictures escape their own words; they are the only markup that passes unescaped.
    return [Markup(picture) for picture in pictures]  # noqa: S704 - made by `charts`


def _panels(report: Report, styles: dict[str, LineStyle]) -> Panels:
    numbers, findings = report.numbers, report.findings
    return {
        "differences": _markup(_difference_panels(numbers, styles, findings.differences.title)),
        "accuracy": _markup(_accuracy_panels(numbers, styles, findings.accuracy.title)),
        "origins": _markup(_origin_panels(numbers, styles)),
        "pits": _markup(_pit_panels(numbers, styles, of_top=False)),
        "top_pits": _markup(_pit_panels(numbers, styles, of_top=True)),
        "tenths": _markup(_tenth_panels(numbers, styles)),
        "stability": _markup(_stability_panels(numbers, styles, findings.stability.title)),
    }


def _difference_panels(
    numbers: ReportNumbers, styles: dict[str, LineStyle], title: str
) -> Iterable[str]:
    for number, measure in enumerate(_measures(numbers)):
        rows = [row for row in numbers.differences if row.measure == measure]
        told = "; ".join(f"{r.key} {numerals.interval(r.percent, 2)} %: {r.words}" for r in rows)
        panel = Panel(
            ident=f"differences-{number}",
            title=measure[:1].upper() + measure[1:],
            description=f"{title} Differences from the reference in {measure}: {told}.",
        )
        yield difference_panel(panel, rows, styles)


def _accuracy_panels(
    numbers: ReportNumbers, styles: dict[str, LineStyle], title: str
) -> Iterable[str]:
    forms: dict[str, Callable[[float], str]] = {
        "hit_rate": numerals.percent,
        "pai": numerals.two_digits,
    }
    names = {"hit_rate": "Hit rate", "pai": "PAI"}
    for by in dict.fromkeys(p.by for p in numbers.curves):
        points = [p for p in numbers.curves if p.by == by]
        for quantity, form in forms.items():
            told = "; ".join(
                f"{p.key} at {numerals.share_words(p.share)} {form(getattr(p, quantity))}"
                for p in points
                if p.marked
            )
            panel = Panel(
                ident=f"accuracy-{by}-{quantity}",
                title=f"{names[quantity]} by share of {by}",
                description=f"{title} {told}.",
            )
            best = [p for p in numbers.best if p.by == by]
            yield accuracy_panel(panel, points, best, styles=styles, quantity=quantity)


def _origin_panels(numbers: ReportNumbers, styles: dict[str, LineStyle]) -> Iterable[str]:
    for line in numbers.methods:
        rows = [row for row in numbers.origins if row.key == line.key]
        if not rows:
            continue
        above = sum(row.difference > 0 for row in rows)
        told = f"{line.name} scored above the reference in {above} of {len(rows)} periods."
        panel = _panel_of("origins", line.key, line.name, told)
        yield origins_panel(panel, rows, styles[line.key])


def _pit_panels(
    numbers: ReportNumbers, styles: dict[str, LineStyle], *, of_top: bool
) -> Iterable[str]:
    names = _names(numbers)
    top = max((1.1 * max(*bars.shares, bars.band[1]) for bars in numbers.pits), default=0.0)
    part = "the highest tenth of forecasts" if of_top else "all forecasts"
    for bars in (bars for bars in numbers.pits if bars.top == of_top):
        shares = ", ".join(numerals.percent(share) for share in bars.shares)
        told = f"Randomised PIT values of {names[bars.key]}, {part}, from 0 to 1: {shares}."
        kind = "top-pit" if of_top else "pit"
        panel = _panel_of(kind, bars.key, names[bars.key], told)
        yield pit_panel(panel, bars, styles[bars.key], top=max(top, _PIT_TOP))


def _tenth_panels(numbers: ReportNumbers, styles: dict[str, LineStyle]) -> Iterable[str]:
    limits = tenths_limits(numbers.tenths)
    for line in numbers.methods:
        rows = [row for row in numbers.tenths if row.key == line.key]
        if not rows:
            continue
        told = "; ".join(f"tenth {r.tenth}: {numerals.ratio(r.ratio)}" for r in rows)
        panel = _panel_of(
            "tenths", line.key, line.name, f"Observed over expected of {line.name}. {told}."
        )
        yield tenths_panel(panel, rows, styles[line.key], limits=limits)


def _stability_panels(
    numbers: ReportNumbers, styles: dict[str, LineStyle], title: str
) -> Iterable[str]:
    if not numbers.stability:
        return
    told = "; ".join(
        f"{r.key}, top {numerals.share_words(r.share)}: {numerals.percent(r.kept)}"
        for r in numbers.stability
    )
    panel = Panel(ident="stability", title="Top places that stay", description=f"{title} {told}.")
    yield stability_panel(panel, numbers.stability, styles)


def _panel_of(kind: str, key: str, name: str, told: str) -> Panel:
    return Panel(
        ident=f"{kind}-{key}", title=f"{key}  {shorten(name, _LONGEST_TITLE)}", description=told
    )


def _names(numbers: ReportNumbers) -> dict[str, str]:
    return {line.key: line.name for line in numbers.methods}


def _measures(numbers: ReportNumbers) -> list[str]:
    return list(dict.fromkeys(row.measure for row in numbers.differences))


def _pivots(numbers: ReportNumbers) -> dict[str, Any]:
    """Return the tables that have a column for each method, measure or share."""
    keys = [line.key for line in numbers.methods]
    curves = {(p.by, p.share, p.key): p for p in numbers.curves}
    origins = {(row.origin, row.key): row for row in numbers.origins}
    kept = {(row.key, row.share): row.kept for row in numbers.stability}
    shares = sorted({share for _, share in kept})
    others = [line.key for line in numbers.methods if not line.is_reference]
    return {
        "measures": _measures(numbers),
        "differences": {(row.key, row.measure): row for row in numbers.differences},
        "curve_rows": [
            (by, share, [curves.get((by, share, key)) for key in keys])
            for by, share in dict.fromkeys((p.by, p.share) for p in numbers.curves)
        ],
        "origin_rows": [
            (
                day,
                next(row.events for (at, _), row in origins.items() if at == day),
                [_difference(origins.get((day, key))) for key in others],
            )
            for day in sorted({day for day, _ in origins})
        ],
        "levels": sorted({row.level for row in numbers.intervals}),
        "interval_rows": [
            (line, units, sorted(rows, key=lambda row: row.level))
            for line in numbers.methods
            for units, rows in _by_units(numbers, line.key).items()
        ],
        "stable_shares": shares,
        "stable_rows": [
            (line, [kept.get((line.key, share)) for share in shares]) for line in numbers.methods
        ],
    }


def _by_units(numbers: ReportNumbers, key: str) -> dict[str, list[HeldInterval]]:
    found: dict[str, list[HeldInterval]] = {}
    for row in numbers.intervals:
        if row.key == key:
            found.setdefault(row.units, []).append(row)
    return found


def _difference(row: OriginRow | None) -> float | None:
    return None if row is None else row.difference

"""Use case: the model card of a forecast, for whoever must answer for its use."""

from __future__ import annotations

import inspect
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rightplace.app.answer import Answer
from rightplace.errors import RightplaceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from rightplace.app.workspace import Workspace

PURPOSE = (
    "Expected recorded violence by place and time, to help decide where officers are visible. A "
    "person decides, and may decide otherwise."
)
NOT_FOR = (
    "It is not a statement about any person, and no person is scored.",
    "It is no ground for a stop, a search, an entry or an arrest.",
    "It does not say that nothing will happen elsewhere.",
)
SAFEGUARDS = (
    (
        "Records made by police activity (possession, searches, arrests, intelligence) are never "
        "counted; asking for them is refused."
    ),
    "No ethnicity, name, age, nationality or other trait of people enters as a feature.",
    "Domestic and indoor violence is left out of street patrol and counted apart.",
    "Areas without publication carry no number: no data is not zero.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CardAccuracy:
    """How good the method was in the newest backtest of the same area and classes.

    Parameters
    ----------
    hit_rate, pai
        By share of cells.
    reference
        What it was measured against, or null.
    """

    backtest_id: str
    origins: int
    first_origin: str
    last_origin: str
    hit_rate: dict[str, float]
    pai: dict[str, float]
    log_score: float
    pit_coverage80: float
    reference: str | None
    verdict: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CardAssociation:
    """How the forecast goes with Census composition: the newest audit of it.

    Parameters
    ----------
    finding
        The result in a sentence.
    what_to_do
        What follows from it.
    """

    association_id: str
    finding: str
    what_to_do: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CardSource:
    """A file that the forecast rests on."""

    source: str
    release: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CardResult:
    """What a forecast is, rests on, reaches and cannot do.

    Parameters
    ----------
    method_in_words
        What the method expects, in a sentence.
    accuracy
        From the newest backtest in this workspace that scored the method on this area and these
        classes; null if there is none.
    association
        The newest audit of this forecast against Census composition; null if none was made.
    cannot
        What it cannot do.
    path
        The page written, or null.
    """

    forecast_id: str
    title: str
    method: str
    method_in_words: str
    purpose: str
    not_for: tuple[str, ...]
    safeguards: tuple[str, ...]
    area_id: str
    n_cells: int
    masked_cells: int
    classes: tuple[str, ...]
    left_out: tuple[str, ...]
    trained_from: str
    trained_to: str
    records: int
    sources: tuple[CardSource, ...]
    known_at: str | None
    expected_count: float
    interval80: tuple[float, float]
    features: tuple[str, ...]
    accuracy: CardAccuracy | None
    association: CardAssociation | None
    notices: tuple[str, ...]
    cannot: tuple[str, ...]
    code_version: str
    settings_hash: str
    seed: int
    path: str | None


def model_card(
    workspace: Workspace, forecast_id: str, *, out: Path | None = None
) -> Answer[CardResult]:
    """Return the model card of a forecast that is kept, and write it as Markdown if asked.

    Parameters
    ----------
    workspace
        Where the runs are.
    forecast_id
        The forecast, ``f-...``.
    out
        File to write, or None.
    """
    from rightplace.core.files import write_whole
    from rightplace.core.runs import read_run_of

    record = read_run_of(workspace.runs, forecast_id, kind="forecast")
    card = _card(
        record,
        accuracy=_newest_accuracy(workspace, record),
        association=_newest_association(workspace, forecast_id),
        path=out,
    )
    if out is not None:
        write_whole(out, ("\n".join(page_lines(card)) + "\n").encode())
    return Answer(
        verb="card",
        result=card,
        id=forecast_id,
        data_releases=tuple(s.release for s in card.sources if s.release is not None),
    )


def _card(
    record: dict[str, Any],
    *,
    accuracy: CardAccuracy | None,
    association: CardAssociation | None,
    path: Path | None,
) -> CardResult:
    from rightplace.forecast.limits import ALL, CANNOT

    result, name = record["result"], record["result"]["method"].partition("@")[0]
    files = [s for s in record["inputs"] if s["source"] != result["area_id"]]
    return CardResult(
        forecast_id=record["id"],
        title=result["title"],
        method=result["method"],
        method_in_words=_in_words(result["method"]),
        purpose=PURPOSE,
        not_for=NOT_FOR,
        safeguards=SAFEGUARDS,
        area_id=result["area_id"],
        n_cells=result["n_cells"],
        masked_cells=result["masked_cells"],
        classes=tuple(result["classes"]),
        left_out=tuple(f"{each['records']:,} {each['reason']}" for each in result["left_out"]),
        trained_from=result["trained_from"],
        trained_to=result["trained_to"],
        records=result["records"],
        sources=tuple(CardSource(source=s["source"], release=s["release"]) for s in files),
        known_at=record["known_at"],
        expected_count=result["expected_count"],
        interval80=tuple(result["intervals"]["80"]),
        features=tuple(record["settings"].get("features", ())),
        accuracy=accuracy,
        association=association,
        notices=tuple(each["message"] for each in record["warnings"]),
        cannot=(f"It cannot {CANNOT[name]}", *ALL),
        code_version=record["code_version"],
        settings_hash=record["settings_hash"],
        seed=record["seed"],
        path=None if path is None else str(path),
    )


def _in_words(method: str) -> str:
    from rightplace.forecast import forecaster

    return " ".join((inspect.getdoc(type(forecaster(method))) or "").split("\n\n")[0].split())


def _newest_accuracy(workspace: Workspace, record: dict[str, Any]) -> CardAccuracy | None:
    """Return the scores of a forecast's method in the newest backtest of the same question."""
    wanted, method = _question(record), record["result"]["method"]
    found = [
        run
        for run in _runs_of(workspace, "backtest")
        if _question(run) == wanted and method in run["result"]["methods"]
    ]
    if not found:
        return None
    run = max(found, key=lambda each: (max(each["result"]["origins"]), each["made_at"]))
    scores, origins = run["result"]["methods"][method], run["result"]["origins"]
    return CardAccuracy(
        backtest_id=run["id"],
        origins=len(origins),
        first_origin=min(origins),
        last_origin=max(origins),
        hit_rate=scores["hit_rate"],
        pai=scores["pai"],
        log_score=scores["log_score"],
        pit_coverage80=scores["pit_coverage80"],
        reference=(run["result"].get("reference") or {}).get("method"),
        verdict=run["result"]["verdict"],
    )


def _newest_association(workspace: Workspace, forecast_id: str) -> CardAssociation | None:
    """Return what the newest audit of a forecast found."""
    found = [
        run
        for run in _runs_of(workspace, "association")
        if run["settings"]["forecast"] == forecast_id
    ]
    if not found:
        return None
    result = max(found, key=lambda run: str(run["made_at"]))["result"]
    return CardAssociation(
        association_id=result["association_id"],
        finding=result["finding"],
        what_to_do=result["what_to_do"],
    )


def _runs_of(workspace: Workspace, kind: str) -> Iterator[dict[str, Any]]:
    """Yield the runs of a kind; one that is damaged says nothing and is passed over."""
    from rightplace.core.runs import PREFIXES, read_run

    for folder in sorted(workspace.runs.glob(f"{PREFIXES[kind]}-*")):
        with suppress(RightplaceError):
            yield read_run(workspace.runs, folder.name)


def _question(record: dict[str, Any]) -> tuple[str, tuple[str, ...]]:
    return record["settings"]["area"], tuple(record["settings"]["classes"])


def page_lines(card: CardResult) -> list[str]:
    """Return the card as Markdown, line by line."""
    low, high = card.interval80
    expected = f"{card.expected_count:,.1f} expected, 80 % interval {low:,.0f} to {high:,.0f}"
    known = "" if card.known_at is None else f", as known at {card.known_at}"
    made = f"Code {card.code_version}, settings {card.settings_hash[:12]}, seed {card.seed}"
    return [
        f"# Model card: {card.title}, {card.area_id}",
        "",
        card.purpose,
        "",
        *_bullets(card.not_for),
        "",
        "## What it is",
        "",
        f"- Forecast {card.forecast_id}: {expected}.",
        f"- {card.n_cells:,} cells; {card.masked_cells:,} of them have no data and no number.",
        f"- Method `{card.method}`. {card.method_in_words}",
        f"- Features of places beside their past: {', '.join(card.features) or 'none'}.",
        "",
        "## What it rests on",
        "",
        f"- {card.records:,} records, {card.trained_from} to {card.trained_to}{known}.",
        f"- Classes: {', '.join(card.classes)}.",
        *_bullets(f"Left out: {each}." for each in card.left_out),
        *_bullets(f"`{_plain(s.source)}`, release {s.release or 'unknown'}" for s in card.sources),
        "",
        "## How good it is",
        "",
        *_accuracy_lines(card.accuracy, card.method),
        "",
        "## Who lives where it is high",
        "",
        *_association_lines(card),
        "",
        "## Safeguards",
        "",
        *_bullets(card.safeguards),
        "",
        "## What it cannot do",
        "",
        *_bullets(card.cannot),
        "",
        "## What was said when it was made",
        "",
        *(_bullets(card.notices) or ["- Nothing."]),
        "",
        f"{made}; `rightplace explain {card.forecast_id}` says more.",
    ]


def _plain(text: str) -> str:
    """Return a file's name so that nothing in it is read as a mark."""
    from rightplace.briefing.text import clean

    return clean(text).replace("`", "'")


def _bullets(items: Iterable[str]) -> list[str]:
    return [f"- {item}" for item in items]


def _association_lines(card: CardResult) -> list[str]:
    if card.association is None:
        return [
            "- Not known: nobody has compared this forecast with Census composition.",
            f"  Run `rightplace association {card.forecast_id} --census FILE`.",
        ]
    return [
        f"- Audit {card.association.association_id}: {card.association.finding}",
        f"- {card.association.what_to_do}",
    ]


def _accuracy_lines(accuracy: CardAccuracy | None, method: str) -> list[str]:
    if accuracy is None:
        return [
            "- Not known: no backtest in this workspace scored it on this area and these classes.",
            f"  Run `rightplace backtest --methods {method} --from DATE --to DATE`.",
        ]
    hits = [
        f"- {float(share) * 100:g} % of cells held {hit_rate:.1%} of what came: predictive "
        f"accuracy index {accuracy.pai[share]:.2f}."
        for share, hit_rate in accuracy.hit_rate.items()
    ]
    beside = f" Measured against `{accuracy.reference}`." if accuracy.reference else ""
    span = f"{accuracy.origins} origins, {accuracy.first_origin} to {accuracy.last_origin}"
    return [
        f"- Backtest {accuracy.backtest_id}: {span}.{beside}",
        *hits,
        f"- Log score {accuracy.log_score:.5f} per cell and period, forecast one period ahead.",
        "- Whole periods are scored: factors of weekday, shift and bank holiday are left out.",
        f"- Randomised PIT in the central 80 %: {accuracy.pit_coverage80:.1%}.",
        f"- {accuracy.verdict}",
    ]

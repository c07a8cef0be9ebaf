"""What the templates of the six documents are told of a kept run."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from rightplace.app.forecast.model_card import model_card, page_lines
from rightplace.core.runs import read_run
from rightplace.errors import UsageError

if TYPE_CHECKING:
    from rightplace.app.forecast.model_card import CardAccuracy, CardResult
    from rightplace.app.workspace import Workspace


def forecast_and_code(workspace: Workspace, run_id: str) -> tuple[str, str]:
    """Return the forecast that a run is or rests on, and the code that made the run.

    Parameters
    ----------
    workspace
        Where the run is kept.
    run_id
        A forecast, or a plan made from one.

    Raises
    ------
    UsageError
        If it is a run of another kind.
    """
    record = read_run(workspace.runs, run_id)
    if record["kind"] == "forecast":
        return run_id, str(record["code_version"])
    if record["kind"] == "plan":
        return str(record["settings"]["forecast"]), str(record["code_version"])
    msg = f"{run_id} is of kind {record['kind']}; the documents are of a model that forecasts."
    raise UsageError(msg, value=run_id, remedy="Name a forecast or plan made by the model.")


def template_values(workspace: Workspace, run_id: str) -> dict[str, str]:
    """Return the values of every template, by name, for a forecast or plan.

    Parameters
    ----------
    workspace
        Where the run is kept.
    run_id
        A forecast, or a plan made from one.
    """
    from rightplace.records.documents.gate import subject_of

    forecast_id, code_version = forecast_and_code(workspace, run_id)
    card = _without_folders(model_card(workspace, forecast_id).result)
    return {
        "subject": subject_of(card.method),
        "code_version": code_version,
        "run_id": forecast_id,
        **_of_card(card),
        **_of_page(card),
        **_of_retention(workspace),
        "register": _register(),
    }


def _without_folders(card: CardResult) -> CardResult:
    """Return a card whose files are named without their folders: the documents are for anyone."""
    named = (
        replace(s, source=s.source.replace("\\", "/").rpartition("/")[2]) for s in card.sources
    )
    return replace(card, sources=tuple(named))


def _of_card(card: CardResult) -> dict[str, str]:
    return {
        "method": card.method,
        "method_in_words": card.method_in_words,
        "purpose": card.purpose,
        "not_for": " ".join(card.not_for),
        "area_id": card.area_id,
        "classes": ", ".join(card.classes),
        "records": f"{card.records:,}",
        "trained_from": card.trained_from,
        "trained_to": card.trained_to,
        "n_cells": f"{card.n_cells:,}",
        "masked_cells": f"{card.masked_cells:,}",
        "features": ", ".join(card.features) or "none beside their past",
        "left_out": "; ".join(card.left_out) or "nothing",
        "sources": ", ".join(_plain(each.source) for each in card.sources),
        "association": (
            "not known: nobody has compared this forecast with Census composition."
            if card.association is None
            else f"{card.association.finding} {card.association.what_to_do}"
        ),
        "accuracy_in_words": _accuracy(card.accuracy),
    }


def _plain(text: str) -> str:
    """Return a file's name so that nothing in it is read as a mark or a blank."""
    from rightplace.briefing.text import clean

    return "".join(" " if each in "[]|`\n" else each for each in clean(text))


def _accuracy(accuracy: CardAccuracy | None) -> str:
    if accuracy is None:
        return "not known: no backtest scored it on this area and these classes."
    hits = "; ".join(
        f"{float(share):.0%} of places held {rate:.1%} of what came"
        for share, rate in accuracy.hit_rate.items()
    )
    span = f"{accuracy.origins} origins, {accuracy.first_origin} to {accuracy.last_origin}"
    return f"backtest {accuracy.backtest_id} ({span}): {hits}. {accuracy.verdict}"


def _of_page(card: CardResult) -> dict[str, str]:
    """Return the sections of the model card's page, by heading, and what stands before them."""
    from rightplace.records.documents.sections import sections_of

    text = "\n".join(page_lines(card))
    before = text.partition("\n## ")[0].partition("\n")[2].strip()
    sections = {
        heading.lower().replace(" ", "_"): body.replace("[", "(").replace("]", ")")
        for heading, body in sections_of(text).items()
    }
    return {"intended": before, **sections}


def _of_retention(workspace: Workspace) -> dict[str, str]:
    from rightplace.records.retention.periods import RetentionSettings

    kept = workspace.settings("retention", RetentionSettings)
    return {each.name: f"{getattr(kept, each.name):,}" for each in fields(kept)}


def _register() -> str:
    """Return the stored fields that are personal or sensitive, a table a line."""
    import rightplace.records.database.tables  # makes every model known
    from rightplace.records.database.handling import Handling
    from rightplace.records.retention.periods import register

    del rightplace
    told: dict[str, list[Any]] = {}
    for field in register():
        if field.handling is not Handling.OPEN:
            told.setdefault(f"{field.table} ({field.period})", []).append(field)
    return "\n".join(
        f"- {table}: " + ", ".join(f"{each.column} ({each.handling})" for each in held)
        for table, held in told.items()
    )

"""What a backtest report rests on, in words: places, periods, records, code, the reference."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from rightplace.briefing import Named
from rightplace.briefing.numerals import fixed, share_words
from rightplace.briefing.stamp import day_in_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rightplace.app.backtest.numbers import KeptBacktest
    from rightplace.places.study_area import StudyArea

_DIGITS: Final = 12  # of a digest, enough to tell files apart
_ROUGH_BELOW: Final = 40


def compared(kept: KeptBacktest, area: StudyArea) -> tuple[Named, ...]:
    """Return what was compared: places, periods, records, data, code, settings."""
    record, settings = kept.record, kept.record["settings"]
    rows = [r for r in kept.tables["origins"] if r["method"] == next(iter(kept.methods))]
    events, scored = sum(r["events"] for r in rows), sum(r["n_cells"] for r in rows)
    first, last = min(r["origin"] for r in rows), max(r["origin"] for r in rows)
    end = max(r["period_end"] for r in rows)
    known = record["known_at"]
    facts = {
        "Study area": f"{area.name}, {area.n_cells:,} cells ({area.unit.value}), "
        f"{area.area_km2:,.0f} square kilometres, {area.area_id}",
        "Periods forecast": f"{kept.n_origins} {_kind(rows)}, the first from "
        f"{day_in_words(first)}, the last from {day_in_words(last)} to before {day_in_words(end)}",
        "Events to foretell": f"{events:,} in {scored:,} cells times periods, "
        f"{fixed(events / max(scored, 1), 4)} each",
        "Offence classes": ", ".join(settings["classes"]),
        "Methods": f"{len(kept.methods)}, each fitted anew before each period, on the same cells",
        "Shares of cells": ", ".join(share_words(share) for share in settings["shares"]),
        "Data": "; ".join(_files(record["inputs"], area.area_id)),
        "Populations": ", ".join(settings["sources"]) or "all of one publisher",
        "Known": f"events up to {_day(record['as_of'])}, releases "
        + ("of any day" if known is None else f"up to {_day(known)}"),
        "Published": f"a borough's month counts as published if "
        f"{share_words(settings['published_cells_share'])} of its cells have a record",
        "Harm weights": settings["harm"],
        "Code": record["code_version"],
        "Settings": f"digest {record['settings_hash'][:_DIGITS]}",
        "Seed": str(record["seed"]),
        "Run": record["id"],
    }
    return tuple(Named(name=name, words=words) for name, words in facts.items())


def rough(kept: KeptBacktest) -> Iterable[str]:
    """Yield a warning where few periods make intervals rough."""
    if kept.reference is not None and 8 <= kept.n_origins < _ROUGH_BELOW:  # noqa: PLR2004 - least
        yield (
            f"The intervals rest on {kept.n_origins} periods, so on about "
            f"{-(-kept.n_origins // 4)} blocks of 4. Read them as rough."
        )


def reference_words(kept: KeptBacktest) -> tuple[str, ...]:
    """Return which method is the reference and how it was come by."""
    found = kept.result["reference"]
    if found is None:
        none = (
            "There is no reference: none was asked for, or there was too little history before "
            "the first period to choose one. Methods stand beside each other; none is called "
            "better."
        )
        return (none,)
    name = f"{found['method']} ({kept.keys[found['method']]})"
    if found["how"] == "named":
        named = (
            f"The reference is {name}. It was named by the user, who may have seen the scored "
            "periods. A reference chosen after the fact can be a weak opponent."
        )
        return (named,)
    return tuple(_chosen(kept, found, name))


def _chosen(kept: KeptBacktest, found: dict[str, Any], name: str) -> Iterable[str]:
    """Yield on which periods the reference was chosen, among which baselines."""
    ranked = sorted(found["log_scores"].items(), key=lambda item: -float(item[1]))
    yield (
        f"The reference is {name}: the best log score of {len(ranked)} baselines over "
        f"{found['origins']} periods, the first from {_day(found['chosen_from'])}, the last from "
        f"{_day(found['chosen_to'])}. All lie before the first period scored here, so that the "
        "choice owes nothing to these results."
    )
    tried = ", ".join(f"{method} {fixed(score, 5)}" for method, score in ranked)
    yield f"Log scores on those periods, best first: {tried}."
    for method, why in found["left_out"].items():
        yield f"Left out of the choice: {method}, {why}"
    if found["method"] not in kept.record["settings"]["methods"]:
        yield "It was not among the methods asked for; it is shown with them."


def _kind(rows: list[dict[str, Any]]) -> str:
    """Return what the periods are called, by their length."""
    longest = max((row["period_end"] - row["origin"]).days for row in rows)
    kinds = {7: "weeks", 28: "months", 29: "months", 30: "months", 31: "months"}
    return kinds.get(longest, f"periods of {longest} days")


def _files(inputs: list[dict[str, Any]], area_id: str) -> Iterable[str]:
    for each in inputs:
        if each["source"] == area_id:
            continue
        name = each["source"].replace("\\", "/").rsplit("/", 1)[-1]
        release = each["release"]
        said = "release not declared" if release is None else f"released {_day(release)}"
        yield f"{name}, {said}, digest {each['sha256'][:_DIGITS]}"


def _day(text: str) -> str:
    return day_in_words(date.fromisoformat(text))

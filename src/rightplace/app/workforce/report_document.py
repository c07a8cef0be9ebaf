"""From kept runs of a workforce to the report that page, paper and service show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rightplace.app.workforce.report_compared import (
    moves_section,
    origins_section,
    past_section,
    postings_section,
    unknown_section,
    unsure_words,
    what_ifs_section,
)
from rightplace.app.workforce.report_kept import said
from rightplace.app.workforce.report_short import (
    backtest_report,
    history_report,
    trend_report,
)
from rightplace.app.workforce.report_strength import (
    flows_section,
    limits_section,
    strength_section,
    targets_section,
)
from rightplace.app.workforce.report_words import answer, month
from rightplace.app.workforce.result import WorkforceResult
from rightplace.briefing.workforce.values import StrengthReport

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rightplace.app.workforce.report_kept import Kept

EXPECTED_ALONE: Final = (
    "Expected values alone know no bad month: tutors who just suffice on average do not suffice "
    "in every draw, so fewer officers can be deployed than this says. Follow draws to see it."
)


def document_of(kept: Kept, *, marking: str) -> StrengthReport:
    """Return the report of a kept run of a workforce: of a forecast in full, of others in short.

    Parameters
    ----------
    kept
        The run, and what stands beside it.
    marking
        Protective marking.
    """
    short = {"trend": trend_report, "backtest": backtest_report, "history": history_report}
    of = str(kept.record["settings"].get("of", ""))
    if of in short:
        return short[of](kept.record, marking=marking, foot=foot_of(kept.record))
    return _forecast(kept, marking=marking)


def _forecast(kept: Kept, *, marking: str) -> StrengthReport:
    result = said(kept.record, WorkforceResult)
    sections = (
        targets_section(result),
        strength_section(result, kept.history),
        flows_section(result),
        limits_section(result),
        what_ifs_section(result),
        moves_section(result),
        past_section(kept.backtest),
        postings_section(result),
        origins_section(result),
        unknown_section(),
    )
    return StrengthReport(
        run_id=result.workforce_id,
        kind="Strength to come",
        title=result.title,
        period=f"{month(result.start_month)} to {month(result.last_month)}",
        marking=marking,
        answer=answer(result),
        flags=(*_flags(kept), *unsure_words(result)),
        sections=tuple(each for each in sections if each is not None),
        foot=(*foot_of(kept.record), *_beside(kept)),
        synthetic=result.synthetic,
    )


def _flags(kept: Kept) -> tuple[str, ...]:
    """Return what the run warned of, and programmes that broke what went on before."""
    told = tuple(str(each["message"]) for each in kept.record["warnings"])
    if not kept.record["result"]["draws"]:
        told += (EXPECTED_ALONE,)
    if kept.history is None:
        return told
    return told + tuple(
        f"{each.name}, {month(each.first)} to {month(each.last)}, broke what went on before: "
        "strength rose by a decision, not by a trend."
        for each in kept.history.breaks
    )


def foot_of(record: Mapping[str, Any]) -> tuple[str, ...]:
    """Return run, data, settings and seed of a record, a line each."""
    inputs = "; ".join(
        f"{str(each['source']).rpartition('/')[2]} (sha256 {each['sha256'][:12]})"
        for each in record["inputs"]
    )
    result = record["result"]
    draws = (
        f"; {result['draws']:,} draws, changes in {result['compared_draws']:,}"
        if result.get("draws")
        else ""
    )
    run = record["id"]
    return (
        f"Run {run}, as of {record['as_of']}: `rightplace explain {run}` leads back to it.",
        f"Settings {str(record['settings_hash'])[:12]}, seed {record['seed']}{draws}.",
        f"Made from {inputs or 'nothing but settings'}.",
        f"Made by Rightplace {record['code_version']}.",
    )


def _beside(kept: Kept) -> tuple[str, ...]:
    named = [
        *([f"history {kept.history.history_id}"] if kept.history else []),
        *([f"back-test {kept.backtest.backtest_id}"] if kept.backtest else []),
    ]
    run = kept.record["id"]
    return (
        *((f"Beside it: {', '.join(named)}.",) if named else ()),
        f"Surges and rosters take officers who can be deployed from it with `--workforce {run}`.",
    )

"""What came of a job, in words: from the one object that its verb printed, and its exit code."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, Any

from rightplace.records.jobs.queue import Ending, State

if TYPE_CHECKING:
    from rightplace.app.service.jobs_process import Work

DONE = 0


def ending_of(verb: str, work: Work) -> Ending:
    """Return how a process that has ended leaves its job.

    Parameters
    ----------
    verb
        What was asked for.
    work
        The process; its answer is in the shape of the command line's contract.
    """
    answer = work.answer()
    if work.signal_number is not None:
        name = signal.Signals(work.signal_number).name
        outcome = (
            f"Its process was ended from outside ({name}). Nothing half-made is kept. If nobody "
            f"did so on purpose, the machine may have been short of memory."
        )
        return Ending(state=State.FAILED, outcome=outcome)
    if work.process.returncode != DONE or not answer.get("ok"):
        return Ending(state=State.FAILED, outcome=_failure(verb, answer, work))
    outcome = " ".join([WORDS[verb](answer["result"]), *_notices(answer)])
    run_id = None if verb in {"ingest", "publish"} else answer["id"]
    return Ending(state=State.DONE, outcome=outcome, run_id=run_id)


def _failure(verb: str, answer: dict[str, Any], work: Work) -> str:
    error = answer.get("error")
    if not isinstance(error, dict):
        return f"It ended with the code {work.process.returncode} and gave no answer. {work.said}"
    said = [f"{error['message']}", error.get("remedy") or ""]
    if verb == "ingest" and "result" in answer:
        said.append(f"Of all files: {_ingested(answer['result'])}")
    return " ".join(filter(None, said))


def _notices(answer: dict[str, Any]) -> list[str]:
    count = len(answer.get("warnings", ()))
    return [f"{count} {'notice stands' if count == 1 else 'notices stand'} with it."] * bool(count)


def _forecast(result: dict[str, Any]) -> str:
    low, high = result["intervals"]["80"]
    return (
        f"{result['title']}: about {result['expected_count']:,.0f} expected in "
        f"{result['n_cells']:,} places ({low:,.0f} to {high:,.0f}, 80 % interval)."
    )


def _plan(result: dict[str, Any]) -> str:
    prevented = result["prevented"]
    return (
        f"{result['visits']:,} visits to {result['places']:,} places, {result['status']}. They may "
        f"prevent about {prevented['mean']:,.1f} ({prevented['lo80']:,.1f} to "
        f"{prevented['hi80']:,.1f}), {result['label']}."
    )


def _backtest(result: dict[str, Any]) -> str:
    return f"{len(result['origins'])} origins. {result['verdict']}"


def _ingested(result: dict[str, Any]) -> str:
    files = result["files"]
    sums = {
        key: sum(each[key] for each in files)
        for key in ("read", "stored", "quarantined", "superseded")
    }
    refused = sum(each["refused"] for each in files)
    told = ", ".join(f"{count:,} {key}" for key, count in sums.items())
    return f"{len(files)} files, {refused} refused whole; rows: {told}."


def _published(result: dict[str, Any]) -> str:
    return f"Published: {', '.join(result['published'])}."


def _evaluated(result: dict[str, Any]) -> str:
    return f"{result['plan']['title']}: {result['verdict']} Published as {result['report_id']}."


def _approved(result: dict[str, Any]) -> str:
    effect, was = result["effect"], "was approved already" if result["already"] else "is approved"
    return (
        f"{result['proposal_id']} {was} by {result['approved_by']} ({result['role']}): plans from "
        f"{effect['in_force_from']} read {effect['change_mean']:+.1%} ({effect['change_lo']:+.1%} "
        f"to {effect['change_hi']:+.1%}). Published as {result['approval_id']}."
    )


def _looked(result: dict[str, Any]) -> str:
    count = len(result["what_ifs"])
    questions = "1 what-if" if count == 1 else f"{count} what-ifs"
    return (
        f"{result['title']}: the units as they are, and {questions}. Publish "
        f"{result['investigation_id']}, and its page says what came out."
    )


WORDS = {
    "forecast": _forecast,
    "plan": _plan,
    "backtest": _backtest,
    "ingest": _ingested,
    "publish": _published,
    "evaluate": _evaluated,
    "approve-effect": _approved,
    "detectives": _looked,
}

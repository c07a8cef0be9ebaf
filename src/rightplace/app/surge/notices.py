"""What a user must know beside the postings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rightplace.app.answer import Notice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rightplace.app.surge.inputs import SurgeOptions
    from rightplace.app.surge.result import SurgeResult
    from rightplace.app.surge.solving import Solved

_NAMED = 8


def notices_of(result: SurgeResult, solved: Solved, options: SurgeOptions) -> tuple[Notice, ...]:
    """Return what a user must know.

    Parameters
    ----------
    result
        The result.
    solved
        What it came from.
    options
        What was asked.
    """
    told = [*_of_data(result, solved, options), *_of_people(result, solved)]
    return tuple(Notice(code=code, message=message) for code, message in told)


def _of_data(
    result: SurgeResult, solved: Solved, options: SurgeOptions
) -> Iterator[tuple[str, str]]:
    for post in result.posts:
        if post.treatment is not None:
            yield "no-data", f"No data on {post.borough} {post.role}: {post.treatment}."
    if solved.inputs.curves.partly:
        named = _few(solved.inputs.curves.partly)
        yield "partly-no-data", f"Some places have no data and add nothing in {named}."
    if options.donors is None:
        message = (
            "No file states what units must keep (--donors): any unit may lose all its officers "
            "listed."
        )
        yield "no-donor-floors", message
    unstated = [want.name for want in solved.inputs.case.wants if want.supervisors is None]
    if unstated:
        yield "span-not-checked", f"Supervisors are not stated, so no span holds: {_few(unstated)}."
    assumed = [
        want.name
        for want in solved.inputs.case.wants
        if want.source == "file" and want.effect is None
    ]
    if assumed:
        message = f"What patrols prevent is by the settings, an assumption: {_few(assumed)}."
        yield "effect-assumed", message


def _of_people(result: SurgeResult, solved: Solved) -> Iterator[tuple[str, str]]:
    if result.posted < result.asked:
        why = "; ".join(result.fewer_because)
        yield (
            "fewer",
            f"{result.posted} of {result.asked} officers are posted. More fail by: {why}.",
        )
    days, needed = result.notice_days, solved.inputs.settings.notice_days
    if days is not None and days < needed:
        message = (
            f"The postings begin in {days} days; a change of roster normally needs {needed} days' "
            "notice unless duty is exigent. Consult the officers."
        )
        yield "roster-notice", message
    known = {want.borough.casefold() for want in solved.inputs.case.wants}
    elsewhere = {
        past.borough
        for officer in solved.inputs.case.officers
        for past in officer.past_postings
        if past.borough.casefold() not in known
    }
    if elsewhere:
        yield "past-boroughs", f"Past postings that no demand names: {_few(sorted(elsewhere))}."
    if result.price_total is None:
        yield "no-price", f"{result.price_note[0].upper()}{result.price_note[1:]}."


def _few(names: tuple[str, ...] | list[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"{', '.join(names[:_NAMED])}{more}"

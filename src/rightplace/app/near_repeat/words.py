"""What the near-repeat test found, in sentences for an analyst."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rightplace.app.answer import Notice

if TYPE_CHECKING:
    from rightplace.app.near_repeat.use_case import NearBand

CALCULATOR = (
    "The Near Repeat Calculator labels its bands one too high: what it calls 'a to b' holds a-1 "
    "up to, but not, b. To have its table under true labels, give its round edges closed left, "
    "e.g. --space 0,1,100,200 --time 0,7,14: its '8 to 14 days' are 7 to 13."
)
USEFUL = "Significant is not the same as useful."


def verdict(
    near: NearBand | None, *, n_tested: int, permutations: int, n_events: int, alike: int
) -> str:
    """Return the result in a few sentences.

    Parameters
    ----------
    near
        The nearest band with more pairs than chance gives, or None.
    n_tested
        Number of bands tested.
    permutations
        How often dates were dealt out.
    n_events
        Number of incidents.
    alike
        Incidents at the same place on the same day as another.
    """
    if near is None and is_too_few(permutations, n_tested):
        return f"{permutations} permutations cannot tell: take 999."
    allowing = f", allowing for {n_tested} bands tested" if n_tested > 1 else ""
    if near is None:
        return (
            f"No near band holds more pairs than chance gives{allowing}: nothing in these events "
            "speaks for watching a place because of one event there."
        )
    saved = near.share_of_events * n_events
    both_first = near.space == 0 and near.time == 0
    caution = (
        f" But {alike:,} events are at the same place on the same day as one before them: if "
        "they are victims or reports of one incident, they are no repeats."
        if alike and both_first
        else ""
    )
    return (
        f"Nearest band beyond chance: {near.space_words}, {near.time_words}. {near.observed:,} "
        f"pairs, where chance gives {near.expected:,.1f}: {near.ratio:.2f} times as many "
        f"(p = {near.p_holm:.3g}{allowing}). Were every excess pair there "
        f"prevented, {saved:,.0f} of {n_events:,} events would go ({near.share_of_events:.1%}) at "
        f"the very most, and it would take acting at once on {near.first_events:,} first events: "
        f"{near.preventable_share:.3f} excess pairs for each (95 % by chance "
        f"{near.preventable_lo95:.3f} to {near.preventable_hi95:.3f}).{caution} {USEFUL}"
    )


def is_too_few(permutations: int, n_bands: int) -> bool:
    """Return whether no band could be significant, allowing for their number, at 5 %."""
    return n_bands / (permutations + 1) > 0.05  # noqa: PLR2004 - the level of the test


def notices_of_test(*, n_bands: int, permutations: int) -> tuple[Notice, ...]:
    """Return what the user should know of the test itself."""
    found = [Notice(code="calculator-labels", message=CALCULATOR)]
    if is_too_few(permutations, n_bands):
        message = (
            f"With {permutations} permutations p cannot be below {1 / (permutations + 1):.3g}; "
            f"allowing for {n_bands} bands nothing can be significant. Take 999."
        )
        found.append(Notice(code="few-permutations", message=message))
    return tuple(found)

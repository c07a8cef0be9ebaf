"""Which method a forecast is made with, where the user leaves that to the product."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rightplace.app.answer import Notice

if TYPE_CHECKING:
    from rightplace.forecast.history import History


def method_for(
    history: History, *, asked: str | None, in_force: str
) -> tuple[str, tuple[Notice, ...]]:
    """Return the method to forecast with, and what must be said of that choice.

    Parameters
    ----------
    history
        What there is to learn from.
    asked
        The method that the user named for this forecast, if any; it is never exchanged.
    in_force
        The method of the settings.
    """
    from rightplace.forecast.methods.additive import periods_needed_to_learn
    from rightplace.forecast.registry import PRODUCT_DEFAULT, SHORT_HISTORY_DEFAULT

    needed = periods_needed_to_learn(history)
    if asked is not None or in_force != PRODUCT_DEFAULT or history.n_periods >= needed:
        return asked or in_force, ()
    message = (
        f"{PRODUCT_DEFAULT} learns from {needed} {history.kind}s or more and there are "
        f"{history.n_periods}: {SHORT_HISTORY_DEFAULT} is used instead."
    )
    return SHORT_HISTORY_DEFAULT, (Notice(code="short-history", message=message),)

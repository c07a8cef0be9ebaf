"""Numbers separated by commas, as options take them."""

from __future__ import annotations

import click


class Numbers(click.ParamType[tuple[float, ...]]):
    """Numbers separated by commas.

    Parameters
    ----------
    name
        What they are, as the help shows it and a refusal says it.
    how
        How to write them.
    """

    def __init__(self, name: str, *, how: str) -> None:
        self.name, self.how = name, how

    def convert(
        self,
        value: str | tuple[float, ...],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> tuple[float, ...]:
        """Return the numbers, or fail with how to write them."""
        if isinstance(value, tuple):
            return value
        try:
            return tuple(float(part) for part in value.split(","))
        except ValueError:
            return self.fail(f"{value!r} are no {self.name}; {self.how}.", param, ctx)

"""Settings of the violence picture."""

from __future__ import annotations

from dataclasses import dataclass

from rightplace.errors import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureSettings:
    """What the violence picture counts.

    Parameters
    ----------
    classes
        Offence classes that are violence, with the narrower ones within them, separated by
        commas. Violence in all its forms, at home too, as S13 of the capabilities asks; which
        classes these are is a choice of ours. Calls for service are not among them: they would
        count one incident twice.
    months
        So many months are kept, the newest last. Three years, so that a year can be set beside
        each of the two before; a choice of ours.
    """

    classes: str = "violence_and_sexual_offences_recorded,robbery,assault,threats,shooting"
    months: int = 36

    def __post_init__(self) -> None:
        """Check that there is something to count.

        Raises
        ------
        UsageError
            If no class is named, or the months are below 1.
        """
        if self.months < 1 or not self.names:
            msg = f"picture.months is {self.months} and picture.classes {self.classes!r}."
            raise UsageError(msg, remedy="Name a class or more, and 1 month or more.")

    @property
    def names(self) -> tuple[str, ...]:
        """The classes, one by one."""
        return tuple(name.strip() for name in self.classes.split(",") if name.strip())

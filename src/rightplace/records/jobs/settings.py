"""How jobs are run."""

from __future__ import annotations

from dataclasses import dataclass, fields

from rightplace.errors import BadInputError


@dataclass(frozen=True, slots=True, kw_only=True)
class JobSettings:
    """How jobs are run. All numbers are choices of ours.

    Parameters
    ----------
    inbox
        Folder of files that may be taken in from the web; empty: ``inbox`` in the workspace.
    look_seconds
        How often an idle worker looks for a job.
    tick_seconds
        How often a worker looks whether its job ended, was cancelled or was stopped.
    beat_seconds
        How often a worker notes that it lives, where nothing else is to be noted.
    lost_seconds
        After how long without a note a worker on another machine counts as gone. Of a worker on
        this machine its lock tells at once.
    most_waiting
        How many jobs of one person may wait at a time.
    most_attempts
        How often a job is taken up before it counts as failed.
    grace_seconds
        How long a process that is told to end may take before it is made to.
    """

    inbox: str = ""
    look_seconds: float = 1.0
    tick_seconds: float = 0.5
    beat_seconds: float = 5.0
    lost_seconds: float = 120.0
    most_waiting: int = 10
    most_attempts: int = 3
    grace_seconds: float = 5.0

    def __post_init__(self) -> None:
        """Check that work can go on.

        Raises
        ------
        BadInputError
            If a time or count is not above 0, or a living worker would count as gone.
        """
        for each in fields(self):
            value = getattr(self, each.name)
            if each.name != "inbox" and value <= 0:
                msg = f"jobs.{each.name} is {value}; no work goes on so."
                raise BadInputError(msg, value=value, remedy="Give a number above 0.")
        if self.lost_seconds < 2 * self.beat_seconds:
            msg = f"A worker notes each {self.beat_seconds:g} s that it lives; jobs.lost_seconds "
            msg += f"{self.lost_seconds:g} takes it for gone."
            raise BadInputError(
                msg, value=self.lost_seconds, remedy="Give at least twice jobs.beat_seconds."
            )

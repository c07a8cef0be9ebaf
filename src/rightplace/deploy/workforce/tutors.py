"""Tutors: one for each student in the tutor phase, from among established officers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.deploy.workforce.checks import check_number, check_share, check_whole
from rightplace.errors import BadInputError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Tutors:
    """How many students can be tutored at the same time.

    Parameters
    ----------
    share_of_established
        Share of established officers who may tutor; None where a number is given.
    number
        Tutors, however many officers there are; None where a share is given.
    students_each
        Students for one tutor (DOMAIN 6.5.30: 1, unverified).
    origin
        Where the numbers come from.
    """

    share_of_established: float | None
    number: int | None
    students_each: float
    origin: str

    def __post_init__(self) -> None:
        """Check that there is a share or a number.

        Raises
        ------
        BadInputError
            If there are both or neither, or one cannot be.
        """
        if (self.share_of_established is None) == (self.number is None):
            msg = "Tutors are given as a share of established officers or as a number, not both."
            raise BadInputError(msg, remedy="Keep one of share_of_established and number.")
        if self.share_of_established is not None:
            check_share("tutors, share_of_established", self.share_of_established)
        if self.number is not None:
            check_whole("tutors, number", self.number)
        check_number("tutors, students_each", self.students_each, least=0.1, most=20)

    def available(self, established: float) -> float:
        """Return the tutors among so many established officers, a whole number rounded down."""
        if self.number is not None:
            return float(self.number)
        return float(int((self.share_of_established or 0.0) * established + _TINY))

    def students(self, established: float) -> float:
        """Return the most students that can be tutored at the same time, rounded down."""
        return float(int(self.available(established) * self.students_each + _TINY))


_TINY = 1e-9  # a product that is a whole number but for rounding counts as one


@dataclass(frozen=True, slots=True, kw_only=True)
class TutorGap:
    """Tutors needed and there in each month; arrays of (months + 1), or of draws by it.

    Parameters
    ----------
    needed
        For all who are tutored or wait to be.
    available
        Who may tutor.
    gap
        How many more are needed, 0 or more.
    """

    needed: NDArray[np.float64]
    available: NDArray[np.float64]
    gap: NDArray[np.float64]

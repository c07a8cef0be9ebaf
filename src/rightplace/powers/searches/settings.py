"""What is set, and not known, about the files of searches."""

from __future__ import annotations

from dataclasses import dataclass

from rightplace.errors import BadInputError


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchSettings:
    """How files of stop and search are read and judged; choices of ours, no published rule.

    Parameters
    ----------
    least_rows
        Fewest searches of a force in a month or year from which it is concluded that a column
        was not recorded (blank, or false, in every one of them).
    midnight_share
        Share of a force's searches in a month that begin at exactly 00:00, 0 to 1, from which
        those at 00:00 are taken to have a day and no time.
    least_for_rate
        Fewest searches of which a rate is shown (DOMAIN 2.6.33 and the issue: 50).
    least_in_cell
        Fewest searches of a cell that is shown to the panel or the public (DOMAIN 2.6.32: 5).
    earlier_months
        Months before a month with which it is compared when its completeness is judged.
    vanished_share
        Share of searches that a category had in the earlier months, 0 to 1, from which its
        absence in a month says that the publication is incomplete.
    least_expected
        Fewest searches that a category would have at its earlier share, from which their absence
        is no chance.
    blank_share
        Share of a month's searches, 0 to 1, that are blank in a column, from which that is said.
    stub_share
        Share of the usual count, 0 to 1, below which a month is nearly empty.
    drop_share
        Share of the usual count, 0 to 1, below which a month is a sudden drop.
    """

    least_rows: int = 50
    midnight_share: float = 0.1
    least_for_rate: int = 50
    least_in_cell: int = 5
    earlier_months: int = 6
    vanished_share: float = 0.01
    least_expected: int = 10
    blank_share: float = 0.5
    stub_share: float = 0.1
    drop_share: float = 0.7

    def __post_init__(self) -> None:
        """Check that shares are shares and counts are counts.

        Raises
        ------
        BadInputError
            If one is not.
        """
        shares = "midnight_share vanished_share blank_share stub_share drop_share"
        for name in shares.split():
            value = getattr(self, name)
            if not 0 < value < 1:
                msg = f"searches.{name} must lie between 0 and 1, not {value}."
                raise BadInputError(msg, value=value, remedy="Correct it in rightplace.toml.")
        counts = "least_rows least_for_rate least_in_cell least_expected earlier_months"
        for name in counts.split():
            value = getattr(self, name)
            if value < 1:
                msg = f"searches.{name} must be 1 or more, not {value}."
                raise BadInputError(msg, value=value, remedy="Correct it in rightplace.toml.")

"""The equality effect in words: lines for people, and what a reader must know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rightplace.app.answer import Notice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rightplace.app.equality.result import EqualityEffect, EqualityRow

NOT_KNOWN = (
    "Equality effect not known: no composition file. Name published tables of ethnic group and "
    "deprivation by area (--composition), or set equality.files."
)


def equality_lines(effect: EqualityEffect | None) -> list[str]:
    """Return the effect in a few lines; one that says so where it is not known."""
    if effect is None:
        return ["  equality effect not known: no composition file"]
    kinds: dict[str, list[EqualityRow]] = {}
    for row in effect.rows:
        if row.broad:
            kinds.setdefault(row.kind, []).append(row)
    known = f"{effect.minutes_known_share:.0%} of minutes in places whose residents are known"
    return [
        f"  equality (audits the plan, steers nothing): {known}",
        "    minutes per 1,000 residents (violence recorded in 12 months per 1,000):",
        *(f"    {'; '.join(map(_row_words, rows))}" for rows in kinds.values()),
    ]


def _row_words(row: EqualityRow) -> str:
    minutes, recorded = row.minutes_per_1000_residents, row.recorded_per_1000_residents
    if minutes is None or recorded is None:
        return f"{row.group}: no residents"
    return f"{row.group} {minutes:,.1f} ({recorded:,.1f})"


def equality_notices(effect: EqualityEffect | None) -> Iterator[Notice]:
    """Yield what a reader must know: that the effect is not known, or of what part it is."""
    if effect is None:
        yield Notice(code="equality-not-known", message=NOT_KNOWN)
        return
    if effect.places_unknown:
        lost = effect.minutes - effect.minutes_known
        message = (
            f"{effect.places_unknown:,} places visited ({lost:,.0f} of {effect.minutes:,.0f} "
            "minutes) are not in the table of residents, and the equality effect leaves them out; "
            "codes of another year are the usual reason."
        )
        yield Notice(code="composition-unmatched", message=message)
    if effect.places_without_deprivation:
        message = (
            f"{effect.places_without_deprivation:,} places visited are not in the table of "
            "deprivation; its tenths leave them out."
        )
        yield Notice(code="deprivation-unmatched", message=message)

"""Disproportionality in words that a panel member understands: readings, cautions, refusals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rightplace.app.answer import Notice
from rightplace.powers.searches.columns import Ethnicity
from rightplace.powers.searches.denominators import BELOW_BOROUGH
from rightplace.powers.searches.ratios_compared import FEWEST_OF_GROUP, Refusal
from rightplace.powers.searches.ratios_counted import Described

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from rightplace.app.searches.disproportion_result import YearRatio
    from rightplace.powers.searches.outcome_test import GroupRate
    from rightplace.powers.searches.ratios import Ratio
    from rightplace.powers.searches.ratios_compared import Compared, Estimate, RatioRules
    from rightplace.powers.searches.ratios_counted import Slice
    from rightplace.powers.searches.reversal import Split

PEOPLE = {
    Ethnicity.ASIAN: "Asian people",
    Ethnicity.BLACK: "Black people",
    Ethnicity.MIXED: "people of mixed ethnicity",
    Ethnicity.OTHER: "people of other ethnic groups",
    Ethnicity.WHITE: "White people",
}
DESCRIBED = {
    Described.BY_PERSON: "as people described themselves",
    Described.BY_OFFICER: "as officers described people",
}
WEAK_RESIDENTS = (
    "Searches are set against the people who live in an area. The people who are searched there "
    "are those who are out, and many of them live elsewhere. A ratio says how unequally searches "
    "fell on groups of residents; it does not say why, and by itself it proves neither unfair "
    "nor fair treatment."
)
NO_LEAGUE = (
    "Boroughs stand in order of name. They differ in who lives there, who comes there and what "
    "happens there, so their ratios cannot be ranked against each other."
)
TOO_FEW = (
    "No ratio is given where the two groups together were searched fewer than {searches} times, or "
    "either of them fewer than {group} times: chance would decide what it says."
)
TWO_DESCRIPTIONS = (
    "What people say of themselves and what officers saw are counted apart and never mixed. "
    "The census counts what people say of themselves, so ratios as officers described people set "
    "one description against another."
)
INTERVALS = (
    "The range beside a ratio says how far chance could move it: of 100 such ranges about 95 hold "
    "the true ratio. Where months (in a short period, weeks) differ by more than chance "
    "makes them, the wider range that allows for it is printed."
)
BOUNDS = (
    "Where the ethnic group is not known, nobody can say whom the search was of. Two bounds say "
    "what the ratio would be if all of these searches had been of one of the two groups, and if "
    "all had been of the other; the truth lies between them."
)
INFRA_MARGINALITY = (
    "If searches of a group lead to something less often, the group may be searched on weaker "
    "grounds. The rates can also differ where grounds are equally strong, because the mean counts "
    "very strong grounds too, and groups may differ in how many of those there are (this is called "
    "infra-marginality). So a difference is a reason to look at searches, and proves nothing."
)
ARREST_IS_NO_FIND = (
    "The arrest rate counts arrests for whatever reason. It does not say that anything was found, "
    "and no further action does not say that nothing was."
)
EXPLAIN_OR_REFORM = (
    "Explain or reform: the force says here why its section 60 searches fell on groups as they "
    "did over these twelve months, or what it changes. It must say so whatever the ratio is."
)
DO_NOT_RELY = "Do not rely on this ratio: it turns round when it is split, and is shown split."
NO_SUCH_AREA = (
    "Not computed: no search is held of {area!r}, which must be a force or a borough's code as in "
    "the searches."
)
NO_BOROUGHS = (
    "Not computable by borough: no study area with boroughs is drawn, or no search has a place."
)
RESIDENTS_LACKING = (
    "No ratio for the whole area: the table of residents does not hold every authority that the "
    "force polices."
)
NO_FILE = "Not computed: no file of {kind} by ethnic group was given."
ROUGH_BOROUGH = (
    "Residents of a borough are a rough measure: many of those searched there live elsewhere."
)
_NO_DIGIT, _ONE_DIGIT = 10, 2  # from such a ratio on no, and one, digit after the point


def times(ratio: float) -> str:
    """Return a ratio with no more digits than a reader can use."""
    digits = 0 if ratio >= _NO_DIGIT else 1 if ratio >= _ONE_DIGIT else 2
    return f"{ratio:.{digits}f}"


def some(n: int, of: int | None = None) -> str:
    """Return a count in words, and its share of another, that tell no small count."""
    if 0 < n < FEWEST_OF_GROUP:
        return f"fewer than {FEWEST_OF_GROUP}" + ("" if of is None else f" of {of:,}")
    return f"{n:,}" if of is None else f"{n:,} of {of:,}"


def _percent(n: int, of: int) -> str:
    return "" if 0 < n < FEWEST_OF_GROUP else f" ({n / of:.0%})"


def capital(words: str) -> str:
    """Return words with a capital letter at their beginning."""
    return words[:1].upper() + words[1:]


def reading(compared: Compared, *, base: str = "resident") -> str | None:
    """Return a ratio in a sentence; None where there is none."""
    if compared.estimate is None:
        return None
    group, other = PEOPLE[compared.group], PEOPLE[compared.reference]
    printed = compared.estimate.printed
    return (
        f"{capital(group)} were searched {times(printed.value)} times as often as {other} for "
        f"each {base} (range {times(printed.lo)} to {times(printed.hi)})."
    )


def cautions(compared: Compared, part: Slice, *, do_not_rely: bool) -> Iterator[str]:
    """Yield what the reader of a ratio must know, the most serious first."""
    if do_not_rely:
        yield DO_NOT_RELY
    if compared.estimate is None:
        return
    if compared.estimate.printed.holds_one:
        yield "The range includes 1, so chance alone could make this difference."
    if part.unknown:
        yield bounds_words(compared, compared.estimate, part)
    yield from _months_words(compared.estimate)


def bounds_words(compared: Compared, estimate: Estimate, part: Slice) -> str:
    """Return the bounds in a sentence or two, and whether they include 1."""
    lower, upper = estimate.bounds.lower.value, estimate.bounds.upper.value
    said = (
        f"In {some(part.unknown, part.total)} searches{_percent(part.unknown, part.total)} the "
        f"group is not known. Had all of them been of {PEOPLE[compared.reference]}, the ratio "
        f"would be {times(lower)}; had all been of {PEOPLE[compared.group]}, {times(upper)}."
    )
    if estimate.bounds.hold_one:
        said += (
            " Between them lies 1, so these files cannot tell which of the two was searched more "
            "often."
        )
    return said


def _months_words(estimate: Estimate) -> Iterator[str]:
    if estimate.spells is None:
        yield (
            f"There are too few {estimate.spell.value} to judge how far they differ: the range "
            "allows for chance alone and may be too narrow."
        )
    elif estimate.allows_for_scatter:
        yield (
            f"{capital(estimate.spell.value)} differ {times(estimate.spells.dispersion)} times as "
            f"much as chance makes them, and the range allows for it; by chance alone it would be "
            f"{_range(estimate.chance)}."
        )


def _range(ratio: Ratio) -> str:
    return f"{times(ratio.lo)} to {times(ratio.hi)}"


def refused(refusal: Refusal, *, group: Ethnicity, described: Described, rules: RatioRules) -> str:
    """Return why there is no ratio; no count stands in the sentence."""
    return {
        Refusal.TOO_FEW: (
            f"No ratio: the two groups together were searched fewer than {rules.fewest_searches} "
            "times, and chance would decide what it says."
        ),
        Refusal.SMALL_COUNT: (
            f"No ratio: one of the two groups was searched fewer than {rules.fewest_of_group} "
            "times."
        ),
        Refusal.NO_RESIDENTS: (
            "No ratio: it is not known how many people of both groups there are to set searches "
            "against."
        ),
        Refusal.NO_WORD: (
            f"Not computable from these files: nobody is described as {group.value} in them "
            f"({DESCRIBED[described]}). The file may have no such word; this is no rate of 0."
        ),
        Refusal.NOT_RECORDED: (
            f"Not computable from these files: they do not record the ethnic group "
            f"{DESCRIBED[described]}."
        ),
    }[refusal]


def difference_words(one: GroupRate, reference: GroupRate, *, title: str) -> str | None:
    """Return how far a group's rate lies from the reference's; None where it is not known."""
    found, p, q = one.difference, one.rate.value, reference.rate.value
    if found is None or p is None or q is None:
        return None
    way = "more" if found.value >= 0 else "fewer"
    low, high = sorted((abs(100 * found.lo), abs(100 * found.hi)))
    said = (
        f"{title}: {100 * p:.1f} in 100 searches of {PEOPLE[one.group]}, {100 * q:.1f} of "
        f"{PEOPLE[reference.group]}"
    )
    if found.chance_could:
        return f"{said}. Chance alone could make this difference."
    return f"{said}: {100 * abs(found.value):.1f} {way} (range {low:.1f} to {high:.1f})."


def reversal_words(
    split: Split, *, measure: str, group: Ethnicity, reference: Ethnicity, by: str
) -> str:
    """Return what a reversal means, in sentences."""
    return (
        f"{capital(measure.replace('_', ' '))}: all together the rate of {PEOPLE[group]} is "
        f"{times(split.pooled.value)} times that of "
        f"{PEOPLE[reference]}. Compared within each {by}, it is {times(split.common.value)} "
        f"times. The first figure turns round when it is split by {by}, because the two groups "
        f"are not spread alike over them. Do not rely on it; look at the parts."
    )


def not_a_year(months_held: int) -> str:
    """Return why there is no annual ratio."""
    return (
        f"No annual ratio: of the twelve months {months_held} are held, and a year with missing "
        "months is none."
    )


def standing_notices(rules: RatioRules) -> tuple[Notice, ...]:
    """Return what holds for every table of ratios."""
    few = TOO_FEW.format(searches=rules.fewest_searches, group=rules.fewest_of_group)
    said = {
        "residents-are-weak": WEAK_RESIDENTS,
        "below-borough": BELOW_BOROUGH,
        "no-league-table": NO_LEAGUE,
        "too-few": few,
        "two-descriptions": TWO_DESCRIPTIONS,
        "intervals": INTERVALS,
        "bounds": BOUNDS,
        "infra-marginality": INFRA_MARGINALITY,
        "arrest-is-no-find": ARREST_IS_NO_FIND,
    }
    return tuple(Notice(code=code, message=words) for code, words in said.items())


def other_year_words(other: YearRatio) -> str:
    """Return what the ratio would be on residents of another year."""
    return f"On residents of {other.year} the ratio would be {times(other.ratio)}."


def census_words(year: int, *, period: tuple[date, date], chosen: bool) -> str:
    """Return which residents were taken and why.

    Parameters
    ----------
    year
        The year taken.
    period
        First days of the first and the last month of the searches.
    chosen
        Whether somebody asked for that year.
    """
    why = "as was asked for" if chosen else "the year counted nearest to the middle of these months"
    return (
        f"Searches are of {period[0]:%B %Y} to {period[1]:%B %Y}. Residents are those of {year}, "
        f"{why}."
    )


def missing_months_words(missing: Sequence[date]) -> str:
    """Return which months are not held; of those nothing is known."""
    named = ", ".join(f"{month:%B %Y}" for month in missing[:6])
    more = f" and {len(missing) - 6} more" if len(missing) > 6 else ""  # noqa: PLR2004 - as shown
    return f"No search of {named}{more} is held: nothing is known of them, and they are not 0."


def place_words(without: int, searches: int) -> str:
    """Return how many searches lie in no borough."""
    return (
        f"{capital(some(without, searches))} searches{_percent(without, searches)} lie in no "
        "borough, mostly because the file gives no place. They are in the figures of the whole "
        "area and in those of no borough, so every borough has somewhat more searches than shown."
    )


def vehicles_words(vehicles: int) -> str:
    """Return how many searches of vehicles alone are left out."""
    return (
        f"{capital(some(vehicles))} searches of vehicles alone are left out, because nobody was "
        "searched; for most of them no ethnic group is given."
    )

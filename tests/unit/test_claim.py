"""A published claim is recomputed, told from chance under Poisson and from nothing else."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from rightplace.app.evaluation.claim import ClaimResult, claim, claims
from rightplace.errors import BadInputError, NotHeldError, UndefinedMetricError
from rightplace.evaluate.designs.claim import Claim, Figure, check_claim
from rightplace.evaluate.designs.claim_file import later_count
from rightplace.evaluate.designs.claim_period import ClaimPeriod
from rightplace.evaluate.designs.finding import Check
from rightplace.evaluate.designs.said import Said
from rightplace.evaluate.two_counts import e_test

if TYPE_CHECKING:
    from pathlib import Path


def checked(
    before: int,
    after: int,
    *,
    said: str | None = None,
    earlier: int | None = None,
    releases: tuple[str | None, str | None] = (None, None),
    periods: tuple[str | None, str | None] = (None, None),
) -> ClaimResult:
    """Return a claim checked."""
    first, second = (None if each is None else ClaimPeriod.read(each) for each in periods)
    return claim(
        Claim(
            before=Figure(count=before, release=releases[0], period=first),
            after=Figure(count=after, release=releases[1], period=second),
            said=None if said is None else Said.read(said),
            earlier=earlier,
        )
    ).result


def passed(result: ClaimResult, check: Check) -> bool | None:
    """Return whether a check held."""
    return {each.check: each.passed for each in result.diagnostics}[check.value]


def test_the_venice_claim_is_the_published_ratio_under_poisson_and_level_two() -> None:
    """DOMAIN 10.1.1 and 10.1.2: 38.2 %, 0.618 (0.601 to 0.635); METHODS D13."""
    result = checked(13_193, 8_151, said="-38")

    assert round(result.estimate, 3) == -0.382
    ratio = result.rate_ratio
    assert (round(ratio.value, 3), round(ratio.lo95, 3), round(ratio.hi95, 3)) == (
        0.618,
        0.601,
        0.635,
    )
    assert (ratio.chance, result.fewer, result.evidence_level) == ("Poisson", 5042, 2)
    assert result.lo95 == pytest.approx(ratio.lo95 - 1)
    assert result.p is not None
    assert result.p < 1e-200
    assert result.said is not None
    assert result.said.follows
    for words in ("Poisson", "trend", "peak", "recording", "displacement", "cannot be known"):
        assert words in result.verdict


@pytest.mark.parametrize(
    ("before", "after", "said", "truth"),
    [(19_455, 12_419, "-44", "36.2 % fewer"), (12_192, 8_261, "-38", "32.2 % fewer")],
)
def test_percentages_that_their_own_figures_contradict_are_named(
    before: int, after: int, said: str, truth: str
) -> None:
    """DOMAIN 10.1.5."""
    answer = claim(
        Claim(before=Figure(count=before), after=Figure(count=after), said=Said.read(said))
    )

    assert answer.result.said is not None
    assert not answer.result.said.follows
    assert answer.result.verdict.startswith(f"The published {said[1:]} % fewer does not follow")
    assert truth in answer.result.verdict
    assert answer.warnings[0].code == "said-does-not-follow"


@pytest.mark.parametrize(
    ("said", "after", "follows"),
    [
        ("-38", 625, True),
        ("-38", 615, True),
        ("-38", 626, False),
        ("-38", 614, False),
        ("-38.0", 625, False),
        ("-37.5 %", 625, True),
        ("\u221237.5 per cent", 625, True),
        ("+38", 625, False),
        ("+12", 1120, True),
        ("38", 620, True),
        ("12", 1120, True),
        ("38", 1120, False),
        ("38 % fewer", 620, True),
        ("down 38 %", 620, True),
        ("Fell by 38 per cent", 620, True),
        ("38 more", 620, False),
    ],
)
def test_a_published_figure_stands_for_all_that_rounds_to_it(
    said: str, after: int, *, follows: bool
) -> None:
    assert Said.read(said).judged(1000, after)[1] is follows


def test_the_reason_for_a_wrong_percentage_is_named_where_it_shows() -> None:
    """100 to 80 is 20 %; 20 of 80 is 25 %. 1000 to 613 is 38.7 %, cut to 38."""
    assert "share of the later figure" in Said.read("-25").judged(100, 80)[0]
    assert "cut off" in Said.read("-38").judged(1000, 613)[0]
    assert "wrong direction" in Said.read("+20").judged(100, 80)[0]


def test_a_size_without_a_way_goes_the_way_of_its_figures_and_says_so() -> None:
    """DOMAIN 10.1.5: 19,455 to 12,419 is 36.2 % fewer, not 44."""
    result = checked(19_455, 12_419, said="44")

    assert result.said is not None
    assert (result.said.percent, result.said.follows) == (-44, False)
    assert result.verdict.startswith("The published 44 %, taken as fewer, does not follow")
    assert "wrong direction" not in result.verdict
    assert Said.read("36").judged(19_455, 12_419)[0].startswith("The published 36 %, taken as few")
    assert Said.read("44").judged(100, 100) == (
        "The published 44 %, taken as more, does not follow: 100 to 100 is 0.0 % more (+0).",
        False,
    )
    with pytest.raises(BadInputError, match="both ways"):
        Said.read("-38 % more")


@pytest.mark.parametrize("text", ["", "many", "--3", "3%4", "1e3"])
def test_what_is_no_percentage_is_refused(text: str) -> None:
    with pytest.raises(BadInputError, match="no percentage"):
        Said.read(text)


def test_a_fall_that_continued_a_fall_is_a_trend_and_costs_a_level() -> None:
    """DOMAIN 10.1.3: from 23,457 the count had fallen by 43.8 % already."""
    result = checked(13_193, 8_151, earlier=23_457)

    assert result.before_that is not None
    assert round(result.before_that.value, 3) == -0.438
    assert passed(result, Check.PRE_TREND) is False
    assert passed(result, Check.REGRESSION_TO_THE_MEAN) is None
    assert result.evidence_level == 1
    assert "-43.8%" in result.verdict
    assert "continued a trend" in result.verdict


def test_a_fall_from_a_peak_is_expected_in_part() -> None:
    result = checked(400, 300, earlier=200)

    assert passed(result, Check.REGRESSION_TO_THE_MEAN) is False
    assert passed(result, Check.PRE_TREND) is True
    assert "a peak" in result.verdict


def test_figures_of_different_releases_or_unequal_periods_are_named_and_cost_a_level() -> None:
    """DOMAIN 10.1.4: 13,007 is to 31 October, 304 days; 8,151 is of 365."""
    releases = checked(13_193, 8_151, releases=("2019-01-31", "2020-02-20"))
    lengths = checked(13_007, 8_151, periods=("2018-01-01..2018-10-31", "2019"))
    alike = checked(
        13_193, 8_151, releases=("MPS, 20 Feb", "mps, 20 feb "), periods=("2018", "2019")
    )

    for result in (releases, lengths):
        assert passed(result, Check.SAME_RECORDING) is False
        assert result.evidence_level == 1
    assert "2019-01-31 and 2020-02-20" in releases.verdict
    assert "304 days" in lengths.verdict
    assert lengths.rate_ratio.value == pytest.approx(8151 / 365 / (13_007 / 304))
    assert lengths.estimate == pytest.approx((8151 - 13_007) / 13_007)
    assert passed(alike, Check.SAME_RECORDING) is True
    assert alike.evidence_level == 2
    assert alike.rate_ratio.value == pytest.approx(8151 / 13_193)


def test_a_leap_day_is_no_other_length_and_lockdown_and_season_are_named() -> None:
    leap = checked(100, 90, periods=("2019", "2020"))
    season = checked(100, 90, periods=("2018-01..2018-03", "2018-07..2018-09"))

    assert passed(leap, Check.SAME_RECORDING) is None
    assert passed(leap, Check.NO_LOCKDOWN) is False
    assert passed(season, Check.NO_LOCKDOWN) is True
    assert [each.code for each in season.flags] == ["other-season"]


def test_periods_that_overlap_or_are_none_are_refused() -> None:
    with pytest.raises(BadInputError, match="before the earlier one"):
        checked(100, 90, periods=("2019", "2018"))
    for text in ("soon", "2018-13", "2018-02-30", "2018..2017"):
        with pytest.raises(BadInputError):
            ClaimPeriod.read(text)
    assert ClaimPeriod.read("2020-02") == ClaimPeriod(
        first=date(2020, 2, 1), last=date(2020, 2, 29)
    )


def test_no_change_and_no_later_count_are_told_and_nothing_has_no_percentage() -> None:
    """With 3 and 0 the exact p is 2 x (1/2)^3."""
    none = checked(3, 0)

    assert none.p == pytest.approx(0.25)
    assert none.e_test_p == pytest.approx(0.0884, abs=5e-5)
    assert "could do this alone" in none.verdict
    assert "no change" in checked(50, 50).verdict
    with pytest.raises(UndefinedMetricError, match="earlier count is 0"):
        checked(0, 5)


def test_p_and_interval_agree_at_the_edge() -> None:
    """20 and 8: the chance of at most 8 of 28 is .01785; 20 and 9 of 29 it is .03071."""
    out, within = checked(20, 8), checked(20, 9)

    assert out.p == pytest.approx(2 * 0.01785, abs=1e-4)
    assert within.p == pytest.approx(2 * 0.03071, abs=1e-4)
    assert out.hi95 is not None
    assert within.hi95 is not None
    assert out.hi95 < 0 < within.hi95


@pytest.mark.parametrize(
    ("first", "second", "exposures", "p"),
    [
        (0, 3, (1, 1), 0.0884),
        (6, 2, (1, 1), 0.1748748),
        (10, 5, (1, 1), 0.2061644),
        (100, 25, (10, 5), 0.0015381),
        (15, 5, (1, 1), 0.0250351),
        (20, 10, (1, 1), 0.069),
        (0, 0, (1, 1), 1.0),
    ],
)
def test_the_e_test_gives_the_published_values(
    first: int, second: int, exposures: tuple[float, float], p: float
) -> None:
    """ANCHORS 2.2, to their printed digits."""
    digits = len(str(p).partition(".")[2])

    assert round(e_test(first, second, exposures=exposures), digits) == p


def test_counts_that_are_none_are_refused() -> None:
    with pytest.raises(BadInputError):
        Figure(count=-1)
    with pytest.raises(BadInputError):
        check_claim(Claim(before=Figure(count=1), after=Figure(count=1), earlier=-1))
    with pytest.raises(BadInputError):
        e_test(-1, 2)


def test_an_outcome_that_would_write_over_the_screen_is_refused() -> None:
    with pytest.raises(BadInputError, match="cannot be printed"):
        Claim(before=Figure(count=2), after=Figure(count=1), outcome="Thefts\x1b[2J")


def test_a_difference_gives_the_later_count_unless_it_contradicts_one() -> None:
    assert later_count(13_193, after=None, fewer=5_042) == 8_151
    assert later_count(100, after=None, fewer=-20) == 120
    for after, fewer in ((8_000, 5_042), (None, 13_194), (None, None)):
        with pytest.raises(BadInputError):
            later_count(13_193, after=after, fewer=fewer)


def test_a_file_of_claims_is_checked_at_once(tmp_path: Path) -> None:
    path = tmp_path / "claims.csv"
    path.write_text(
        "outcome,before,after,fewer,said\n"
        'Moped crime,"13,193",,5042,-38\n'
        "Thefts,19455,12419,,-44\n"
        "Robbery,12192,8261,,\n"
    )

    result = claims(path).result

    assert [each.after for each in result.claims] == [8151, 12419, 8261]
    assert result.contradicted == 1


def test_every_bad_row_of_claims_is_named(tmp_path: Path) -> None:
    path = tmp_path / "claims.csv"
    path.write_text(
        "before,after,said,before_period,after_period\n"
        "0,5,,,\n"
        "10,few,,,\n"
        "10,5,half,,\n"
        "10,5,,2019,2018\n"
        "10,,,,\n"
        "10,5,,,someday\n"
    )

    with pytest.raises(BadInputError) as refused:
        claims(path)

    said = str(refused.value)
    for row in range(1, 7):
        assert f"row {row}: " in said
    with pytest.raises(NotHeldError):
        claims(tmp_path / "none.csv")
    path.write_text("before,after\n")
    with pytest.raises(BadInputError, match="no claim"):
        claims(path)

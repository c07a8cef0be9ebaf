"""The tables of the law, row by row: what a lawyer reads in the documentation is what runs here."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from rightplace.errors import BadInputError, UnsupportedByDataError
from rightplace.powers.law.keys import Key
from rightplace.powers.law.limits import limits_on
from rightplace.powers.law.provisions import Layer, forces, provisions
from rightplace.powers.ranks import Rank, RankKind
from rightplace.powers.searches.columns import Object
from rightplace.powers.section_60.applications import Paper, answer_application
from rightplace.powers.section_60.authorisation import authorisation_of
from rightplace.powers.section_60.breaches import breaches
from rightplace.powers.section_60.gates import limits_for
from rightplace.powers.section_60.grounds import Form, Ground, Limb
from rightplace.powers.section_60.history import (
    Authorised,
    Extended,
    History,
    ImpactNoted,
    IncidentNamed,
    LimbStated,
    LocalityChosen,
    NecessityAnswered,
    PublicTold,
    SuperintendentInformed,
    WrittenDown,
)
from rightplace.powers.section_60.prompts import review_points
from rightplace.powers.section_60.search_breaches import SearchFact, search_breaches
from rightplace.powers.section_60.settings import Section60Settings
from tests.section_60_world import (
    HOUR,
    INSPECTOR,
    NOON,
    SUPERINTENDENT,
    authorised,
    draft,
    officer,
    submitted,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from rightplace.powers.section_60.happened import Happened, Officer

LONDON = ZoneInfo("Europe/London")
TABLES = Path(__file__).parents[2] / "docs" / "law"
Row = dict[str, str]


def rows(name: str) -> list[Row]:
    with (TABLES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def somebody(words: str) -> Officer:
    if words == "nobody":
        return officer(None, None)
    kind, _, rank = words.partition(" ")
    held = kind in set(RankKind)
    return officer(Rank(rank), RankKind(kind)) if held else officer(Rank(words))


def hours(words: str) -> timedelta:
    return float(words.removesuffix(" h")) * HOUR


def without(history: History, kind: type[Happened]) -> History:
    return tuple(each for each in history if not isinstance(each, kind))


def limbs(history: History, change: Callable[[LimbStated], LimbStated]) -> History:
    return tuple(change(each) if isinstance(each, LimbStated) else each for each in history)


def words_of(row: Row, start: datetime) -> History:
    """Return the draft of a row, with what is wrong with its words."""
    grounds = [Ground(each) for each in row["grounds"].split()]
    history = draft(*grounds, starts=start, hours=float(row["hours"]))
    but, _, rest = row["but"].partition(" ")
    if not grounds:
        return without(history, LimbStated)
    if but == "without":
        left = Limb(rest)
        return tuple(each for each in history if getattr(each, "limb", None) != left)
    if but == "grade":
        return limbs(history, lambda each: replace(each, grade="" if rest == "none" else rest))
    if but == "learnt":
        learnt = start + hours(rest.removeprefix("after "))
        return limbs(history, lambda each: replace(each, learnt_at=learnt))
    changed: dict[str, History] = {
        "no why here": limbs(history, lambda each: replace(each, why_here="...")),
        "no locality": without(history, LocalityChosen),
        "no impact": without(history, ImpactNoted),
        "no outline": tuple(
            replace(each, outline="") if isinstance(each, LocalityChosen) else each
            for each in history
        ),
        "no weapon": tuple(
            replace(each, weapon=" ") if isinstance(each, IncidentNamed) else each
            for each in history
        ),
    }
    return changed.get(row["but"], history)


def given_of(row: Row, history: History, start: datetime) -> History:
    """Return the history with its authorisation, as the row says that it was given."""
    moment = start.astimezone(UTC)
    after = {
        each: hours(row["but"].removeprefix(f"{each} after "))
        for each in ("given", "signed", "entered")
        if row["but"].startswith(f"{each} after ")
    }
    at = moment + after.get("given", timedelta(0))
    unsigned = row["but"] == "not signed" or row["form"] == "oral"
    event = Authorised(
        at=at,
        entered_at=at + after.get("entered", timedelta(0)),
        by=somebody(row["rank"]),
        form=Form(row["form"]),
        signed_at=None if unsigned else at + after.get("signed", timedelta(0)),
    )
    return (*history, event)


def beside(row: Row, history: History) -> History:
    """Return the history with all that is done beside it, but for what the row leaves out."""
    at, entered = history[-1].at, history[-1].entered_at
    found = list(history)
    if row["but"] != "nobody informed":
        told = SuperintendentInformed(at=at, entered_at=entered, by=INSPECTOR, whom=SUPERINTENDENT)
        found.append(told)
    if row["but"] != "public not told":
        found.append(
            PublicTold(at=at, entered_at=entered, by=INSPECTOR, told=True, words="On foot")
        )
    if row["but"].startswith("written down after "):
        down = at + hours(row["but"].removeprefix("written down after "))
        found.append(WrittenDown(at=down, entered_at=down, by=INSPECTOR))
    return tuple(found)


def extensions_of(row: Row, start: datetime) -> list[Extended]:
    found = []
    for written in filter(None, row["extensions"].split("; ")):
        who, _, rest = written.partition(" at ")
        at, _, rest = rest.partition(" until ")
        until, _, offences = rest.partition(" for ")
        moment = start.astimezone(UTC) + hours(at)
        found.append(
            Extended(
                at=moment,
                entered_at=moment,
                by=somebody(who),
                until=start.astimezone(UTC) + hours(until),
                offences=tuple(f"CR/{n}" for n in range(int(offences))),
                words="A fight",
                form=Form.WRITTEN,
                signed_at=moment,
            )
        )
    return found


def answered(history: History) -> History:
    """Return the history with every review point answered in time."""
    points = review_points(authorisation_of(history), settings=Section60Settings())
    answers = [
        NecessityAnswered(
            at=each, entered_at=each, by=INSPECTOR, due_at=each, still_needed=True, words="Yes"
        )
        for each in points
    ]
    return (*history, *answers)


AUTHORISATIONS = rows("authorisations")


@pytest.mark.parametrize("row", AUTHORISATIONS, ids=[row["case"] for row in AUTHORISATIONS])
def test_each_situation_has_the_breach_that_the_table_names_and_no_other(row: Row) -> None:
    start = datetime.fromisoformat(row["starts"]).replace(tzinfo=LONDON)
    history = beside(row, given_of(row, words_of(row, start), start))
    history = answered((*history, *extensions_of(row, start)))
    found = breaches(history, limits=limits_on(start, force=row["force"]))
    if row["expected"] == "nothing":
        assert found == ()
        return
    expected = row["expected"].split(" | ")
    said = [each.finding for each in found]
    assert [each for each in expected if not any(each in finding for finding in said)] == []
    assert [finding for finding in said if not any(each in finding for each in expected)] == []
    named = [each for each in found if expected[0] in each.finding]
    assert any(row["provision"] in each.provision for each in named)


LIMITS = rows("limits")


@pytest.mark.parametrize("row", LIMITS, ids=[f"{row['day']} {row['force']}" for row in LIMITS])
@pytest.mark.parametrize("hour", [0, 23])
def test_each_day_has_the_limits_of_its_regime(row: Row, hour: int) -> None:
    day = date.fromisoformat(row["day"])
    start = datetime(day.year, day.month, day.day, hour, 59, tzinfo=LONDON)
    found = limits_on(start, force=row["force"])
    assert {
        "lowest_rank": found.lowest_rank,
        "longest_hours": f"{found.longest / HOUR:g}",
        "extension_rank": found.extension_rank,
        "extension_hours": " ".join(f"{each / HOUR:g}" for each in found.extension_steps),
        "total_hours": f"{found.longest_in_all / HOUR:g}",
        "belief": found.belief,
        "communicate": found.communicate,
    } == {key: row[key] for key in row if key not in ("day", "force", "source")}


APPLICATIONS = rows("applications")


@pytest.mark.parametrize("row", APPLICATIONS, ids=lambda row: f"{row['paper']} {row['asked']}")
def test_each_application_is_answered_as_the_table_says(row: Row) -> None:
    searched = datetime.fromisoformat(row["searched"]).replace(hour=12, tzinfo=UTC)
    answer = answer_application(
        Paper(row["paper"]),
        searched_at=searched,
        asked_on=date.fromisoformat(row["asked"]),
        limits=limits_on(searched, force="metropolitan"),
    )
    assert ("given" if answer.given else "refused") == row["expected"]
    assert answer.last_day.isoformat() == row["last_day"]
    assert row["provision"] in answer.provision


PLACES: dict[str, tuple[float, float] | tuple[None, None]] = {
    "inside": (-0.115, 51.465),
    "edge": (-0.12, 51.465),
    "outside": (-0.13, 51.465),
    "": (None, None),
}
SEARCHES = rows("searches")


@pytest.mark.parametrize("row", SEARCHES, ids=[row["case"] for row in SEARCHES])
def test_each_search_has_the_breach_that_the_table_names_and_no_other(row: Row) -> None:
    lon, lat = PLACES[row["place"]]
    search = SearchFact(
        reference="SS/1",
        at=NOON + int(row["hour"]) * HOUR,
        force=row["force"],
        lon=lon,
        lat=lat,
        in_uniform={"yes": True, "no": False, "": None}[row["uniform"]],
        object=Object(row["object"]),
        authorisation=row["cites"],
    )
    held = {"S60-1": authorised(submitted(draft(hours=12)))}
    found = search_breaches([search], held)
    if row["expected"] == "nothing":
        assert found == ()
        return
    (breach,) = found
    assert row["expected"] in breach.finding
    assert row["provision"] in breach.provision
    assert breach.owner == "superintendent and professional standards"
    assert "written statement" in breach.remedy


def test_every_record_names_its_source_and_the_two_that_were_read_say_so() -> None:
    assert all(each.source.strip() and each.provision.strip() for each in provisions())
    assert len(forces()) == 44  # 43 territorial forces and British Transport Police
    status = {each.status for each in provisions()}
    assert status == {"verified", "verified, but for its days", "not verified"}
    assert {each.layer for each in provisions()} == {Layer.STATUTE, Layer.CODE, Layer.SCHEME}
    assert len({each.regime for each in provisions()}) >= 6  # NEEDS B3


def test_statute_and_scheme_stand_apart_each_with_its_own_limit() -> None:
    limits = limits_on(datetime(2016, 6, 1, tzinfo=UTC), force="metropolitan")
    found = [(each.layer, each.value) for each in limits.of(Key.LONGEST_HOURS)]
    assert found == [(Layer.STATUTE, 24), (Layer.SCHEME, 15)]


def test_the_start_decides_and_not_when_it_was_drafted() -> None:
    drafted = datetime(2019, 3, 31, 22, tzinfo=UTC)  # 23:00 in London, still the scheme in full
    starts = datetime(2019, 3, 31, 23, tzinfo=UTC)  # midnight in London: the pilot
    history = draft(starts=starts, at=drafted)
    assert limits_for(history, at=drafted).lowest_rank is Rank.INSPECTOR
    assert limits_on(drafted, force="metropolitan").lowest_rank is Rank.COMMANDER


def test_no_limits_are_made_up_for_a_day_or_force_without_a_record() -> None:
    with pytest.raises(UnsupportedByDataError, match="1990-01-01"):
        limits_on(datetime(1990, 1, 1, tzinfo=UTC), force="metropolitan")
    with pytest.raises(BadInputError, match="Did you mean 'metropolitan'"):
        limits_on(NOON, force="metropolitian")
    with pytest.raises(BadInputError, match="carries no zone"):
        limits_on(NOON.replace(tzinfo=None), force="metropolitan")

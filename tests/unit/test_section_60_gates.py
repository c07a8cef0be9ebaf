"""Hard gates refuse a signature, soft gates demand a reason; neither says that it is lawful."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from rightplace.errors import BadInputError
from rightplace.powers.law.keys import Key
from rightplace.powers.law.limits import Limits, limits_on
from rightplace.powers.law.policy import ForcePolicy
from rightplace.powers.law.provisions import Layer, Provision
from rightplace.powers.ranks import Rank, RankKind
from rightplace.powers.section_60.authorisation import authorisation_of
from rightplace.powers.section_60.breaches import breaches
from rightplace.powers.section_60.context import Context, context_of
from rightplace.powers.section_60.defects import About
from rightplace.powers.section_60.gates import NONE_FOUND, formal_defects, limits_for
from rightplace.powers.section_60.grade import Grade, grade_of, unusable
from rightplace.powers.section_60.grounds import Form, Ground, ImpactPart
from rightplace.powers.section_60.history import (
    Authorised,
    History,
    ImpactNoted,
    LimbStated,
    LocalityChosen,
    PeriodChosen,
    ReasonGiven,
    Revoked,
    SuperintendentInformed,
    WrittenDown,
)
from rightplace.powers.section_60.likeness import copied_share, likeness
from rightplace.powers.section_60.outline import area_km2, holds, shape_of, shared_share
from rightplace.powers.section_60.questions import (
    Gate,
    Question,
    likeness_to,
    open_questions,
    questions,
)
from tests.section_60_world import (
    HOUR,
    INSPECTOR,
    NOON,
    SQUARE,
    SUPERINTENDENT,
    authorised,
    draft,
    extended,
    officer,
    submitted,
)

MINUTE = timedelta(minutes=1)
LIMITS = limits_on(NOON, force="metropolitan")
ALONE = Context()


def asked(history: History, context: Context = ALONE, *, hours: float = 0) -> dict[Gate, Question]:
    found = questions(history, limits=LIMITS, at=NOON + hours * HOUR, context=context)
    return {each.gate: each for each in found}


def reason(gate: Gate, *, by: Rank = Rank.INSPECTOR) -> ReasonGiven:
    given = officer(by)
    return ReasonGiven(at=NOON, entered_at=NOON, by=given, gate=gate, reason="Two sites")


def only(*kinds: RankKind) -> ForcePolicy:
    """Return a policy by which ranks of some kinds count."""
    rule = Provision(
        regime="Ours",
        layer=Layer.POLICY,
        provision="Ours, rule 1",
        limits=Key.RANK_KINDS,
        value=tuple(kinds),
        in_force_from=date(2020, 1, 1),
        source="Order 1",
        verified=True,
        dates_verified=True,
    )
    return ForcePolicy(force="metropolitan", name="Ours", rules=(rule,))


def written(history: History, text: str) -> History:
    """Return a draft whose limbs say a text, each its own part of it."""
    return tuple(
        replace(each, fact=text, why_here=text, why_this_long=text)
        if isinstance(each, LimbStated)
        else each
        for each in history
    )


def moved(history: History, east: float) -> History:
    """Return a history whose square lies so many degrees further east."""
    west, far = -0.12 + east, -0.11 + east
    ring = f"[[{west}, 51.46], [{far}, 51.46], [{far}, 51.47], [{west}, 51.47], [{west}, 51.46]]"
    outline = f'{{"type": "Polygon", "coordinates": [{ring}]}}'
    return tuple(
        replace(each, outline=outline) if isinstance(each, LocalityChosen) else each
        for each in history
    )


def test_a_draft_in_order_has_no_defect_and_the_screen_does_not_say_lawful() -> None:
    history = authorised(submitted(draft()))
    assert formal_defects(history, limits=limits_for(history, at=NOON), at=NOON) == ()
    assert "lawful" not in NONE_FOUND.lower()


def test_a_period_of_the_past_is_a_late_entry_or_a_defect() -> None:
    starts = NOON - 3 * HOUR
    history = draft(starts=starts, at=NOON)
    limits = limits_for(history, at=NOON)
    (found,) = formal_defects(history, limits=limits, at=NOON)
    assert found.about is About.PERIOD
    assert "is a late entry" in found.finding
    known = tuple(
        replace(each, learnt_at=starts - HOUR) if isinstance(each, LimbStated) else each
        for each in history
    )
    late = authorised(known, form=Form.PAPER, at=starts)
    assert formal_defects(late, limits=limits, at=NOON) == ()
    just_before = draft(starts=NOON - 15 * MINUTE, at=NOON)
    assert formal_defects(just_before, limits=LIMITS, at=NOON) == ()


@pytest.mark.parametrize("form", [Form.PAPER, Form.ORAL])
def test_a_late_entry_authorises_nothing_backwards(form: Form) -> None:
    # Given at noon, for a period from 09:00: the powers ran from noon, and the breach is named.
    history = authorised(draft(Ground.AFTER_INCIDENT, starts=NOON - 3 * HOUR, at=NOON), form=form)
    found = formal_defects(history, limits=LIMITS, at=NOON + HOUR)
    assert [(each.about, "before it was given" in each.finding) for each in found] == [
        (About.PERIOD, True)
    ]
    assert not authorisation_of(history).covers(NOON - HOUR)
    near = authorised(draft(Ground.AFTER_INCIDENT, starts=NOON - 15 * MINUTE, at=NOON), form=form)
    assert formal_defects(near, limits=LIMITS, at=NOON + HOUR) == ()


def test_a_minute_more_than_24_hours_is_refused_and_24_hours_are_not() -> None:
    assert formal_defects(draft(hours=24), limits=LIMITS, at=NOON) == ()
    (found,) = formal_defects(draft(hours=24 + 1 / 60), limits=LIMITS, at=NOON)
    assert found.about is About.PERIOD


def test_a_rank_of_a_kind_that_the_force_does_not_count_signs_and_extends_nothing() -> None:
    limits = limits_on(NOON, force="metropolitan", policy=only(RankKind.SUBSTANTIVE))
    by_acting = authorised(submitted(draft()), by=officer(Rank.INSPECTOR, RankKind.ACTING))
    (found,) = formal_defects(by_acting, limits=limits, at=NOON)
    assert (found.about, found.layer) == (About.RANK, Layer.POLICY)
    assert "given by an acting inspector" in found.finding
    longer = extended(
        authorised(submitted(draft())),
        at=NOON + HOUR,
        until=NOON + 13 * HOUR,
        by=officer(Rank.SUPERINTENDENT, RankKind.TEMPORARY),
    )
    (found,) = formal_defects(longer, limits=limits, at=NOON + HOUR)
    assert "extended by a temporary superintendent" in found.finding
    assert formal_defects(longer, limits=LIMITS, at=NOON + HOUR) == ()  # a question, no defect


def test_what_was_revoked_is_not_extended() -> None:
    when = NOON + HOUR
    over = Revoked(at=when, entered_at=when, by=INSPECTOR, reason="They went home")
    history = (*authorised(submitted(draft())), over)
    later = extended(history, at=when + HOUR, until=NOON + 13 * HOUR)
    (found,) = formal_defects(later, limits=LIMITS, at=when + HOUR)
    assert found.finding.endswith("after it was revoked")


def test_an_empty_draft_names_everything_that_is_missing_in_the_order_of_the_questions() -> None:
    history = draft()[:1]
    found = formal_defects(history, limits=limits_for(history, at=NOON), at=NOON)
    assert [each.about for each in found] == [
        About.GROUNDS,
        About.LOCALITY,
        About.PERIOD,
        About.OTHER_POWERS,
        About.IMPACT,
    ]


def test_three_words_or_none_are_not_the_test_but_that_each_part_says_something() -> None:
    short = written(draft(), "Knives tonight, Brixton")
    assert formal_defects(short, limits=LIMITS, at=NOON) == ()
    empty = written(draft(), " . ")
    findings = [each.finding for each in formal_defects(empty, limits=LIMITS, at=NOON)]
    assert len(findings) == 6  # three parts of two limbs
    assert "ground (a), violence may come: no fact" in findings


def test_copied_grounds_ask_for_a_reason_and_fresh_ones_do_not() -> None:
    words = "Two groups agreed to meet with knives on the estate this evening after the match"
    copy = context_of({"S60-1": written(draft(), words), "own": draft()}, own="own")
    question = asked(written(draft(), words), copy)[Gate.LIKENESS]
    assert question.words == "100% of the grounds' word triples are those of S60-1"
    fresh = "A machete was shown on a video that was filmed at noon outside the station"
    assert Gate.LIKENESS not in asked(written(draft(), fresh), copy)
    ((reference, share),) = likeness_to(authorisation_of(written(draft(), fresh)), copy)
    assert (reference, share) == ("S60-1", 0.0)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("a b c d", "A, B - c d!", 1.0),
        ("a b c d", "a b c e", 1 / 3),  # abc, bcd against abc, bce
        ("a b c", "d e f", 0.0),
        ("", "", 0.0),
        ("knives tonight", "Knives tonight.", 1.0),
    ],
)
def test_likeness_is_the_share_of_word_triples_in_common(
    one: str, other: str, expected: float
) -> None:
    assert likeness(one, other) == pytest.approx(expected)
    assert likeness(other, one) == pytest.approx(expected)


def test_words_added_to_a_copy_or_left_out_of_it_do_not_hide_it() -> None:
    copied = "Two groups agreed to meet with knives on the estate this evening after the match"
    more = (
        "Neighbours heard of it at the school gate and told the ward sergeant at once, who asked "
        "the youth workers and the shopkeepers along the parade whether they had been told as well"
    )
    earlier = context_of({"S60-1": written(draft(), f"{copied} {more}")})
    assert likeness(copied, f"{copied} {more}") < 0.5  # little of the longer text
    assert copied_share(copied, f"{copied} {more}") == 1.0  # and all of the shorter one
    assert asked(written(draft(), copied), earlier)[Gate.LIKENESS].words.endswith("S60-1")
    assert copied_share("", copied) == copied_share(copied, "") == 0.0


def test_more_than_15_hours_ask_for_a_reason_that_was_given_after_the_choice() -> None:
    assert Gate.LONG not in asked(draft(hours=15))
    history = draft(hours=16)
    assert asked(history)[Gate.LONG].words == "The period is 16 hours, more than 15"
    answered = (*history, reason(Gate.LONG))
    assert asked(answered)[Gate.LONG].reason == answered[-1]
    assert Gate.LONG not in {each.gate for each in open_questions(tuple(asked(answered).values()))}
    longer = PeriodChosen(
        at=NOON, entered_at=NOON, by=INSPECTOR, starts=NOON, ends=NOON + 24 * HOUR
    )
    assert asked((*answered, longer))[Gate.LONG].reason is None


def test_a_blank_reason_is_none() -> None:
    blank = replace(reason(Gate.LONG), reason=" ")
    assert asked((*draft(hours=16), blank))[Gate.LONG].reason is None


def test_a_locality_larger_than_95_of_100_past_ones_asks_for_a_reason() -> None:
    def sized(area: float) -> History:
        return tuple(
            replace(each, area_km2=area) if isinstance(each, LocalityChosen) else each
            for each in authorised(submitted(draft(starts=NOON - 1000 * HOUR)))
        )

    # The 0.95 quantile of 1 to 20 is 19.05 by linear interpolation: 1 + 0.95 * 19.
    past = context_of({f"S60-{n}": sized(n) for n in range(1, 21)})
    assert Gate.LARGE not in asked(sized(19.0), past)
    words = asked(sized(19.1), past)[Gate.LARGE].words
    assert "95% of 20 past ones are at most 19.05" in words
    few = context_of({f"S60-{n}": sized(n) for n in range(1, 20)})
    assert Gate.LARGE not in asked(sized(100.0), few)


def test_a_whole_borough_is_asked_about_and_not_refused() -> None:
    history = tuple(
        replace(each, whole_boroughs=("Lambeth",)) if isinstance(each, LocalityChosen) else each
        for each in draft()
    )
    assert asked(history)[Gate.WHOLE_BOROUGH].words.endswith("the whole of Lambeth")
    assert formal_defects(history, limits=LIMITS, at=NOON) == ()


def test_an_end_beyond_the_intelligence_asks_for_a_reason() -> None:
    # Everything was learnt an hour before noon; by the setting it reaches 72 hours.
    assert Gate.EVIDENCE not in asked(draft())
    said = Context(evidence_until=NOON + 11 * HOUR)
    assert Gate.EVIDENCE in asked(draft(hours=12), said)
    assert Gate.EVIDENCE not in asked(draft(hours=11), said)


def test_an_active_one_there_at_the_same_time_asks_for_a_reason() -> None:
    active = authorised(submitted(draft(starts=NOON - 6 * HOUR)))
    assert Gate.OVERLAP in asked(draft(), context_of({"S60-1": active}))
    assert Gate.OVERLAP not in asked(moved(draft(), 0.02), context_of({"S60-1": active}))
    ended = authorised(submitted(draft(starts=NOON - 12 * HOUR)))
    assert Gate.OVERLAP not in asked(draft(), context_of({"S60-1": ended}))
    never_given = submitted(draft(starts=NOON - 6 * HOUR))
    assert Gate.OVERLAP not in asked(draft(), context_of({"S60-1": never_given}))


def test_a_new_one_within_72_hours_needs_a_superintendents_reason_also_where_the_edge_drifts() -> (
    None
):
    before = authorised(submitted(draft(starts=NOON - 84 * HOUR)))  # ended 72 hours before noon
    context = context_of({"S60-1": before})
    assert Gate.AGAIN in asked(draft(), context)
    drifted = moved(draft(), 0.008)  # a fifth of the square lies in both
    assert asked(drifted, context)[Gate.AGAIN].needs_superintendent
    assert Gate.AGAIN not in asked(moved(draft(), 0.0095), context)  # a twentieth
    earlier = authorised(submitted(draft(starts=NOON - 85 * HOUR)))
    assert Gate.AGAIN not in asked(draft(), context_of({"S60-1": earlier}))
    by_inspector = (*draft(), reason(Gate.AGAIN))
    assert asked(by_inspector, context)[Gate.AGAIN].reason is None
    by_superintendent = (*draft(), reason(Gate.AGAIN, by=Rank.SUPERINTENDENT))
    assert asked(by_superintendent, context)[Gate.AGAIN].reason is not None


def test_one_that_begins_before_the_last_has_ended_needs_a_superintendents_reason_too() -> None:
    # Rolling on from a minute before the end is no way round the 72 hours (NEEDS C3).
    running = authorised(submitted(draft(starts=NOON - 11 * HOUR)))
    found = asked(draft(), context_of({"S60-1": running}))
    assert Gate.OVERLAP in found
    assert "S60-1 holds at the same place" in found[Gate.AGAIN].words
    by_inspector = (*draft(), reason(Gate.OVERLAP), reason(Gate.AGAIN))
    assert asked(by_inspector, context_of({"S60-1": running}))[Gate.AGAIN].reason is None
    next_day = authorised(submitted(draft(starts=NOON + 24 * HOUR, at=NOON - HOUR)))
    words = asked(draft(), context_of({"S60-1": next_day}))[Gate.AGAIN].words
    assert "S60-1 holds at the same place from 12 hours after" in words
    late = authorised(submitted(draft(starts=NOON + 85 * HOUR, at=NOON - HOUR)))
    assert Gate.AGAIN not in asked(draft(), context_of({"S60-1": late}))


def test_what_is_given_later_asks_nothing_of_what_was_given_before_it() -> None:
    first = authorised(submitted(draft()))
    second = authorised(submitted(draft(starts=NOON + 20 * HOUR)))
    assert Gate.AGAIN not in asked(first, context_of({"S60-2": second}))
    assert Gate.AGAIN in asked(second, context_of({"S60-1": first}))


def test_a_rank_that_does_not_count_answers_no_question_and_is_no_superintendent() -> None:
    limits = limits_on(NOON, force="metropolitan", policy=only(RankKind.SUBSTANTIVE))
    acting = officer(Rank.SUPERINTENDENT, RankKind.ACTING)
    before = context_of({"S60-1": authorised(submitted(draft(starts=NOON - 84 * HOUR)))})
    excuse = replace(reason(Gate.AGAIN), by=acting)
    copied = reason(Gate.LIKENESS)
    told = SuperintendentInformed(at=NOON, entered_at=NOON, by=INSPECTOR, whom=acting)

    def open_gates(history: History, bound: Limits) -> set[Gate]:
        found = questions(history, limits=bound, at=NOON + 2 * HOUR, context=before)
        return {each.gate for each in open_questions(found)}

    history = (*authorised(submitted((*draft(), excuse, copied))), told)
    assert open_gates(history, limits) == {Gate.AGAIN, Gate.NOT_INFORMED}
    assert open_gates(history, LIMITS) == set()  # where the force has not said, each counts
    findings = [each.finding for each in breaches(history, limits=limits)]
    assert "no superintendent is recorded as informed" in findings
    by_acting = authorised(submitted(draft()), by=acting)  # so that one who counts is told
    assert Gate.NOT_INFORMED in open_gates(by_acting, limits)


def test_a_reason_for_how_one_held_a_rank_is_none_for_how_another_did() -> None:
    acting = officer(Rank.INSPECTOR, RankKind.ACTING)
    signed = authorised((*submitted(draft()), reason(Gate.RANK_KIND)), by=acting)
    assert asked(signed)[Gate.RANK_KIND].reason is not None
    higher = officer(Rank.SUPERINTENDENT, RankKind.ACTING)
    longer = extended(signed, at=NOON + HOUR, until=NOON + 13 * HOUR, by=higher)
    found = questions(longer, limits=LIMITS, at=NOON + HOUR, context=ALONE)
    of_kind = [each for each in found if each.gate is Gate.RANK_KIND]
    assert [each.reason is None for each in of_kind] == [True, False]  # the newest first
    late = replace(reason(Gate.RANK_KIND), at=NOON + 2 * HOUR, entered_at=NOON + 2 * HOUR)
    found = questions((*longer, late), limits=LIMITS, at=NOON + 2 * HOUR, context=ALONE)
    assert Gate.RANK_KIND not in {each.gate for each in open_questions(found)}


def test_nobody_contacted_and_nobody_informed_ask_for_a_reason() -> None:
    without = tuple(
        each
        for each in draft()
        if not (isinstance(each, ImpactNoted) and each.part is ImpactPart.CONTACT)
    )
    assert Gate.NO_CONTACT in asked(without)
    assert Gate.NO_CONTACT not in asked(draft())
    given = authorised(submitted(draft()))
    assert Gate.NOT_INFORMED not in asked(given, hours=1)
    assert Gate.NOT_INFORMED in asked(given, hours=1.1)
    told = SuperintendentInformed(at=NOON, entered_at=NOON, by=INSPECTOR, whom=SUPERINTENDENT)
    assert Gate.NOT_INFORMED not in asked((*given, told), hours=2)


@pytest.mark.parametrize("kind", [RankKind.ACTING, RankKind.TEMPORARY])
def test_which_kinds_of_rank_count_is_a_question_where_the_force_has_not_said(
    kind: RankKind,
) -> None:
    given = authorised(submitted(draft()), by=officer(Rank.INSPECTOR, kind))
    words = asked(given)[Gate.RANK_KIND].words
    assert words == f"A. Grey acted as {_an(kind)}, and the force has not said which kinds count"
    assert Gate.RANK_KIND not in asked(authorised(submitted(draft())))


def _an(kind: RankKind) -> str:
    return "an acting inspector" if kind is RankKind.ACTING else "a temporary inspector"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2B P", Grade(source=2, information="B", handling="P")),
        ("3dc", Grade(source=3, information="D", handling="C")),
        ("4A P", None),
        ("2F P", None),
        ("2B", None),
        ("2B X", None),
        ("", None),
    ],
)
def test_a_grade_is_read_as_written_or_not_at_all(text: str, expected: Grade | None) -> None:
    assert grade_of(text) == expected


def test_information_graded_e_supports_nothing_whatever_its_source() -> None:
    assert all(unusable(f"{source}E {code}") for source in (1, 2, 3) for code in "PC")
    assert not any(unusable(f"{source}{info} P") for source in (1, 2, 3) for info in "ABCD")


def test_an_outline_is_ground_in_longitude_and_latitude() -> None:
    # A hundredth of a degree of longitude at 51.465 north is 695 m, of latitude 1,113 m.
    assert area_km2(SQUARE) == pytest.approx(0.6946 * 1.1126, rel=2e-3)
    assert holds(SQUARE, lon=-0.12, lat=51.46)
    assert not holds(SQUARE, lon=-0.1201, lat=51.46)
    half = SQUARE.replace("-0.12", "-0.115")
    assert shared_share(SQUARE, half) == pytest.approx(1.0)
    for wrong, said in (
        ("", "no GeoJSON"),
        ('{"type": "Point", "coordinates": [0, 51]}', "is Point, not a polygon"),
        (SQUARE.replace("51.4", "151.4"), "cannot be used|longitude and latitude"),
        ('{"type": "Polygon", "coordinates": []}', "cannot be used"),
    ):
        with pytest.raises(BadInputError, match=said):
            shape_of(wrong)


def test_what_can_still_be_done_in_time_is_no_breach_while_it_runs() -> None:
    history = authorised(submitted(draft()))
    assert breaches(history, limits=LIMITS, at=NOON) == ()
    after_2 = breaches(history, limits=LIMITS, at=NOON + 2 * HOUR)
    assert [each.about for each in after_2] == [About.NOTICE, About.NOTICE]
    findings = [each.finding for each in breaches(history, limits=LIMITS, at=NOON + 5 * HOUR)]
    assert "nobody said at 01 Jun 2026 17:00 BST whether it was still needed" in findings
    assert len(breaches(history, limits=LIMITS)) == 4  # two notices, two review points
    assert breaches(submitted(draft()), limits=LIMITS) == ()


def test_what_was_spoken_is_signed_by_whoever_spoke_it() -> None:
    spoken = authorised(submitted(draft(Ground.AFTER_INCIDENT)), form=Form.ORAL)
    down = WrittenDown(at=NOON, entered_at=NOON, by=INSPECTOR)
    other = replace(down, by=SUPERINTENDENT)
    said = "signed by B. Brown (7), not by A. Grey (101) who gave it"

    def findings(history: History) -> list[str]:
        return [each.finding for each in breaches(history, limits=LIMITS, at=NOON)]

    assert findings((*spoken, down)) == []
    assert any(each.endswith(said) for each in findings((*spoken, other)))
    unnumbered = replace(down, by=replace(SUPERINTENDENT, number=""))
    assert findings((*spoken, unnumbered)) == []  # who it was cannot be told


def test_a_notice_entered_hours_after_it_was_due_says_so() -> None:
    history = authorised(submitted(draft()))
    told = SuperintendentInformed(
        at=NOON + HOUR, entered_at=NOON + 3 * HOUR, by=INSPECTOR, whom=SUPERINTENDENT
    )

    def late(history: History) -> list[str]:
        found = [each.finding for each in breaches(history, limits=LIMITS)]
        return [each for each in found if each.startswith("late entry: a superintendent")]

    assert late((*history, told)) == [
        "late entry: a superintendent informed 01 Jun 2026 14:00 BST, entered 01 Jun 2026 16:00 BST"
    ]
    assert late((*history, replace(told, entered_at=NOON + 2 * HOUR))) == []
    paper = Authorised(
        at=NOON, entered_at=NOON + 3 * HOUR, by=INSPECTOR, form=Form.PAPER, signed_at=NOON
    )
    assert late((*history[:-1], paper, told)) == []  # that all of it was entered late is said


def test_nobody_owns_a_breach_of_their_own() -> None:
    history = extended(
        authorised(draft(Ground.ANTICIPATION), form=Form.ORAL),
        at=NOON + HOUR,
        until=NOON + 40 * HOUR,
        offences=(),
    )
    found = breaches(history, limits=LIMITS)
    owners = {each.about: each.owner for each in found}
    assert owners[About.FORM] == "superintendent"
    assert owners[About.EXTENSION] == "superintendent and professional standards"
    assert owners[About.NECESSITY] == "authorising officer"

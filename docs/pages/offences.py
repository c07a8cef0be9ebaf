"""Offence classes: what is counted, what drives demand, and whose words lead to it."""

from __future__ import annotations

from collections import Counter

from docs import markdown
from rightplace.crime.offences import SourceOfRecord, category_words, offence_classes, publishers

INTRODUCTION = """\
Every record is of one class. Demand is what a forecast counts: without `--classes` it is the
classes marked below. A class asked for by name brings the narrower classes within it.
Police-generated classes are never demand: asking for one is refused (exit 20), because a forecast
fed with what officers find sends officers where they already were (Ensign and others, 2018)."""

MEANINGS = {
    SourceOfRecord.VICTIM_REPORTED: "A victim, witness or caller made the record come about.",
    SourceOfRecord.POLICE_GENERATED: "Police activity did: no officers there, no record.",
    SourceOfRecord.MIXED: "Either; the records do not say.",
}


def page() -> str:
    """Return the page: the classes, the sources of record, and the publishers' words."""
    classes = [
        (
            markdown.code(each.slug),
            each.name,
            "" if each.within is None else markdown.code(each.within),
            each.source_of_record.value.replace("_", "-"),
            "yes" if each.default_demand else "no",
            each.note,
        )
        for each in offence_classes().values()
    ]
    sources = [(s.value.replace("_", "-"), meaning) for s, meaning in MEANINGS.items()]
    heads = ("class", "in words", "part of", "source of record", "demand by default", "note")
    return markdown.page(
        "Offence classes",
        INTRODUCTION,
        markdown.table(("source of record", "meaning"), sources),
        "## Classes",
        markdown.table(heads, classes),
        "## Publishers' words",
        "Tables of words that ship, for `categories` in a [mapping](mappings.md):",
        markdown.table(("table", "words", "classes they lead to"), _words()),
    )


def _words() -> list[tuple[str, int, str]]:
    found = []
    for publisher in publishers():
        classes = category_words(publisher).classes
        led_to = Counter(classes.values())
        found.append((markdown.code(publisher), len(classes), markdown.codes(sorted(led_to))))
    return found

"""Words of the pack: what a panel member reads in place of the codes of the table."""

from __future__ import annotations

from rightplace.powers.searches.columns import (
    Age,
    Ethnicity,
    Object,
    Outcome,
    Power,
    SearchType,
    Sex,
)
from rightplace.powers.searches.rates import NO_PLACE, NOT_RECORDED

POWER_WORDS = {
    Power.PACE_1.value: "Stolen or prohibited articles (PACE 1984, s 1)",
    Power.DRUGS_23.value: "Drugs (Misuse of Drugs Act 1971, s 23)",
    Power.FIREARMS_47.value: "Firearms (Firearms Act 1968, s 47)",
    Power.SECTION_60.value: "Section 60 (CJPOA 1994)",
    Power.TERRORISM_43.value: "Terrorism Act 2000, s 43",
    Power.TERRORISM_47A.value: "Terrorism Act 2000, s 47A",
    Power.SCHOOL_139B.value: "School premises (CJA 1988, s 139B)",
    Power.PUBLIC_ORDER_11.value: "Protest (Public Order Act 2023, s 11)",
    Power.VIOLENCE_REDUCTION_342E.value: "Violence reduction order (s 342E)",
    Power.OTHER.value: "Other power",
    Power.NOT_GIVEN.value: "Not given in the file",
}
_ETHNICITY = {
    Ethnicity.ASIAN.value: "Asian",
    Ethnicity.BLACK.value: "Black",
    Ethnicity.MIXED.value: "Mixed",
    Ethnicity.OTHER.value: "Other ethnic group",
    Ethnicity.WHITE.value: "White",
    Ethnicity.NOT_STATED.value: "Not stated",
    Ethnicity.NOT_GIVEN.value: "Not given in the file",
}
_AGE = {
    Age.UNDER_10.value: "Under 10",
    Age.AGE_10_17.value: "10 to 17",
    Age.AGE_18_24.value: "18 to 24",
    Age.AGE_25_34.value: "25 to 34",
    Age.OVER_34.value: "Over 34",
    Age.NOT_GIVEN.value: "Not given in the file",
}
CHILDREN = (Age.UNDER_10.value, Age.AGE_10_17.value)
UNKNOWN = (Age.NOT_GIVEN.value, NOT_RECORDED)
"""Words of searches of which a characteristic is not known: one blank, or the whole column."""
SHORT = {
    ("power", Power.PACE_1.value): "Articles (PACE s 1)",
    ("power", Power.DRUGS_23.value): "Drugs (s 23)",
    ("power", Power.FIREARMS_47.value): "Firearms (s 47)",
    ("power", Power.SECTION_60.value): "Section 60",
    ("power", Power.TERRORISM_43.value): "Terrorism Act, s 43",
    ("power", Power.TERRORISM_47A.value): "Terrorism Act, s 47A",
    ("power", Power.SCHOOL_139B.value): "Schools (s 139B)",
    ("power", Power.PUBLIC_ORDER_11.value): "Protest (s 11)",
    ("power", Power.VIOLENCE_REDUCTION_342E.value): "Violence red. order",
    ("object", Object.THREATEN_OR_HARM.value): "To threaten or harm",
    ("object", Object.GOING_EQUIPPED.value): "For theft or burglary",
    ("object", Object.DAMAGE.value): "For criminal damage",
    ("object", Object.PSYCHOACTIVE.value): "Psychoactive subst.",
    ("outcome", Outcome.DRUG_WARNING.value): "Drugs warning",
    ("outcome", Outcome.SUMMONS.value): "Summons or charge",
    ("self_defined", Ethnicity.OTHER.value): "Other group",
    ("officer_defined", Ethnicity.OTHER.value): "Other group",
}
"""Words short enough to stand beside a bar, where those of the table are too long."""


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


WORDS: dict[str, dict[str, str]] = {
    "power": POWER_WORDS,
    "object": {each.value: _capital(each.value) for each in Object},
    "outcome": {each.value: _capital(each.value) for each in Outcome},
    "type": {each.value: _capital(each.value) for each in SearchType},
    "age": _AGE,
    "sex": {each.value: _capital(each.value) for each in Sex},
    "self_defined": _ETHNICITY,
    "officer_defined": _ETHNICITY,
    "hour": {f"{h:02d}": f"{h:02d}:00 to {h:02d}:59" for h in range(24)}
    | {NOT_RECORDED: "Time not recorded"},
}
"""Values of each characteristic in the order in which they are listed, with their words."""
for _name, _words in WORDS.items():
    if "not given" in _words:
        WORDS[_name] = _words | {
            "not given": "Not given in the file",
            NOT_RECORDED: "Column blank all month",
        }


def force_words(force: str) -> str:
    """Return a force as a name: ``Metropolitan``, ``City of London``."""
    return force.replace("-", " ").title().replace(" Of ", " of ")


def value_words(characteristic: str, value: str) -> str:
    """Return a value in words; one that is not ours as it stands."""
    return WORDS.get(characteristic, {}).get(value, value)


def chart_words(characteristic: str, value: str) -> str:
    """Return a value in words that fit beside a bar; the table beside the chart has the long."""
    if value == "not given":
        return "Not given"
    return SHORT.get((characteristic, value)) or value_words(characteristic, value)


def in_order(characteristic: str, values: list[str]) -> list[str]:
    """Return values in the order in which they are listed; unknown ones last."""
    known = list(WORDS.get(characteristic, {}))
    return sorted(values, key=lambda v: (known.index(v) if v in known else len(known), v))


def place_words(code: str) -> str:
    """Return a borough's name; a code that is none of London's as it stands."""
    from rightplace.places.hierarchy import boroughs

    if code == NO_PLACE:
        return "No place in the file"
    return {each.code: each.name for each in boroughs()}.get(code, code)

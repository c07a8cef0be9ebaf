"""The law of section 60: dated records, and tables of situations that run as tests."""

from __future__ import annotations

import csv
from pathlib import Path

from docs import markdown
from rightplace.powers.law.keys import MEANINGS
from rightplace.powers.law.provisions import Layer, Provision, provisions
from rightplace.powers.section_60.breaches import Owner
from rightplace.powers.section_60.file import example
from rightplace.powers.section_60.questions import SUPERINTENDENTS, Gate
from rightplace.powers.section_60.states import EDGES, NEXT, State

TABLES = Path(__file__).parent.parent / "law"
INTRODUCTION = """\
What this page shows is what the code does: the records are those it looks limits up in, and every
row of the tables of situations runs as a test. The rules of an authorisation are those in force
for its force on the day on which it **starts**. Statute, code and scheme stand apart, and each
record says where it was read and whether it was: "not verified" means that nobody should rest on
it before the source is read. A force may add stricter rules of its own (`[section_60] policy`);
looser ones are refused.

Nothing here says that an authorisation is lawful. Form, ranks, times and limbs are checked; whether
the belief was reasonable is not."""
LAYERS = {
    Layer.STATUTE: "An Act of Parliament.",
    Layer.CODE: "A code of practice under an Act.",
    Layer.SCHEME: "A scheme that forces joined of their own accord: no part of the Act.",
    Layer.POLICY: "A force's own rules.",
    Layer.SERVICE: "Asked by a full record here, and by no law in these words.",
}
GATES = {
    Gate.RANK_KIND: "acting or temporary rank, and the force has not said which kinds count",
    Gate.LARGE: "a locality larger than most past ones",
    Gate.WHOLE_BOROUGH: "a whole borough",
    Gate.LONG: "a first period of more than 15 hours",
    Gate.EVIDENCE: "an end beyond what the intelligence reaches to",
    Gate.OVERLAP: "another one in force there at the same time",
    Gate.AGAIN: "a new one at the same place within 72 hours of the last",
    Gate.LIKENESS: "grounds like those of another one",
    Gate.NO_CONTACT: "nobody in the community contacted",
    Gate.NOT_INFORMED: "no superintendent informed within the hour",
}


def page() -> str:
    """Return the page: records, states, questions, and the tables that run as tests."""
    return markdown.page(
        "The law of section 60",
        INTRODUCTION,
        markdown.table(("layer", "what it is"), [(layer.value, LAYERS[layer]) for layer in Layer]),
        "## Limits by day and force",
        "Strictest of statute, code and scheme; the days before and after each change.",
        _table("limits"),
        "## Situations",
        "Each is judged as it happened. `nothing` means that none of the breaches that are checked "
        "was found; what stands after an upright bar is found beside it.",
        _table("authorisations"),
        "## Searches beside an authorisation",
        "S60-1 runs for 12 hours; the hour is counted from its start. "
        f"Owner of every breach: {Owner.STANDARDS.value}.",
        _table("searches"),
        "## What may be asked for afterwards",
        _table("applications"),
        "## What asks for a reason",
        "Not refused: a reason is demanded, kept and shown. One that was given before the choice "
        "that it is about does not count.",
        markdown.table(("question", "asked where there is", "whose reason"), _gates()),
        "## States",
        markdown.table(("state", "what may follow", "what may be entered"), _states()),
        "## Records of the law",
        *_records(),
        "## A file for `section60 check`",
        "The second authorisation is wrong on purpose.",
        markdown.block(example(), "json"),
    )


def _table(name: str) -> str:
    with (TABLES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        heads, *rows = csv.reader(file)
    return markdown.table([each.replace("_", " ") for each in heads], rows)


def _gates() -> list[tuple[str, str, str]]:
    return [
        (
            markdown.code(gate.value),
            GATES[gate],
            "a superintendent's" if gate in SUPERINTENDENTS else "anybody's who works on it",
        )
        for gate in Gate
    ]


def _states() -> list[tuple[str, str, str]]:
    return [
        (
            state.value,
            ", ".join(each.value for each in State if each in EDGES[state]) or "nothing",
            ", ".join(each.kind.replace("-", " ") for each in NEXT[state]) or "nothing",
        )
        for state in State
    ]


def _records() -> list[str]:
    found = []
    for limit, meaning in MEANINGS.items():
        rows = [_row(each) for each in provisions() if each.limits is limit]
        if rows:
            heads = ("layer", "value", "from", "to", "forces", "provision", "status", "source")
            found += [f"### {meaning[0].upper()}{meaning[1:]}", markdown.table(heads, rows)]
    return found


def _row(rule: Provision) -> tuple[str, ...]:
    source = f"{rule.source}. {rule.note}" if rule.note else rule.source
    return (
        rule.layer.value,
        _value(rule),
        rule.in_force_from.isoformat(),
        "" if rule.in_force_to is None else rule.in_force_to.isoformat(),
        _forces(rule),
        rule.provision,
        rule.status,
        source,
    )


def _value(rule: Provision) -> str:
    if isinstance(rule.value, tuple):
        return ", ".join(str(each) for each in rule.value) or "none"
    return "yes" if rule.value is True else str(rule.value)


FEW = 10


def _forces(rule: Provision) -> str:
    if not rule.forces:
        return "all"
    if len(rule.forces) <= FEW:
        return ", ".join(sorted(rule.forces))
    return f"{len(rule.forces)} forces"

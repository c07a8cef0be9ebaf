"""Stop and search: each measure, where it is from, and what it cannot do."""

from __future__ import annotations

from docs import markdown
from rightplace.app.searches.pack_breakdowns import BREAKDOWNS, POWERS_TOLD
from rightplace.app.searches.pack_document import LIMITS
from rightplace.powers.searches.measures import MEASURES

INTRODUCTION = """\
`rightplace searches rates` counts, `rightplace searches report` makes the quarterly pack for a
scrutiny panel (a page, paper and data), `rightplace publish` shows it on the page *Stop and search*
of the service. What a file does not record is "not computable from this file" and why, never 0 and
never a stand-in. Warnings of incomplete publication stand first, before every number."""

PACK = (
    (
        "What is missing",
        (
            "months without a file or nearly empty, vanished categories, blank columns, "
            "words nobody knows"
        ),
        "whether what is missing is like what is there",
    ),
    (
        "Four find rates",
        "each with its Wilson interval (95 %) and the share that is not known",
        "whether a search was right: one that finds nothing can be",
    ),
    (
        "Searches by month",
        (
            "by the clock of London, equal rows kept, section 60 apart; the change "
            "against the same months a year before by an interval as wide as months scatter"
        ),
        "why it changed: operations, powers and recording change it",
    ),
    (
        "Ratios to residents",
        (
            "searches of a group for each resident, divided by the same of White "
            "people, with interval, bounds for those not stated, Census year"
        ),
        "who was out and could be searched; it is no proof of unfairness or of fairness",
    ),
    (
        "By borough",
        "in the order of the alphabet, nothing below a borough",
        "which borough is policed better: it is no league table",
    ),
    (
        "Outcome test",
        "how often searches of each group lead to something",
        "whether the bar differs: averages mislead where groups differ (infra-marginality)",
    ),
    (
        "Ratios that turn round",
        "pooled ratios that reverse when split, shown split",
        "which split is the right one",
    ),
    (
        "Section 60 over a year",
        "twelve whole months of a force, beside what the force says of it",
        "anything about one authorisation",
    ),
    (
        "Other denominators",
        "suspects, victims or people present, where a file is given",
        "what is left once the bias named beside each is gone",
    ),
    (
        "Words that changed",
        "published words that came or went, and what each is read as",
        "whether practice changed with them",
    ),
)


def page() -> str:
    """Return the page: the pack's parts, every measure, what they are told by, the limits."""
    return markdown.page(
        "Stop and search",
        INTRODUCTION,
        "## The pack",
        markdown.table(("part", "what it says", "what it cannot tell"), list(PACK)),
        "## Measures",
        markdown.table(
            ("measure", "definition", "without it the file"),
            [(each.title, each.definition, each.missing) for each in MEASURES],
        ),
        "## Told apart by",
        markdown.table(
            ("by", "how it is counted"),
            [(each.heading, " ".join(each.counting)) for each in (POWERS_TOLD, *BREAKDOWNS)],
        ),
        "## Who sees which counts",
        "Panels, the public and everything that is written out: no count of 1 to 4 and none beside "
        "it that would tell one (of each sum the withheld figures are two or more, and so many in "
        "all that each could lie anywhere in a span of five), and no share of fewer than 50 "
        "searches. Whoever has a role inside the force sees true counts of their own area. The run "
        "in the workspace keeps all of them; whoever can open the workspace can read them. What is "
        "not promised: safety from somebody who knows single records beside the pack, or who "
        "compares packs of periods that overlap.",
        "## What no number of the pack can tell",
        "\n".join(f"- {each}" for each in LIMITS),
    )

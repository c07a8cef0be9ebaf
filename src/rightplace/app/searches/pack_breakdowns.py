"""By what a pack tells searches apart, in a panel member's words, and how each is counted."""

from __future__ import annotations

from dataclasses import dataclass

BLANK = (
    "“Not given in the file” is a search whose cell is blank; “column blank all month” are the "
    "searches of months in which the cell of every search is blank. Of neither is it known."
)
POLICE_UK = "Source of the columns: data.police.uk, stop and search."


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakdown:
    """How searches are told apart by one characteristic.

    Parameters
    ----------
    characteristic
        As in the cube.
    heading
        The panel's words.
    noun
        What a value is, in a sentence.
    counting
        How it is counted.
    """

    characteristic: str
    heading: str
    noun: str
    counting: tuple[str, ...]


BREAKDOWNS = (
    Breakdown(
        characteristic="object",
        heading="What was looked for",
        noun="Object of search",
        counting=(
            "The object is what the officer recorded as looked for, not what was found.",
            (
                "What is looked for under section 60 is published as “anything to threaten or harm "
                "anyone”."
            ),
            POLICE_UK,
        ),
    ),
    Breakdown(
        characteristic="outcome",
        heading="What followed",
        noun="Outcome",
        counting=(
            (
                "No further action does not mean that nothing was found, and an outcome does not "
                "mean that what was looked for was found: a cannabis warning after a search for "
                "weapons is an outcome too."
            ),
            POLICE_UK,
        ),
    ),
    Breakdown(
        characteristic="age",
        heading="Age",
        noun="Age band",
        counting=(
            "Age as recorded by the officer, in the bands of the published files.",
            BLANK,
        ),
    ),
    Breakdown(
        characteristic="self_defined",
        heading="Ethnicity as the person described it",
        noun="Self-defined ethnicity",
        counting=(
            (
                "“Not stated” means that the person did not say or could not be asked (codes N1 to "
                "N4); it stands apart and is folded into no group. “Not given” means that the file "
                "is blank."
            ),
        ),
    ),
    Breakdown(
        characteristic="officer_defined",
        heading="Ethnicity as the officer saw it",
        noun="Officer-defined ethnicity",
        counting=(
            (
                "What the officer believed. It can differ from what the person says, and it is "
                "given for most searches where the person's own answer is not."
            ),
        ),
    ),
    Breakdown(
        characteristic="hour",
        heading="Hour of the day",
        noun="Hour, local clock",
        counting=(
            (
                "The hour in which the search began, by the clock in London. Searches of which a "
                "force publishes a day and no time are not counted at midnight; they stand apart."
            ),
        ),
    ),
)

POWERS_TOLD = Breakdown(
    characteristic="power",
    heading="Under which power",
    noun="Power",
    counting=(
        (
            "The power is the legislation named in the file. Section 60 asks for no suspicion "
            "of the person searched, so it is never mixed with the others."
        ),
        POLICE_UK,
    ),
)

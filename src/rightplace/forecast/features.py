"""Features by allow-list: what a model may know of a place, and what it may never know.

A model reads only declared columns, each with its meaning and source. Beyond that some words are
refused whatever anybody declares: they speak of persons, of protected characteristics, or of what
the police themselves did there, and a forecast that rested on them would tell the police where
they have already been. Refusing words is the second lock only: renaming beats it, so that the
declaration of meaning and source is the first, and the association report is the third.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from difflib import get_close_matches
from string import digits
from typing import TYPE_CHECKING

import numpy as np

from rightplace.errors import BadInputError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_SPLIT = re.compile(r"[^a-z0-9]+")
_SHOWN = 60

# Why a feature is refused, and the words that give it away. Words of six letters or more are
# also found inside longer ones and across separators (``e_t_h_n_i_c``); "=" marks a whole word,
# found in the plural too.
# DOMAIN 4.1.7 and 4.1.4; NEEDS D9; Equality Act 2010, section 4, for protected characteristics.
FORBIDDEN: dict[str, tuple[str, ...]] = {
    "it tells of ethnicity or race": tuple(
        "ethnic =race racial =bame =bme =black =white nonwhite =asian african caribbean =arab "
        "=roma =gypsy =gypsies traveller bangladeshi pakistani =indian =chinese =somali =turkish "
        "hispanic =latino =latina minorit".split()
    ),
    "it tells of religion or belief": tuple(
        "religio =faith =belief muslim =islam islamic christian jewish =jew =hindu =sikh buddhist "
        "mosque church synagogue gurdwara =temple worship".split()
    ),
    "it tells of nationality, immigration or language": tuple(
        "nationalit immigra migrant =visa asylum refugee citizen foreign =passport birthplace "
        "countryofbirth bornabroad bornoutside =language mothertongue".split()
    ),
    "it tells of another protected characteristic": tuple(
        "=sex =sexes =gender transgender sexualorientation =lgbt =lgbtq =gay lesbian bisexual "
        "=male =female =man =men =woman =women =boy =girl disabilit disabled pregnan marital "
        "maternity =age =aged agegroup ageband =youth =young =child children =kid =teen teenager "
        "elderly pensioner".split()
    ),
    "it names or marks out persons": tuple(
        "=name surname forename =person =people offender suspect =nominal nominals =gang =matrix "
        "affiliat =wanted probation =tagged homeaddress addresses =address =phone =dob dateofbirth "
        "=victim".split()
    ),
    "the police make it by what they do": tuple(
        "arrest =stop stopandsearch =search =searches searched section60 =s60 intelligence =intel "
        "convict =caution charged custody =patrol =patrolled possession =drug cannabis trafficking "
        "enforcement =raid dispersal".split()
    ),
    "deprivation and schooling are no demand": tuple(
        "deprivation deprived =imd =iod poverty =poor =income unemploy =benefit welfare "
        "freeschoolmeal =school pupils exclusions =education".split()
    ),
}
# A stop of the police is refused, one of a bus is not: whatever these words stand before.
_TRANSPORT = {"bus", "coach", "rail", "taxi", "train", "tram"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """A declared property of a place.

    Parameters
    ----------
    name
        Column that holds it: lower-case letters, digits and underscores.
    meaning
        What the number says, with its unit.
    source
        Who publishes it, and what speaks for its use.
    """

    name: str
    meaning: str
    source: str

    def __post_init__(self) -> None:
        """Check that it may be declared.

        Raises
        ------
        BadInputError
            If the name is not one, or meaning or source is missing.

        Notes
        -----
        A name or meaning of what no model may know is refused (`refuse_forbidden`).
        """
        refuse_forbidden(self.name)
        if not _NAME.fullmatch(self.name):
            msg = f"{shown(self.name)} cannot be the name of a feature."
            remedy = "Use lower-case letters, digits and underscores, a letter first."
            raise BadInputError(msg, value=self.name, remedy=remedy)
        for what in ("meaning", "source"):
            if not getattr(self, what).strip():
                msg = f"The feature {self.name!r} is declared without its {what}."
                raise BadInputError(msg, value=self.name, remedy=f"Say its {what}.")
        refuse_forbidden(self.meaning, declared_as=self.name)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlaceFeatures:
    """Declared properties of the cells of a study area.

    Parameters
    ----------
    features
        What each column is; a `Feature` that may not be known cannot be made.
    values
        Shape (n_cells, n_features). NaN where it is not known; never infinite.
    """

    features: tuple[Feature, ...]
    values: NDArray[np.float64]

    def __post_init__(self) -> None:
        """Check the shape and the numbers, and make them read-only.

        Raises
        ------
        BadInputError
            If a column is missing or stands twice, or a value is infinite.
        """
        values = np.array(self.values, dtype=np.float64)
        if values.ndim != 2 or values.shape[1] != len(self.features):  # noqa: PLR2004 - rows and columns
            msg = f"{len(self.features)} features need as many columns, not shape {values.shape}."
            raise BadInputError(msg)
        if len(set(self.names)) < len(self.names):
            msg = f"A feature stands twice: {', '.join(self.names)}."
            raise BadInputError(msg)
        if np.isinf(values).any():
            msg = "A place feature is infinite."
            raise BadInputError(msg, remedy="Leave blank what is not known.")
        values.flags.writeable = False
        object.__setattr__(self, "values", values)

    @property
    def names(self) -> tuple[str, ...]:
        """Columns, in their order."""
        return tuple(feature.name for feature in self.features)

    @property
    def n_cells(self) -> int:
        """Cells, known or not."""
        return int(self.values.shape[0])


def shown(text: str) -> str:
    """Return a text that a user gave as it may be printed: quoted, escaped, cut to 60 characters.

    Control characters, line breaks and marks that turn the direction of writing are escaped, so
    that a column's name cannot draw over the message that refuses it.
    """
    return ascii(text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}...")


def refuse_forbidden(text: str, *, declared_as: str | None = None) -> None:
    """Refuse what no model may know, by the words of a name or meaning.

    Parameters
    ----------
    text
        Name of a column, or a meaning in words.
    declared_as
        The feature whose meaning it is; None if the text is the name itself.

    Raises
    ------
    RefusedError
        If it holds a word of `FORBIDDEN`.
    """
    found = forbidden(text)
    if found is None:
        return
    word, reason = found
    what = shown(text) if declared_as is None else f"{shown(declared_as)} means {shown(text)} and"
    msg = f"{what} is refused as a feature: {reason} ({word!r})."
    remedy = (
        "Take the column out. No setting can allow it: places are forecast from recorded "
        "violence and what stands there. `association` audits forecasts against composition."
    )
    raise RefusedError(msg, value=text, remedy=remedy)


def forbidden(text: str) -> tuple[str, str] | None:
    """Return the word of `FORBIDDEN` that a text holds, and why it is refused; None if none.

    Parameters
    ----------
    text
        Any text. Accents, letters of other widths, capitals and separators make no difference.
    """
    words = _words(text)
    squashed, bare = "".join(words), {*words, *(word.strip(digits) for word in words)}
    bare |= {word.removesuffix("s") for word in bare}
    for reason, vocabulary in FORBIDDEN.items():
        for entry in vocabulary:
            whole = entry.startswith("=")
            word = entry.lstrip("=")
            if (word in bare) if whole else (word in squashed):
                return word, reason
    return None


def _words(text: str) -> list[str]:
    """Return the words of a text in plain small letters, without stops of buses and the like."""
    parted = _CAMEL.sub(" ", unicodedata.normalize("NFKD", text))
    plain = "".join(letter for letter in parted if not unicodedata.combining(letter)).casefold()
    words = [word for word in _SPLIT.split(plain) if word]
    return [
        word
        for before, word in zip(["", *words], words, strict=False)
        if not (word in {"stop", "stops"} and before in _TRANSPORT)
    ]


_TERRAIN = "risk terrain modelling, DOMAIN 4.3.21"
# What ships. Each is a fixed property of the ground or of premises, known before any incident.
SHIPPED: tuple[Feature, ...] = (
    Feature(
        name="stations",
        meaning="Rail and underground stations within the cell",
        source=f"Transport authority's list of stations; {_TERRAIN}",
    ),
    Feature(
        name="distance_to_station_m",
        meaning="Metres from the centroid of the cell to the nearest rail or underground station",
        source=f"Transport authority's list of stations; {_TERRAIN}",
    ),
    Feature(
        name="bus_stops",
        meaning="Bus stops within the cell",
        source="National Public Transport Access Nodes (NaPTAN)",
    ),
    Feature(
        name="licensed_premises",
        meaning="Premises licensed to sell alcohol within the cell",
        source=f"Licensing register of the borough (Licensing Act 2003, section 8); {_TERRAIN}",
    ),
    Feature(
        name="late_venues",
        meaning="Premises licensed to open after midnight within the cell",
        source=f"Licensing register of the borough (Licensing Act 2003, section 8); {_TERRAIN}",
    ),
    Feature(
        name="venues_24h",
        meaning="Premises open all day and night within the cell",
        source=f"Licensing register of the borough, or OpenStreetMap; {_TERRAIN}",
    ),
    Feature(
        name="land_use_retail_share",
        meaning="Share of the ground of the cell in retail use, 0 to 1",
        source="Ordnance Survey or OpenStreetMap land use",
    ),
    Feature(
        name="land_use_green_share",
        meaning="Share of the ground of the cell that is park or open space, 0 to 1",
        source="Ordnance Survey or OpenStreetMap land use",
    ),
    Feature(
        name="street_length_km",
        meaning="Length of public streets and paths within the cell, kilometres",
        source="Ordnance Survey Open Roads or OpenStreetMap",
    ),
)


def allowed(columns: Sequence[str], *, declared: Iterable[Feature] = SHIPPED) -> list[Feature]:
    """Return the features that columns hold, in their order; all must be declared.

    Parameters
    ----------
    columns
        Names of columns, as a file gives them.
    declared
        The allow-list.

    Raises
    ------
    RefusedError
        If a column is not declared; before that, if one is of what no model may know, with the
        reason.
    """
    for column in columns:
        refuse_forbidden(column)
    known = {feature.name: feature for feature in declared}
    for column in columns:
        if column not in known:
            near = get_close_matches(column, known, n=1)
            nearest = f"Did you mean {near[0]}? " if near else ""
            msg = f"The column {shown(column)} is not on the list of allowed features."
            remedy = (
                f"{nearest}Take it out, or declare it with its meaning and source in "
                f"forecast.features. Allowed: {', '.join(known)}."
            )
            raise RefusedError(msg, value=column, remedy=remedy)
    return [known[column] for column in columns]


def declared_features(text: str) -> tuple[Feature, ...]:
    """Return the allow-list: what ships, and what a user declares beside it.

    Parameters
    ----------
    text
        One feature a line: name, meaning and source parted by ``|``. Empty for none.

    Raises
    ------
    BadInputError
        If a line does not have three parts, or a name stands twice.
    """
    features = list(SHIPPED)
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        parts = [part.strip() for part in line.split("|")]
        if len(parts) != 3:  # noqa: PLR2004 - name, meaning, source
            msg = f"Line {number} of forecast.features is {shown(line.strip())}."
            remedy = "Write: name | what the number says | who publishes it and why it may be used."
            raise BadInputError(msg, value=line, remedy=remedy)
        name, meaning, source = parts
        if name in {feature.name for feature in features}:
            msg = f"The feature {shown(name)} is declared twice, or ships already."
            raise BadInputError(msg, value=name, remedy="Take the line out.")
        features.append(Feature(name=name, meaning=meaning, source=source))
    return tuple(features)

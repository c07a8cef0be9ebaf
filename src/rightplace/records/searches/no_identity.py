"""Words by which a column would say who was searched: nothing of the kind is kept.

Name, address and date of birth are neither required for a search record nor can they be demanded
(DOMAIN 2.2.6). Letters go by the search's reference (NEEDS B7).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

WORDS = frozenset(
    {"name", "forename", "forenames", "surname", "names", "alias", "nickname", "nominal"}
    | {"address", "home", "postcode", "phone", "telephone", "mobile", "email", "nationality"}
    | {"dob", "born", "birth", "birthday", "birthdate", "pnc", "cro", "subject", "suspect"}
    | {"occupation", "school", "photo", "photograph", "image", "registration", "vrm", "imei"}
)
"""Words of columns that would tell who somebody is. A choice of ours after DOMAIN 2.2.6; a word
that is missing here does no harm where columns are an allow-list, as they are."""
_WORD = re.compile(r"[A-Z]{2,}(?![a-z])|[A-Za-z][a-z]*")


def names_identity(column: str) -> bool:
    """Whether the name of a column says that it holds who somebody is."""
    return any(word.lower() in WORDS for word in _WORD.findall(column.replace("_", " ")))


def identity_columns(columns: Iterable[str]) -> list[str]:
    """Return the columns that would hold who somebody is, in their order."""
    return [each for each in columns if names_identity(each)]

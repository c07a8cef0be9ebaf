"""A published file of homicide victims: months, boroughs, victims and whether solved, no more.

It is not taken in as records of crime: each homicide is in the force's other tables already and
would count twice in whatever counts demand, and it has no point. Who a victim was is read past.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from rightplace.errors import BadInputError, Fault, NotHeldError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

VICTIMS, MONTH, SOLVED, BOROUGH = (
    "Count of Victims",
    "Recorded Date",
    "Solved Status",
    "Borough",
)
KEPT: Final = (VICTIMS, MONTH, SOLVED, BOROUGH)
"""The columns that are kept. Age, sex, ethnicity, method and kind of homicide are not."""
_MONTHS: Final = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_WRITTEN: Final = re.compile(rf"({'|'.join(_MONTHS)})-(\d\d)")
_SOLVED: Final = {"Solved": True, "Unsolved": False}
_MOST_VICTIMS: Final = 999
_MOST_SHOWN: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Homicide:
    """One row of the file.

    Parameters
    ----------
    row
        Its number; the first row of data is 1.
    month
        First day of the month in which it was recorded.
    borough
        Where, without the spaces around it.
    victims
        How many the row stands for; 0 says that a month had none.
    solved
        Whether it was solved when the file was published.
    case
        Number of the first row that reads exactly as this one does: rows that are alike are taken
        as victims of one case.
    """

    row: int
    month: date
    borough: str
    victims: int
    solved: bool
    case: int


def read_homicides(path: Path) -> tuple[Homicide, ...]:
    """Return every row of a file of homicide victims, in its order; none is dropped.

    Rows that are alike in all columns are told by comparing them as they are read; of what they
    say, only the four columns of ``KEPT`` are kept.

    Raises
    ------
    NotHeldError
        If there is no such file.
    BadInputError
        If it is no CSV in UTF-8, lacks a column, holds no row, or rows have faults.
    """
    if not path.is_file():
        msg = "There is no such file of homicide victims."
        raise NotHeldError(msg, file=path, remedy="Check the path.")
    header, rows = _rows(path)
    place = {name: header.index(name) for name in KEPT}
    faults: list[Fault] = []
    seen: dict[tuple[str, ...], int] = {}
    found = []
    for number, row in enumerate(rows, start=1):
        if len(row) != len(header):
            message = f"{len(row)} fields where the header has {len(header)}."
            faults.append(Fault(message=message, row=number, remedy="Mend the row."))
            continue
        case = seen.setdefault(row, number)
        kept = {name: row[index] for name, index in place.items()}
        read = _homicide(kept, number=number, case=case, faults=faults)
        if read is not None:
            found.append(read)
    _raise(faults, path)
    if not found:
        msg = "The file holds no homicide."
        raise BadInputError(msg, file=path, remedy="Name the whole file.")
    return tuple(found)


def _rows(path: Path) -> tuple[list[str], list[tuple[str, ...]]]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        msg = f"The file is no CSV in UTF-8: {error}."
        raise BadInputError(msg, file=path, remedy="Save it as CSV in UTF-8.") from error
    header = [name.strip() for name in rows[0]] if rows else []
    missing = [name for name in KEPT if header.count(name) != 1]
    if missing:
        msg = f"The header must hold {', '.join(missing)} once each."
        remedy = f"The columns that are read are {', '.join(KEPT)}."
        raise BadInputError(msg, file=path, row=0, value=",".join(header), remedy=remedy)
    return header, [tuple(cell.strip() for cell in cells) for cells in rows[1:]]


def _homicide(
    kept: dict[str, str], *, number: int, case: int, faults: list[Fault]
) -> Homicide | None:
    month = _month(kept[MONTH])
    victims = int(kept[VICTIMS]) if re.fullmatch(r"[0-9]{1,3}", kept[VICTIMS]) else None
    solved = _SOLVED.get(kept[SOLVED])
    checks = (
        (MONTH, month, "is no month such as Jan-23", "Write it as Mon-YY."),
        (VICTIMS, victims, f"is no number from 0 to {_MOST_VICTIMS}", "Write a whole number."),
        (SOLVED, solved, "is neither Solved nor Unsolved", "Write one of them."),
        (BOROUGH, kept[BOROUGH] or None, "is empty", "Say where, or Unknown."),
    )
    wrong = [check for check in checks if check[1] is None]
    for name, _, what, remedy in wrong:
        message = f"{name} {kept[name]!r} {what}."
        faults.append(Fault(message=message, row=number, value=kept[name], remedy=remedy))
    if month is None or victims is None or solved is None or wrong:
        return None
    return Homicide(
        row=number, month=month, borough=kept[BOROUGH], victims=victims, solved=solved, case=case
    )


def _month(text: str) -> date | None:
    """Return the first day of a month written as Mon-YY; years are 2000 to 2099."""
    written = _WRITTEN.fullmatch(text)
    if written is None:
        return None
    return date(2000 + int(written[2]), _MONTHS.index(written[1]) + 1, 1)


def _raise(faults: Sequence[Fault], path: Path) -> None:
    """Refuse the file where rows have faults, all of them together.

    Raises
    ------
    BadInputError
        If there is a fault.
    """
    if not faults:
        return
    first = faults[0]
    shown = "\n".join(str(fault) for fault in faults[:_MOST_SHOWN])
    more = f"\nand {len(faults) - _MOST_SHOWN} more." if len(faults) > _MOST_SHOWN else ""
    message = first.message if len(faults) == 1 else f"{len(faults)} faults:\n{shown}{more}"
    raise BadInputError(message, file=path, row=first.row, value=first.value, remedy=first.remedy)

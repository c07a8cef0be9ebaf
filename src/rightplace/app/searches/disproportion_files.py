"""Files that searches are set against: residents, other denominators, what forces say.

Other denominators are a CSV file with the columns ``kind`` (violent-crime suspects, victims of
violence, or available population), ``area`` (a force as in the searches, or the code of a local
authority), ``period``, ``group``, ``count`` and ``source``: one row for each group. What a force
says of its annual section 60 ratio is a CSV file with the columns ``force``, ``by``, ``given_at``
(with its offset from UTC) and ``text``.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from rightplace.errors import BadInputError, NotHeldError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rightplace.app.searches.disproportion import Against
    from rightplace.app.workspace import Workspace
    from rightplace.deploy.checked_rows import Row
    from rightplace.powers.searches.benchmarks import Benchmark, BenchmarkCount
    from rightplace.powers.searches.pooled import Explanation

BENCHMARK_COLUMNS = ("kind", "area", "period", "group", "count", "source")
EXPLANATION_COLUMNS = ("force", "by", "given_at", "text")
_WHOLE = re.compile(r"\d{1,9}")


def against_files(
    workspace: Workspace, *, residents: Path | None = None, benchmarks: Sequence[Path] = ()
) -> Against:
    """Return what searches are set against: files that are named, else those of the settings.

    Parameters
    ----------
    workspace
        Its section ``disproportion`` names files and rules.
    residents
        A table of one's own; None takes that of the settings, else the one that ships.
    benchmarks
        Tables of other denominators; none takes those of the settings.
    """
    from rightplace.app.searches.disproportion import Against
    from rightplace.app.searches.disproportion_settings import DisproportionSettings
    from rightplace.app.searches.residents import (
        read_residents,
        shipped_attribution,
        shipped_residents,
    )
    from rightplace.powers.searches.benchmarks import benchmarks_of

    settings = workspace.settings("disproportion", DisproportionSettings)

    def of_settings(listed: str) -> list[Path]:
        return [workspace.root / each.strip() for each in listed.split(";") if each.strip()]

    own = [residents] if residents is not None else of_settings(settings.residents)
    counts = [
        count
        for path in benchmarks or of_settings(settings.benchmarks)
        for count in read_benchmark_counts(path)
    ]
    return Against(
        residents=read_residents(own[0]) if own else shipped_residents(),
        attribution="" if own else shipped_attribution(),
        census_year=settings.census_year or None,
        benchmarks=benchmarks_of(counts),
        explanations={
            force: said
            for path in of_settings(settings.explanations)
            for force, said in read_explanations(path).items()
        },
        rules=settings.rules,
    )


def read_benchmarks(path: Path) -> tuple[Benchmark, ...]:
    """Return the denominators of a file, each kind and area apart."""
    from rightplace.powers.searches.benchmarks import benchmarks_of

    return benchmarks_of(read_benchmark_counts(path))


def read_benchmark_counts(path: Path) -> tuple[BenchmarkCount, ...]:
    """Return the counts of a file of other denominators, as they stand.

    Parameters
    ----------
    path
        CSV in UTF-8 with the columns of ``BENCHMARK_COLUMNS``.
    """
    from rightplace.deploy.checked_rows import read_rows

    _check_held(path)
    return tuple(each for each in read_rows(path, BENCHMARK_COLUMNS, _count) if each is not None)


def _check_held(path: Path) -> None:
    """Check that there is a file.

    Raises
    ------
    NotHeldError
        If there is none.
    """
    if not path.is_file():
        msg = "There is no such file."
        raise NotHeldError(msg, file=path, remedy="Check the path.")


def _count(row: Row) -> BenchmarkCount | None:
    """Return a row's count; None where it is at fault, which is noted."""
    from rightplace.powers.searches.benchmarks import BenchmarkCount, BenchmarkKind
    from rightplace.powers.searches.columns import STATED, Ethnicity

    kind = row.one_of("kind", [each.value for each in BenchmarkKind])
    group, number = row.one_of("group", STATED), row.optional("count")
    texts = [row.text(name) for name in ("area", "period", "source")]
    if not _WHOLE.fullmatch(number):
        row.fault("count", "is no whole number", "Correct it.")
        return None
    if kind not in set(BenchmarkKind) or group not in STATED or not all(texts):
        return None
    area, period, source = texts
    return BenchmarkCount(
        kind=BenchmarkKind(kind),
        area=area,
        period=period,
        group=Ethnicity(group),
        count=int(number),
        source=source,
    )


def read_explanations(path: Path) -> dict[str, Explanation]:
    """Return what forces say of their annual section 60 ratios, by force.

    Parameters
    ----------
    path
        CSV in UTF-8 with the columns of ``EXPLANATION_COLUMNS``; a force may stand once.

    Raises
    ------
    BadInputError
        If a force stands twice.
    """
    from rightplace.deploy.checked_rows import read_rows

    _check_held(path)
    read = [each for each in read_rows(path, EXPLANATION_COLUMNS, _explanation) if each is not None]
    found = dict(read)
    if len(found) < len(read):
        twice = next(force for force, _ in read if [f for f, _ in read].count(force) > 1)
        msg = f"{twice} explains itself twice."
        raise BadInputError(msg, file=path, value=twice, remedy="Keep what the force says now.")
    return found


def _explanation(row: Row) -> tuple[str, Explanation] | None:
    """Return what a force says; None where the row is at fault, which is noted."""
    from rightplace.powers.searches.pooled import Explanation

    force, by, text = (row.text(name) for name in ("force", "by", "text"))
    try:
        given_at = datetime.fromisoformat(row.optional("given_at"))
    except ValueError:
        row.fault("given_at", "is no time such as 2026-04-30T09:00+01:00", "Correct it.")
        return None
    try:
        return force, Explanation(text=text, by=by, given_at=given_at)
    except BadInputError as error:
        row.fault("text", f"does not do: {error.fault.message}", error.fault.remedy or "")
        return None

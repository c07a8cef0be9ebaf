"""Tables of a surge, as they are kept and exported."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from rightplace.briefing.text import clean, defused
from rightplace.core.files import write_whole

if TYPE_CHECKING:
    from pathlib import Path

    from rightplace.app.surge.result import DonorEffect, Posting
    from rightplace.app.surge.solving import Solved

POSTINGS = pa.schema(
    [
        ("officer_id", pa.string()),
        ("unit", pa.string()),
        ("borough", pa.string()),
        ("role", pa.string()),
        ("reason", pa.string()),
        ("next_best_borough", pa.string()),
        ("next_best_role", pa.string()),
        ("next_best_worse_lo", pa.float64()),
        ("next_best_worse_hi", pa.float64()),
        ("stays_share", pa.float64()),
        ("match", pa.float64()),
        ("actions", pa.string()),
        ("pair_with", pa.string()),
        ("gaps", pa.string()),
        ("override", pa.string()),
    ]
)
DONORS = pa.schema(
    [
        ("unit", pa.string()),
        ("loses", pa.int64()),
        ("strength", pa.int64()),
        ("left", pa.int64()),
        ("keeps_at_least", pa.int64()),
        ("weekly_hours_lost", pa.float64()),
    ]
)


def postings_table(postings: tuple[Posting, ...]) -> pa.Table:
    """Return postings, one row each."""
    rows = [
        {
            "officer_id": each.officer_id,
            "unit": each.unit,
            "borough": each.borough,
            "role": each.role,
            "reason": each.reason,
            "next_best_borough": None if each.next_best is None else each.next_best.borough,
            "next_best_role": None if each.next_best is None else each.next_best.role,
            "next_best_worse_lo": None if each.next_best is None else each.next_best.worse_lo,
            "next_best_worse_hi": None if each.next_best is None else each.next_best.worse_hi,
            "stays_share": each.stays_share,
            "match": each.score.match,
            "actions": "; ".join(each.actions),
            "pair_with": each.pair_with,
            "gaps": "; ".join(each.gaps),
            "override": each.override,
        }
        for each in postings
    ]
    return pa.Table.from_pylist(rows, schema=POSTINGS)


def donors_table(donors: tuple[DonorEffect, ...]) -> pa.Table:
    """Return what units lose, one row each."""
    rows = [{name: getattr(each, name) for name in DONORS.names} for each in donors]
    return pa.Table.from_pylist(rows, schema=DONORS)


def scores_table(solved: Solved) -> pa.Table:
    """Return the terms of every officer's score where borough or skills count, and where posted.

    In the order of the officers file: nobody is ranked.
    """
    case, post_of = solved.inputs.case, solved.post_of
    terms = case.terms
    shown = (terms.knowledge > 0) | (terms.skills > 0)
    for officer, post in post_of.items():
        shown[officer, post] = True
    officers, posts = np.nonzero(shown)
    ids = np.array([officer.officer_id for officer in case.officers], dtype=object)
    boroughs = np.array([want.borough for want in case.wants], dtype=object)
    roles = np.array([want.role for want in case.wants], dtype=object)
    rule, total = terms.rule, terms.total()
    n = officers.size
    return pa.table(
        {
            "officer_id": pa.array(ids[officers], pa.string()),
            "borough": pa.array(boroughs[posts], pa.string()),
            "role": pa.array(roles[posts], pa.string()),
            "knowledge": terms.knowledge[officers, posts],
            "knowledge_weight": np.full(n, rule.knowledge),
            "role_months": terms.role[officers, posts],
            "role_weight": np.full(n, rule.role),
            "skills": terms.skills[officers, posts],
            "skills_weight": np.full(n, rule.skills),
            "match": total[officers, posts],
            "posted": np.array(
                [
                    post_of.get(o) == p
                    for o, p in zip(officers.tolist(), posts.tolist(), strict=True)
                ],
                dtype=bool,
            ),
        }
    )


def export_csv(path: Path, table: pa.Table) -> Path:
    """Write a table as CSV; no text in it starts as a spreadsheet formula does."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.column_names)
    for row in table.to_pylist():
        writer.writerow([defused(clean(v)) if isinstance(v, str) else v for v in row.values()])
    write_whole(path, text.getvalue().encode("utf-8"))
    return path

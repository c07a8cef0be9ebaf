"""Whether first postings are shared out as officers are: by area, small numbers withheld."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rightplace.app.workforce.result import PostingShare

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rightplace.deploy.workforce.first_postings import AreaPostings

WITHHELD = "withheld: fewer than five postings, or others would give them away"


def posting_shares(areas: Sequence[AreaPostings]) -> tuple[PostingShare, ...]:
    """Return each area's share of first postings by its share of officers.

    Given how many were posted in all, an area's postings are binomial; the interval is Clopper
    and Pearson's for their share. An area with fewer than five is withheld, and as many of the
    smallest others that it is not found by taking the shown from the whole.

    Parameters
    ----------
    areas
        First postings and officers, each area once; none for nothing to say.
    """
    from rightplace.evaluate.disclosure import Roll, shown
    from rightplace.evaluate.place_scores import binomial_interval

    if not areas:
        return ()
    posted = sum(each.first_postings for each in areas)
    officers = sum(each.established_officers for each in areas)
    parts, at = {}, 0
    for each in areas:
        parts[each.area] = frozenset(range(at, at + each.first_postings))
        at += each.first_postings
    may = shown(parts, Roll({index: frozenset({index}) for index in range(posted)}))
    found = []
    for each in areas:
        share = each.established_officers / officers
        if each.area not in may:
            found.append(_withheld(each.area, share))
            continue
        low, high = binomial_interval(each.first_postings, posted)
        of_all = each.first_postings / posted
        found.append(
            PostingShare(
                area=each.area,
                first_postings=each.first_postings,
                share_of_postings=of_all,
                share_of_officers=share,
                ratio=of_all / share,
                lo95=low / share,
                hi95=high / share,
                words=_words(low / share, high / share),
            )
        )
    return tuple(found)


def _withheld(area: str, share: float) -> PostingShare:
    return PostingShare(
        area=area,
        first_postings=None,
        share_of_postings=None,
        share_of_officers=share,
        ratio=None,
        lo95=None,
        hi95=None,
        words=WITHHELD,
    )


def _words(low: float, high: float) -> str:
    if low > 1:
        return "more new officers than its share of officers, beyond chance"
    if high < 1:
        return "fewer new officers than its share of officers, beyond chance"
    return "chance alone could do this"

"""A draft of section 60 as people of several roles fill it in, page by page, without scripts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
from starlette.testclient import TestClient

from rightplace.app.service.web_settings import WebSettings
from rightplace.places.projection import to_degrees
from rightplace.records.accounts.roles import Role
from rightplace.records.audit.transaction import reading
from rightplace.records.section_60.log import history_of
from rightplace.web.application import create_app
from rightplace.web.desk import Desk
from tests.web.published import NOW
from tests.web.signed_in import KnownCookies, cookie, person

if TYPE_CHECKING:
    from httpx import Response

    from rightplace.app.service.data_page import HeldData
    from rightplace.app.service.shelf import Shelf
    from rightplace.powers.section_60.history import History

NORTH = "Northbank"
PEOPLE = {
    "sergeant": person("u-101", "Sal Sergeant", Role.SERGEANT, bcu=NORTH),
    "second": person("u-102", "Sam Second", Role.DUTY_INSPECTOR, bcu=NORTH),
    "officer": person("u-103", "Ola Officer", Role.OFFICER, bcu=NORTH),
    "south": person("u-104", "Sue South", Role.DUTY_INSPECTOR, bcu="Southbank"),
    "panel": person("u-105", "Pat Panel", Role.SCRUTINY_PANEL),
}
LIMB = {
    "fact": "Two groups fought with knives at the Mill on Saturday night.",
    "source": "CRIS 4412/26",
    "grade": "2b p",
    "learnt_day": "2026-05-05",
    "learnt_time": "09:30",
    "why_here": "Both live by Mill Street, and said that they would come back there.",
    "why_this_long": "Until the last bus has gone.",
}


def get(client: TestClient, path: str, who: str = "sergeant") -> Response:
    told: Response = client.get(path, headers=cookie(who))
    return told


def post(
    client: TestClient, path: str, fields: dict[str, str], who: str = "sergeant", page: str = ""
) -> Response:
    """Send the form of a page as somebody who filled it in."""
    text = get(client, page or path, who).text
    tokens = re.findall(r'name="form_token" value="([^"]+)"', text)
    assert tokens, text
    sent = {"form_token": tokens[-1], **fields}
    told: Response = client.post(path, data=sent, headers=cookie(who))
    return told


def begun(client: TestClient, who: str = "sergeant") -> str:
    told = post(client, "/section-60/new", {"force": "metropolitan", "bcu": NORTH}, who)
    assert told.status_code == 303, told.text
    return str(told.headers["location"])


def corners_of(west: float, south: float, east: float, north: float) -> str:
    """A rectangle given in metres as somebody types it in degrees."""
    x, y = np.array([west, east, east, west]), np.array([south, south, north, north])
    lon, lat = to_degrees(27700, x, y)
    return "\n".join(f"{a:.7f}, {b:.7f}" for a, b in zip(lon, lat, strict=True))


def log(shelf: Shelf, draft: str) -> History:
    with reading(shelf.database) as quiet:
        return history_of(quiet, draft.split("/")[2])


def client_of(shelf: Shelf, *, data: HeldData | None = None) -> TestClient:
    sessions = KnownCookies(dict(PEOPLE))
    desk = Desk(settings=WebSettings(), shelf=shelf, sessions=sessions, now=lambda: NOW, data=data)
    return TestClient(create_app(desk), base_url="https://localhost", follow_redirects=False)


def period(starts: str, ends: str) -> dict[str, str]:
    return {
        name: part
        for key, text in (("starts", starts), ("ends", ends))
        for name, part in zip((f"{key}_day", f"{key}_time"), text.split(), strict=True)
    }


def whole(client: TestClient, draft: str) -> None:
    """Answer every question but the reasons."""
    for limb in ("violence-may-come", "expedient-to-prevent"):
        post(client, f"{draft}/grounds/a/{limb}", LIMB)
    place = {"cells": "E01000001", "words": "Mill Street to the quay", "act": "keep"}
    post(client, f"{draft}/locality", place)
    post(client, f"{draft}/questions/period", period("2026-05-05 18:00", "2026-05-06 10:00"))
    asked = f"{draft}/questions"
    post(client, f"{asked}/other-powers", {"words": "Patrol alone did not stop it on Saturday."})
    for part in ("owner", "tension", "events-nearby", "young-people", "trust", "communication"):
        line = {"part": part, "who": "superintendent, Northbank", "words": f"On {part}: noted."}
        assert post(client, f"{asked}/impact", line).status_code == 303
    post(client, f"{asked}/impact", {"part": "action", "who": "sergeant", "words": "Two patrols."})
    brief = {"words": "Weapons alone.", "body_worn_video": "On.", "under_18": "Safeguard first."}
    post(client, f"{asked}/briefing", brief)

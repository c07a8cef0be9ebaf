"""Partner products by the pages: asked for, approved by another, read, taken away, ended."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from rightplace.app.service.web_settings import WebSettings
from rightplace.records.audit.actor import Operation
from rightplace.records.audit.look_up import by_product
from rightplace.records.audit.transaction import reading, transaction
from rightplace.records.released.tables import Release, Sharing
from rightplace.web.application import create_app
from rightplace.web.desk import Desk
from tests.web.published import NOW
from tests.web.sharing_world import EVIL, OFFICER_OF_DATA, SharingCookies, publish_figures
from tests.web.signed_in import cookie

if TYPE_CHECKING:
    from starlette.testclient import TestClient as Client

    from rightplace.app.service.shelf import Shelf


@dataclass
class Hands:
    """The clock of the desk."""

    now: datetime = NOW


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def client(shelf: Shelf, hands: Hands) -> TestClient:
    publish_figures(shelf)
    desk = Desk(
        settings=WebSettings(), shelf=shelf, sessions=SharingCookies(), now=lambda: hands.now
    )
    return TestClient(create_app(desk), base_url="https://localhost", follow_redirects=False)


def token(client: Client, name: str, address: str = "/partners") -> str:
    found = re.search(
        r'form method="post" action="(?!/sign-out).*?name="form_token" value="([^"]+)"',
        client.get(address, headers=cookie(name)).text,
        re.DOTALL,
    )
    assert found is not None
    return found[1]


def asked(client: Client, name: str = "petra", **changes: str) -> tuple[int, str]:
    fields = {
        "item": "wards",
        "borough": "Northbank",
        "from_month": "2026-01",
        "to_month": "2026-04",
        "organisation": "Violence Reduction Unit",
        "basis": "serious-violence-duty",
        "purpose": "Needs assessment.",
        "form_token": token(client, name),
    }
    told = client.post("/partners/requests", data=fields | changes, headers=cookie(name))
    return told.status_code, told.headers.get("location", told.text)


def approved(client: Client, address: str, **changes: str) -> int:
    fields = {
        "verdict": "approved",
        "until": "2026-06-30",
        "reason": "Within the duty.",
        "form_token": token(client, "dora", address),
    }
    sent = client.post(f"{address}/decision", data=fields | changes, headers=cookie("dora"))
    return int(sent.status_code)


def shared(client: Client, name: str = "petra", **changes: str) -> str:
    status, address = asked(client, name, **changes)
    assert status == 303, address
    assert approved(client, address) == 303
    return address


def table(
    client: Client, address: str, name: str = "petra", span: str = ""
) -> dict[str, list[str]]:
    text = client.get(f"{address}/product?span={span}", headers=cookie(name)).text
    rows = re.findall(r'<tr class="govuk-table__row"><th scope="row".*?</tr>', text, re.DOTALL)
    found = {}
    for row in rows:
        plain = [re.sub(r"<[^>]+>", " ", each).split() for each in re.split(r"</t[hd]>", row)]
        cells = [" ".join(words) for words in plain if words]
        found[cells[0]] = cells[1:]
    return found


def rows_of(client: Client, address: str, name: str = "petra") -> list[dict[str, str]]:
    told = client.get(f"{address}/product.csv", headers=cookie(name))
    assert told.status_code == 200
    return list(csv.DictReader(io.StringIO(told.content.decode("utf-8-sig"))))


def test_a_partner_asks_another_approves_and_small_counts_are_withheld(client: TestClient) -> None:
    """3 robberies a month in Abbey make 9 a quarter; 4 elsewhere in Northbank make 12."""
    address = shared(client)
    quarter = table(client, address, span="24312-3")
    assert quarter["Abbey Northbank"] == ["60", "9"]
    assert quarter["Bridge Northbank"] == ["60", "27"]
    month = table(client, address, span="24314-1")
    assert month["Northbank borough"] == ["76", "60", "16"]
    assert month["Abbey Northbank"][0] in {"23", "withheld"}
    every = {(r["area"], r["from_month"], r["kind"]): r for r in rows_of(client, address)}
    assert not any(0 < int(row["count"] or 0) < 5 for row in every.values())
    assert ("Abbey", "2026-01", "Domestic abuse") not in every
    elsewhere = every["Not in the street, or in no ward", "2026-01", "All forms but domestic abuse"]
    assert (elsewhere["count"], elsewhere["note"]) == ("", "withheld")


def test_a_month_that_is_not_over_for_28_days_does_not_go_out(client: TestClient) -> None:
    address = shared(client)
    assert {row["to_month"] for row in rows_of(client, address)} == {
        "2026-01", "2026-02", "2026-03"
    }  # fmt: skip
    status, late = asked(client, from_month="2026-04", to_month="2026-04")
    assert status == 303
    assert approved(client, late) == 422


def test_a_month_that_is_missing_is_asked_for_at_its_field(client: TestClient) -> None:
    status, page = asked(client, to_month=" ")
    assert status == 422
    assert '<a href="#to_month">A month is missing. Write it as YYYY-MM.</a>' in page


def test_two_products_and_two_partners_together_tell_no_small_count(client: TestClient) -> None:
    """16 in Northbank less 3, 9 and 0 in its wards: nobody gets all of these."""
    first = shared(client, "petra", item="boroughs", borough="")
    second = shared(client, "olga")
    whole = {(r["area"], r["from_month"], r["kind"]): r for r in rows_of(client, first)}
    assert whole["Northbank", "2026-01", "Robbery"]["count"] == "16"
    ward = {
        r["area"]: r["count"]
        for r in rows_of(client, second, "olga")
        if (r["from_month"], r["to_month"], r["level"]) == ("2026-01", "2026-01", "ward")
    }
    told = [name for name, count in ward.items() if count]
    assert len(told) <= len(ward) - 2
    assert ward["Not in the street, or in no ward"] == ""


def test_inside_roles_see_true_counts_of_their_area_on_the_same_page(client: TestClient) -> None:
    address = shared(client)
    place = "Not in the street, or in no ward Northbank"
    assert table(client, address, "petra", "24312-1")[place][0] == "withheld"
    assert table(client, address, "nia", "24312-1")[place][0] == "withheld (4)"
    assert table(client, address, "dora", "24312-1")[place][0] == "withheld"
    assert "withheld (" not in str(rows_of(client, address, "nia"))
    assert client.get(f"{address}/product", headers=cookie("nora")).status_code == 404


def test_domestic_abuse_is_a_product_of_its_own_by_borough(client: TestClient) -> None:
    address = shared(client, item="domestic", borough="")
    months = [r for r in rows_of(client, address) if r["from_month"] == "2026-01"]
    assert {r["level"] for r in months} == {"borough", "bcu"}
    counts = {r["area"]: r["count"] for r in months}
    assert counts["Southbank"] == ""
    assert counts["Northbank"] == "" or counts["North BCU"] == ""
    assert "Farbank" not in counts


def test_a_sharing_ends_at_its_minute_and_at_once_when_ended(
    client: TestClient, hands: Hands
) -> None:
    address = shared(client)
    end = datetime(2026, 7, 1, tzinfo=UTC)
    for moment, status in ((end - timedelta(minutes=1), 200), (end, 403)):
        hands.now = moment
        for page in ("product", "product.csv"):
            told = client.get(f"{address}/{page}", headers=cookie("petra"))
            assert told.status_code == status
    hands.now = NOW
    fields = {"end_reason": "", "form_token": token(client, "dora", address)}
    assert client.post(f"{address}/end", data=fields, headers=cookie("dora")).status_code == 422
    fields["end_reason"] = "The project is over."
    assert client.post(f"{address}/end", data=fields, headers=cookie("dora")).status_code == 303
    assert client.get(f"{address}/product", headers=cookie("petra")).status_code == 403


def test_others_see_neither_request_nor_product(client: TestClient) -> None:
    address = shared(client)
    for name in ("olga", "nora"):
        for page in ("", "/product", "/product.csv"):
            assert client.get(f"{address}{page}", headers=cookie(name)).status_code == 404
        assert "Violence Reduction Unit" not in client.get("/partners", headers=cookie(name)).text
    assert client.get("/partners", headers=cookie("nick")).status_code == 403
    assert client.get("/partners").status_code == 401


@pytest.mark.parametrize(
    ("name", "changes", "status", "said"),
    [
        ("petra", {"item": "persons"}, 403, "section 16"),
        ("petra", {"basis": "public-edition"}, 422, "purpose"),
        ("petra", {"from_month": "2026-13"}, 422, "not a month"),
        ("petra", {"purpose": " "}, 422, "purpose is missing"),
        ("petra", {"borough": "Nowhere"}, 403, "not yours"),
        ("noel", {"borough": "Southbank"}, 403, "not yours"),
        ("noel", {"borough": ""}, 403, "not yours"),
    ],
)
def test_what_is_not_shared_is_refused_and_the_form_keeps_what_was_typed(
    client: TestClient, name: str, changes: dict[str, str], status: int, said: str
) -> None:
    told, text = asked(client, name, organisation=f"Unit {EVIL}", **changes)
    assert told == status
    assert said in text
    assert "Unit =cmd|&#39;/c calc&#39;!A1" in text


def test_who_asks_does_not_approve_and_who_may_not_cannot(client: TestClient, shelf: Shelf) -> None:
    _, address = asked(client)
    fields = {"verdict": "approved", "until": "2026-06-30", "reason": "Mine."}
    for name in ("petra", "cora"):
        sent = fields | {"form_token": token(client, "petra")} if name == "petra" else fields
        told = client.post(f"{address}/decision", data=sent, headers=cookie(name))
        assert told.status_code == 403
    assert approved(client, address, until="2027-06-30") == 422
    assert approved(client, address, until="soon") == 422
    assert approved(client, address, verdict="") == 422
    assert approved(client, address, reason=" ") == 422
    with reading(shelf.database) as quiet:
        assert quiet.unshown(select(Release)) == []
        assert len(quiet.unshown(select(Sharing))) == 1
    assert client.get(f"{address}/product", headers=cookie("petra")).status_code == 403


def test_each_reading_is_a_disclosure_with_its_recipient(client: TestClient, shelf: Shelf) -> None:
    address = shared(client)
    rows_of(client, address)
    table(client, address, "nia")
    with transaction(shelf.database, OFFICER_OF_DATA.actor, purpose="Check.", at=NOW) as tx:
        acts = [
            each
            for each in by_product(tx, address.rpartition("/")[2])
            if each.record_type == "figures_released"
        ]
    given = [each for each in acts if each.operation is Operation.DISCLOSURE]
    assert [(each.actor_id, (each.content or {})["recipients"]) for each in given] == [
        ("u-011", ["Violence Reduction Unit"])
    ]
    assert ("u-014", Operation.CONSULTATION) in [(e.actor_id, e.operation) for e in acts]


def test_no_cell_of_the_file_is_a_formula_and_each_row_says_what_it_is_not(
    client: TestClient,
) -> None:
    rows = rows_of(client, shared(client, purpose="=HYPERLINK(1)"))
    cells = [value for row in rows for value in row.values()]
    assert not [value for value in cells if value[:1] in "=+-@" and value]
    assert f"'{EVIL}" in {row["area"] for row in rows}
    assert all("not reasonable grounds" in row["notice"] for row in rows)
    assert all(row["why_withheld"] for row in rows if row["note"])


def test_the_public_edition_is_approved_for_a_time(client: TestClient, shelf: Shelf) -> None:
    fields = {"public_until": "2026-12-31", "public_reason": "Yearly review."}
    page = client.get("/partners", headers=cookie("dora")).text
    found = re.findall(r'name="form_token" value="([^"]+)"', page)
    for until, status in (("2028-01-01", 422), ("2026-12-31", 303)):
        sent = fields | {"public_until": until, "form_token": found[-1]}
        told = client.post("/partners/public-edition", data=sent, headers=cookie("dora"))
        assert told.status_code == status
    with reading(shelf.database) as quiet:
        (held,) = quiet.unshown(select(Sharing))
    assert (held.item, held.requested_by) == ("public-edition", "service")
    assert "Public edition" in client.get("/partners", headers=cookie("dora")).text

"""Routes of delivery: was it done, as a page and as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from rightplace.app.service.delivery import DeliveryWanted, read_delivery
from rightplace.app.service.delivery_counting import CountRules
from rightplace.app.service.delivery_csv import delivery_csv
from rightplace.app.service.delivery_units import Level
from rightplace.web.pages import render
from rightplace.web.sessions import session_of

if TYPE_CHECKING:
    from rightplace.app.service.delivery import DeliveryPage

router = APIRouter(default_response_class=Response)


class Asked(BaseModel):
    """What the address of the page asks for."""

    model_config = ConfigDict(frozen=True)

    plan: Annotated[str, Field(max_length=80)] = ""
    bcu: Annotated[str, Field(max_length=200)] = ""
    by: Level = Level.WARD
    ward: Annotated[str, Field(max_length=300)] = ""
    gaps: Literal["", "yes"] = ""
    search: Annotated[str, Field(max_length=100)] = ""
    page: Annotated[int, Field(ge=1, le=100_000)] = 1


@router.get("/delivery")
def delivery(request: Request, asked: Annotated[Asked, Query()]) -> Response:
    """Show what was planned and made, by ward or place."""
    page = _read(request, asked)
    return render(request, "delivery.html.j2", page=page, here="delivery")


@router.get("/delivery.csv")
def delivery_file(request: Request, asked: Annotated[Asked, Query()]) -> Response:
    """Send the whole table as a file."""
    page = _read(request, asked, everything=True)
    actor, marking = session_of(request).person.actor, request.app.state.desk.settings.marking
    text = delivery_csv(page, taken_by=actor.name, marking=marking)
    headers = {"content-disposition": 'attachment; filename="delivery.csv"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


def _read(request: Request, asked: Asked, *, everything: bool = False) -> DeliveryPage:
    wanted = DeliveryWanted(**asked.model_dump() | {"gaps": bool(asked.gaps)})
    desk, session = request.app.state.desk, session_of(request)
    minutes = desk.dosage.qualifying_minutes
    return read_delivery(
        desk.shelf,
        wanted,
        person=session.person,
        at=desk.now(),
        rules=CountRules(shift=desk.shift, qualifying_minutes=minutes),
        everything=everything,
    )

"""Routes of the map's tiles: each parses, calls one function, sends."""

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import JSONResponse, Response

from rightplace.app.service.forecast_page import Wanted
from rightplace.app.service.tiles import TileAsked, read_cell_words, read_tile
from rightplace.briefing.vector_tile import DEEPEST, Square
from rightplace.errors import NotHeldError
from rightplace.web.reading import wanted_of
from rightplace.web.sessions import session_of

router = APIRouter(default_response_class=Response)
TILE = "application/vnd.mapbox-vector-tile"
Number = Annotated[int, Path(ge=0, lt=1 << DEEPEST)]


@router.get("/forecasts/{forecast_id}/tiles/{z}/{x}/{y}.mvt")
def tile(
    request: Request,
    forecast_id: str,
    z: Number,
    x: Number,
    y: Number,
    wanted: Annotated[Wanted, Depends(wanted_of)],
) -> Response:
    """Send a tile of the forecast map; where it holds nothing, no content."""
    desk, session = request.app.state.desk, session_of(request)
    asked = TileAsked(forecast_id=forecast_id, wanted=wanted, square=_square(z, x, y))
    content = read_tile(desk.shelf, desk.tiles, asked, person=session.person, at=desk.now())
    return Response(content, media_type=TILE) if content else Response(status_code=204)


def _square(zoom: int, x: int, y: int) -> Square:
    """Return the square of an address.

    Raises
    ------
    NotHeldError
        If there is none on the map.
    """
    try:
        return Square(zoom=zoom, x=x, y=y)
    except ValueError as error:
        raise NotHeldError(str(error), value=zoom, remedy="Ask for one of the map.") from error


@router.get("/forecasts/{forecast_id}/cells/{cell}.json")
def cell_words(
    request: Request,
    forecast_id: str,
    cell: Annotated[int, Path(ge=0, lt=1 << 31)],
    wanted: Annotated[Wanted, Depends(wanted_of)],
) -> Response:
    """Send the words of the place that somebody points at."""
    desk, session = request.app.state.desk, session_of(request)
    told = read_cell_words(
        desk.shelf, forecast_id, cell, person=session.person, wanted=wanted, at=desk.now()
    )
    return JSONResponse(asdict(told))

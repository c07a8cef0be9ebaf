"""OGC API - Features: the layers of this service for a GIS, below an address of its own.

Part 1 (Core, 17-069r4) with GeoJSON and OpenAPI 3.0; coordinates in degrees (CRS84). A token opens
it, as it opens the interface for programs.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

from fastapi import APIRouter, FastAPI
from starlette.requests import Request  # noqa: TC002 - the framework reads the annotation
from starlette.responses import JSONResponse, Response

from rightplace import __version__
from rightplace.app.service.features import list_layers, read_item, read_items, read_layer
from rightplace.app.service.features_asked import read_items_asked
from rightplace.errors import UsageError
from rightplace.web import faults
from rightplace.web.api.bearer import Asking, refuse_unknown
from rightplace.web.features_described import described
from rightplace.web.sessions import NotSignedInError

if TYPE_CHECKING:
    from collections.abc import Collection

    from rightplace.app.service.features import Items, Layer
    from rightplace.app.service.features_asked import ItemsAsked
    from rightplace.web.desk import Desk

ADDRESS: Final = "/api/features"
CRS84: Final = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
GREGORIAN: Final = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"
CONFORMANCE: Final = tuple(
    f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{each}"
    for each in ("core", "oas30", "geojson")
)
JSON: Final = "application/json"
GEOJSON: Final = "application/geo+json"
OPENAPI: Final = "application/vnd.oai.openapi+json;version=3.0"
FORMAT: Final = {"f"}
ITEMS: Final = FORMAT | {"limit", "offset", "bbox", "datetime"}

router = APIRouter(default_response_class=Response)


def create_features(desk: Desk) -> FastAPI:
    """Return the layers' service, to be mounted at its address.

    Parameters
    ----------
    desk
        What its routes work with.
    """
    app = FastAPI(title="Rightplace layers", openapi_url=None, docs_url=None, redoc_url=None)
    app.state.desk = desk
    app.include_router(router)
    faults.install(app)
    # The handler takes a narrower error than the framework's annotation says.
    app.add_exception_handler(NotSignedInError, refuse_unknown)  # type: ignore[arg-type]  # as said above
    return app


def _asked(request: Request, known: Collection[str]) -> dict[str, str]:
    """Return the parameters of a query.

    Raises
    ------
    UsageError
        If one is unknown or given twice, or another format is wanted (requirements 8 and 9).
    """
    given = request.query_params.multi_items()
    names = [name for name, _ in given]
    for name in names:
        if name not in known or names.count(name) > 1:
            msg = f"The parameter {name[:40]!r} is unknown here, or given twice."
            raise UsageError(msg, value=name, remedy=f"Known: {', '.join(sorted(known))}.")
    query = dict(given)
    if query.get("f", "json") not in {"json", "geojson"}:
        msg = f"The format {query['f'][:40]!r} is not offered."
        raise UsageError(msg, value=query["f"], remedy="Leave it out, or ask for `json`.")
    return query


def _here(request: Request, *parts: str) -> str:
    """Return the whole address of a part of this service."""
    root = f"{request.url.scheme}://{request.url.netloc}{ADDRESS}"
    return f"{root}/" + "/".join(quote(part, safe="") for part in parts)


def _link(rel: str, href: str, kind: str, title: str) -> dict[str, str]:
    return {"rel": rel, "href": href, "type": kind, "title": title}


@router.get("/")
def landing(request: Request) -> Response:
    """Say where everything is."""
    _asked(request, FORMAT)
    links = [
        _link("self", _here(request), JSON, "This page"),
        _link("service-desc", _here(request, "api"), OPENAPI, "The description of this service"),
        _link("conformance", _here(request, "conformance"), JSON, "What it conforms to"),
        _link("data", _here(request, "collections"), JSON, "The layers"),
    ]
    about = "Forecasts, plans and boroughs as layers. Places, never persons."
    return JSONResponse({"title": "Rightplace layers", "description": about, "links": links})


@router.get("/conformance")
def conformance(request: Request) -> Response:
    """Say what it conforms to."""
    _asked(request, FORMAT)
    return JSONResponse({"conformsTo": list(CONFORMANCE)})


@router.get("/api")
def description(request: Request) -> Response:
    """Describe it in OpenAPI."""
    _asked(request, FORMAT)
    content = described(version=__version__, address=ADDRESS)
    return JSONResponse(content, media_type=OPENAPI)


@router.get("/collections")
def collections(request: Request, person: Asking) -> Response:
    """List the layers."""
    _asked(request, FORMAT)
    desk = request.app.state.desk
    layers = list_layers(desk.shelf, person=person, at=desk.now())
    return JSONResponse(
        {
            "links": [_link("self", _here(request, "collections"), JSON, "The layers")],
            "collections": [_collection(request, each) for each in layers],
        }
    )


@router.get("/collections/{layer_id}")
def collection(request: Request, layer_id: str, person: Asking) -> Response:
    """Tell of one layer."""
    _asked(request, FORMAT)
    desk = request.app.state.desk
    layer = read_layer(desk.shelf, layer_id, person=person, at=desk.now())
    return JSONResponse(_collection(request, layer))


def _collection(request: Request, layer: Layer) -> dict[str, Any]:
    here = ("collections", layer.id)
    extent: dict[str, Any] = {"spatial": {"bbox": [list(layer.bounds)], "crs": CRS84}}
    if layer.since is not None and layer.until is not None:
        interval = [[layer.since.isoformat(), layer.until.isoformat()]]
        extent["temporal"] = {"interval": interval, "trs": GREGORIAN}
    return {
        "id": layer.id,
        "title": layer.title,
        "description": layer.description,
        "itemType": "feature",
        "crs": [CRS84],
        "extent": extent,
        "links": [
            _link("self", _here(request, *here), JSON, "This layer"),
            _link("items", _here(request, *here, "items"), GEOJSON, "Its features"),
        ],
    }


@router.get("/collections/{layer_id}/items")
def items(request: Request, layer_id: str, person: Asking) -> Response:
    """Send features of a layer."""
    query, desk = _asked(request, ITEMS), request.app.state.desk
    asked, moment = read_items_asked(query), desk.now()
    found = read_items(desk.shelf, layer_id, asked, person=person, at=moment)
    links = _item_links(request, layer_id, query, asked, found)
    head = {
        "timeStamp": moment.isoformat().replace("+00:00", "Z"),
        "numberMatched": found.matched,
        "numberReturned": len(found.features),
        "links": links,
    }
    start = json.dumps({"type": "FeatureCollection", **head}).removesuffix("}")
    return Response(f'{start}, "features": [{",".join(found.features)}]}}', media_type=GEOJSON)


def _item_links(
    request: Request, layer_id: str, query: dict[str, str], asked: ItemsAsked, found: Items
) -> list[dict[str, str]]:
    here = _here(request, "collections", layer_id, "items")

    def part(offset: int) -> str:
        return f"{here}?{urlencode(query | {'offset': str(offset)})}"

    links = [
        _link("self", f"{here}?{urlencode(query)}" if query else here, GEOJSON, "This part"),
        _link("collection", _here(request, "collections", layer_id), JSON, "The layer"),
    ]
    if asked.offset + asked.limit < found.matched:
        links.append(_link("next", part(asked.offset + asked.limit), GEOJSON, "The next part"))
    if asked.offset:
        links.append(_link("prev", part(max(0, asked.offset - asked.limit)), GEOJSON, "Before"))
    return links


@router.get("/collections/{layer_id}/items/{feature_id}")
def item(request: Request, layer_id: str, feature_id: str, person: Asking) -> Response:
    """Send one feature."""
    _asked(request, FORMAT)
    desk = request.app.state.desk
    feature = read_item(desk.shelf, layer_id, feature_id, person=person, at=desk.now())
    here = ("collections", layer_id)
    links = [
        _link("self", _here(request, *here, "items", feature_id), GEOJSON, "This feature"),
        _link("collection", _here(request, *here), JSON, "The layer"),
    ]
    text = f'{feature.removesuffix("}")}, "links": {json.dumps(links)}}}'
    return Response(text, media_type=GEOJSON)

"""The description of the layers' service in OpenAPI 3.0, by hand: its clients read that version."""

from __future__ import annotations

from typing import Any, Final

from rightplace.app.service.features_asked import MOST_FEATURES, MOST_OFFSET, USUAL_FEATURES

TEXT: Final = {"type": "string"}
LINK: Final = {
    "type": "object",
    "required": ["href", "rel"],
    "properties": {"href": TEXT, "rel": TEXT, "type": TEXT, "title": TEXT},
}
LINKS: Final = {"type": "array", "items": {"$ref": "#/components/schemas/link"}}
NUMBERS: Final = {"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}}
SCHEMAS: Final[dict[str, Any]] = {
    "link": LINK,
    "landing": {
        "type": "object",
        "required": ["links"],
        "properties": {"title": TEXT, "description": TEXT, "links": LINKS},
    },
    "conformance": {
        "type": "object",
        "required": ["conformsTo"],
        "properties": {"conformsTo": {"type": "array", "items": TEXT}},
    },
    "collection": {
        "type": "object",
        "required": ["id", "links"],
        "properties": {
            "id": TEXT,
            "title": TEXT,
            "description": TEXT,
            "itemType": TEXT,
            "crs": {"type": "array", "items": TEXT},
            "extent": {
                "type": "object",
                "properties": {
                    "spatial": {
                        "type": "object",
                        "properties": {"bbox": {"type": "array", "items": NUMBERS}, "crs": TEXT},
                    },
                    "temporal": {"type": "object"},
                },
            },
            "links": LINKS,
        },
    },
    "collections": {
        "type": "object",
        "required": ["links", "collections"],
        "properties": {
            "links": LINKS,
            "collections": {"type": "array", "items": {"$ref": "#/components/schemas/collection"}},
        },
    },
    "feature": {
        "type": "object",
        "required": ["type", "geometry", "properties"],
        "properties": {
            "type": {"type": "string", "enum": ["Feature"]},
            "id": TEXT,
            "geometry": {"type": "object", "required": ["type", "coordinates"]},
            "properties": {"type": "object"},
            "links": LINKS,
        },
    },
    "features": {
        "type": "object",
        "required": ["type", "features", "links", "numberMatched", "numberReturned", "timeStamp"],
        "properties": {
            "type": {"type": "string", "enum": ["FeatureCollection"]},
            "features": {"type": "array", "items": {"$ref": "#/components/schemas/feature"}},
            "links": LINKS,
            "timeStamp": {"type": "string", "format": "date-time"},
            "numberMatched": {"type": "integer", "minimum": 0},
            "numberReturned": {"type": "integer", "minimum": 0},
        },
    },
    "refusal": {
        "type": "object",
        "required": ["ok", "error"],
        "properties": {
            "ok": {"type": "boolean", "enum": [False]},
            "error": {
                "type": "object",
                "required": ["code", "message"],
                "properties": {
                    "code": TEXT,
                    "message": TEXT,
                    "remedy": {"type": "string", "nullable": True},
                },
            },
        },
    },
}
PARAMETERS: Final[dict[str, Any]] = {
    "collectionId": {"name": "collectionId", "in": "path", "required": True, "schema": TEXT},
    "featureId": {"name": "featureId", "in": "path", "required": True, "schema": TEXT},
    "f": {
        "name": "f",
        "in": "query",
        "description": "The format; there is but one.",
        "schema": {"type": "string", "enum": ["json", "geojson"]},
    },
    "limit": {
        "name": "limit",
        "in": "query",
        "description": "Features at most; more than the maximum is the maximum.",
        "style": "form",
        "explode": False,
        "schema": {
            "type": "integer",
            "minimum": 1,
            "maximum": MOST_FEATURES,
            "default": USUAL_FEATURES,
        },
    },
    "offset": {
        "name": "offset",
        "in": "query",
        "description": "Features left out before.",
        "schema": {"type": "integer", "minimum": 0, "maximum": MOST_OFFSET, "default": 0},
    },
    "bbox": {
        "name": "bbox",
        "in": "query",
        "description": "West, south, east, north in degrees; or with heights, which are left out.",
        "style": "form",
        "explode": False,
        "schema": NUMBERS,
    },
    "datetime": {
        "name": "datetime",
        "in": "query",
        "description": "A moment, or two with a slash between; `..` or nothing is open.",
        "style": "form",
        "explode": False,
        "schema": TEXT,
    },
}


def described(*, version: str, address: str) -> dict[str, Any]:
    """Return the description.

    Parameters
    ----------
    version
        Of this service.
    address
        Where it answers.
    """
    layer = ("collectionId",)
    return {
        "openapi": "3.0.3",
        "info": {"title": "Rightplace layers", "version": version},
        "servers": [{"url": address}],
        "components": {
            "schemas": SCHEMAS,
            "parameters": PARAMETERS,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "paths": {
            "/": _path("landing", "Say where everything is.", is_open=True),
            "/conformance": _path("conformance", "Say what it conforms to.", is_open=True),
            "/collections": _path("collections", "List the layers."),
            "/collections/{collectionId}": _path("collection", "Tell of one layer.", layer),
            "/collections/{collectionId}/items": _path(
                "features",
                "Send features of a layer.",
                (*layer, "limit", "offset", "bbox", "datetime"),
            ),
            "/collections/{collectionId}/items/{featureId}": _path(
                "feature", "Send one feature.", (*layer, "featureId")
            ),
        },
    }


def _path(
    schema: str, summary: str, parameters: tuple[str, ...] = (), *, is_open: bool = False
) -> dict[str, Any]:
    kind = "application/geo+json" if schema.startswith("feature") else "application/json"
    fault = {
        "description": "Why it is not answered, and what to do.",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/refusal"}}},
    }
    return {
        "get": {
            "operationId": schema,
            "summary": summary,
            "security": [] if is_open else [{"token": []}],
            "parameters": [
                {"$ref": f"#/components/parameters/{name}"} for name in (*parameters, "f")
            ],
            "responses": {
                "200": {
                    "description": summary,
                    "content": {kind: {"schema": {"$ref": f"#/components/schemas/{schema}"}}},
                },
                "4XX": fault,
                "5XX": fault,
            },
        }
    }

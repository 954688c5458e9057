"""OpenAPI 3.1, made from the schemas that validate: answers from app/web/api/schemas/, requests from the partner."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson
from flask import Response

from app.web.api.gate import caller, guard
from app.web.door import door
from app.web.platform import platform

blueprint = door("openapi", authentication="public")
own_blueprint = door("own_openapi", authentication="signed")
guard(own_blueprint)

SCHEMAS = Path(__file__).parent / "schemas"


@lru_cache(maxsize=32)
def schema(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))
    return found


@blueprint.get("/openapi.json")
def everybody() -> Response:
    """What all partners share. A partner's own schemas are nobody else's business."""
    return _document(schema("create_offer_request"))


@own_blueprint.get("/partners/<code>/openapi.json")
def own(code: str) -> Response:
    """The same document with the partner's own Offer Schemas in it."""
    catalog = platform().shelf.catalog(caller().partner_code)
    return _document({"oneOf": [one.document for _, one in sorted(catalog.schemas.items())]})


def _document(request_schema: dict[str, Any]) -> Response:
    return Response(orjson.dumps(openapi_document(request_schema)), 200, mimetype="application/json")


def openapi_document(request_schema: dict[str, Any]) -> dict[str, Any]:
    document = json.loads((SCHEMAS / "openapi.json").read_text(encoding="utf-8"))
    names = ("offer", "offer_page", "error_v1", "error_v2")
    document["components"]["schemas"] = {name: _component(schema(name)) for name in names}
    document["components"]["schemas"]["create_offer_request"] = _component(request_schema)
    document["servers"] = [{"url": f"{platform().settings.url}/x"}, {"url": f"{platform().settings.url}/xcover"}]
    return dict(document)


def _component(found: dict[str, Any]) -> dict[str, Any]:
    """OpenAPI 3.1 speaks JSON Schema; only our Draft 7 `$schema` and the place of definitions have to be told."""
    return {name: value for name, value in found.items() if name != "$id"}

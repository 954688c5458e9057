"""OpenAPI 3.1, made from the schemas that validate: answers from app/web/api/schemas/, requests from the partner."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson
from flask import Response

from app.web.answer import JsonAnswer
from app.web.api.gate import caller, guard
from app.web.door import door
from app.web.platform import platform

blueprint = door("openapi", authentication="public")
own_blueprint = door("own_openapi", authentication="signed")
guard(own_blueprint)

SCHEMAS = Path(__file__).parent / "schemas"
ANSWERS = ("offer", "offer_page", "booking", "booking_page", "modification", "cancellation", "error_v1", "error_v2")
REQUESTS = ("confirm_request", "opt_out_request", "modify_request", "cancel_request", "empty_request")
SHARED = ANSWERS + REQUESTS


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
    return JsonAnswer(orjson.dumps(openapi_document(request_schema)))


def openapi_document(request_schema: dict[str, Any]) -> dict[str, Any]:
    document = json.loads((SCHEMAS / "openapi.json").read_text(encoding="utf-8"))
    found = {name: schema(name) for name in SHARED}
    found["create_offer_request"] = request_schema
    for name, one in found.items():
        document["components"]["schemas"][name] = rooted(one, f"#/components/schemas/{name}")
    document["servers"] = [{"url": f"{platform().settings.url}/x"}, {"url": f"{platform().settings.url}/xcover"}]
    return dict(document)


def rooted(node: Any, pointer: str) -> Any:
    """The schema as a part of a larger document: its references to itself begin at `pointer` from now on.

    A schema inside oneOf is a document of its own as well, so its place is part of the pointer. A reference to
    another of our files is one to its component.
    """
    if isinstance(node, list):
        return [rooted(item, pointer) for item in node]
    if not isinstance(node, dict):
        return node
    result: dict[str, Any] = {}
    for name, value in node.items():
        if name == "$ref" and isinstance(value, str) and value.startswith("#"):
            result[name] = pointer + value.removeprefix("#")
        elif name == "$ref" and isinstance(value, str) and ".json" in value:
            result[name] = f"#/components/schemas/{value.replace('.json#', '').replace('.json', '')}"
        elif name == "oneOf" and all("$schema" in option for option in value):
            result[name] = [rooted(option, f"{pointer}/oneOf/{place}") for place, option in enumerate(value)]
        else:
            result[name] = rooted(value, pointer)
    return result

"""The files a partner's page loads. A version never changes, so it may be kept for ever; v1 is the newest of them."""

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson
from flask import Response, abort, request

from app.config import ROOT
from app.web.answer import JsonAnswer
from app.web.door import bare, door
from app.web.widget.compression import encoding_of, packed

blueprint = door("widget_files", authentication="public")

DIST = ROOT / "widget" / "dist"
ALIAS = "v1"
FOR_EVER = "public, max-age=31536000, immutable"
# Whoever follows the alias gets a new version within minutes.
FOR_MINUTES = "public, max-age=300"
MIMETYPES = {".js": "text/javascript", ".css": "text/css"}


@dataclass(frozen=True, slots=True)
class File:
    name: str
    url: str
    integrity: str
    size: int


@dataclass(frozen=True, slots=True)
class Version:
    version: str
    date: str
    files: tuple[File, ...]

    def file(self, name: str) -> File:
        return next(file for file in self.files if file.name == name)


@lru_cache(maxsize=1)
def versions() -> tuple[Version, ...]:
    """The newest first."""
    found = [json.loads(path.read_text(encoding="utf-8")) for path in DIST.glob("*/manifest.json")]
    found.sort(key=lambda one: tuple(int(part) for part in one["version"].split(".")), reverse=True)
    return tuple(Version(one["version"], one["date"], tuple(File(**file) for file in one["files"])) for one in found)


def latest() -> Version:
    return versions()[0]


@blueprint.get("/widget/manifest.json")
def manifest() -> Response:
    body: dict[str, Any] = {"latest": latest().version, "versions": versions()}
    response = JsonAnswer(orjson.dumps(body))
    response.headers["Cache-Control"] = FOR_MINUTES
    return _for_all(response)


@blueprint.get("/widget/<version>/<name>")
def file(version: str, name: str) -> Response:
    wanted = latest().version if version == ALIAS else version
    known = next((one for one in versions() if one.version == wanted), None)
    if known is None or not any(one.name == name for one in known.files):
        abort(404)
    encoding = encoding_of(bare(request))
    suffix = name[name.rindex(".") :]
    response = Response(_packed(wanted, name, encoding), mimetype=MIMETYPES[suffix])
    if encoding != "identity":
        response.headers["Content-Encoding"] = encoding
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = FOR_MINUTES if version == ALIAS else FOR_EVER
    response.set_etag(f"{wanted}-{encoding}")
    response.make_conditional(bare(request))
    return _for_all(response)


@lru_cache(maxsize=64)
def _packed(version: str, name: str, encoding: str) -> bytes:
    return packed((DIST / version / name).read_bytes(), encoding, is_kept=True)


def _for_all(response: Response) -> Response:
    """Any page may load these: they hold nothing that belongs to anybody."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Timing-Allow-Origin"] = "*"
    return response

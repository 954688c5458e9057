"""Whether a release still is what its id says: the words, prices and documents of every offer rest on it."""

import zlib
from collections.abc import Iterator
from typing import Any

import orjson

from app.adapters.shelf import unpacked
from app.catalog.release import content_hash


def release_misfits(release_id: str, partner_code: str, document: bytes, pages: bytes) -> Iterator[str]:
    said = opened(document)
    if said is None:
        yield "its document cannot be read"
        return
    if content_hash(said) != release_id:
        yield "its document is not what its id is the hash of"
        return
    if said["partner"]["code"] != partner_code:
        yield f"partner_code is {partner_code}, its document is of {said['partner']['code']}"
    shown = opened(pages)
    if shown is None:
        yield "its pages cannot be read"
        return
    for kind in ("wording", "files"):
        yield from _page_misfits(kind, said[kind], shown.get(kind) or {})


def _page_misfits(kind: str, hashes: dict[str, str], texts: dict[str, str]) -> Iterator[str]:
    for name, wanted in hashes.items():
        if name not in texts:
            yield f"{kind}/{name} is gone"
        elif content_hash(texts[name]) != wanted:
            yield f"{kind}/{name} is not the text that was published"
    for name in texts.keys() - hashes.keys():
        yield f"{kind}/{name} was never published"


def opened(data: bytes) -> dict[str, Any] | None:
    try:
        found = unpacked(data)
    except (zlib.error, orjson.JSONDecodeError):
        return None
    return found if isinstance(found, dict) else None

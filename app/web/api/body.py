"""Reading a JSON body strictly: what two parsers could read differently is refused before anything reads it."""

from typing import Any

import orjson
from flask import Request

from app.domain.errors import BodyTooLarge, BodyUnreadable, WrongContentType

DEEPEST = 64


def json_body(request: Request) -> tuple[bytes, Any]:
    """The bytes as sent, and what they say."""
    if request.mimetype != "application/json" and not request.mimetype.endswith("+json"):
        raise WrongContentType()
    raw = request.get_data(cache=False)
    limit = request.max_content_length
    if request.content_length is None and limit is not None and len(raw) >= limit:
        raise BodyTooLarge(f"body: larger than {limit} bytes.")  # a chunked body is cut off at the limit
    return raw, parsed(raw)


def parsed(raw: bytes) -> Any:
    try:
        body = orjson.loads(raw)
    except orjson.JSONDecodeError as problem:
        raise BodyUnreadable(f"JSON parse error - {problem}") from None
    if raw.count(b"{") + raw.count(b"[") > DEEPEST and _depth(body) > DEEPEST:
        raise BodyUnreadable(f"JSON parse error - nested deeper than {DEEPEST} levels")
    # Writing it again loses a key that stood there twice, and with it at least two quotation marks.
    # Escapes can hide quotation marks, so a body with escapes is read the slow way.
    if b"\\u" in raw or raw.count(b'"') != orjson.dumps(body).count(b'"'):
        _refuse_repeated_keys(raw)
    return body


def _depth(value: Any) -> int:
    """The nesting, counted without recursion."""
    deepest, waiting = 0, [(value, 1)]
    while waiting:
        node, level = waiting.pop()
        if isinstance(node, (dict, list)):
            deepest = max(deepest, level)
            waiting.extend((item, level + 1) for item in (node.values() if isinstance(node, dict) else node))
    return deepest


def _refuse_repeated_keys(raw: bytes) -> None:
    import json

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        seen: dict[str, Any] = {}
        for name, value in pairs:
            if name in seen:
                raise BodyUnreadable(f"JSON parse error - the key {name[:100]!r} stands twice in one object")
            if "\x00" in name or (isinstance(value, str) and "\x00" in value):
                raise BodyUnreadable(f"JSON parse error - {name[:100]!r} holds the character U+0000")
            seen[name] = value
        return seen

    json.loads(raw, object_pairs_hook=unique)

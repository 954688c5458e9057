"""The HTML a catalog may hold: text with paragraphs, lists, emphasis and links, and nothing that runs or loads."""

from typing import Any

import nh3

TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "a"}
_OPTIONS: dict[str, Any] = {
    "tags": TAGS,
    "attributes": {"a": {"href"}},
    "url_schemes": {"https", "http", "mailto", "tel"},
    "link_rel": None,
}


def sanitized(html: str) -> str:
    return str(nh3.clean(html, **_OPTIONS))

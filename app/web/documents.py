"""Documents of a release: summaries and logos. A release never changes, so its documents may be kept for ever."""

import re

from flask import Response, abort, render_template

from app.catalog.sanitizer import sanitized
from app.web.door import door
from app.web.platform import platform

blueprint = door("documents", authentication="public")

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_RELEASE_ID = re.compile(r"[0-9a-f]{64}")
RTL_LANGUAGES = frozenset({"ar", "fa", "he", "ur"})


@blueprint.get("/documents/<release_id>/<path:name>")
def document(release_id: str, name: str) -> Response:
    found = platform().shelf.page(release_id, name) if _RELEASE_ID.fullmatch(release_id) else None
    if found is None:
        abort(404)
    partner, text = found
    if name.endswith(".svg"):
        response = Response(text, mimetype="image/svg+xml")
    else:
        response = Response(_page(partner, name, text), mimetype="text/html")
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def _page(partner: dict[str, object], name: str, html: str) -> str:
    title, _, language = name.removesuffix(".html").rpartition(".")
    return render_template(
        "documents/document.html",
        partner=partner,
        title=title.replace("-", " ").replace("_", " ").capitalize(),
        language=language,
        direction="rtl" if language.partition("-")[0] in RTL_LANGUAGES else "ltr",
        html=sanitized(html),
    )

"""Documents of a release: summaries and logos. A release never changes, so its documents may be kept for ever."""

from flask import Response, abort, render_template
from sqlalchemy.exc import NoResultFound

from app.catalog.sanitizer import sanitized
from app.web.door import door
from app.web.platform import platform

blueprint = door("documents", authentication="public")

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
RTL_LANGUAGES = frozenset({"ar", "fa", "he", "ur"})


@blueprint.get("/documents/<release_id>/<path:name>")
def document(release_id: str, name: str) -> Response:
    try:
        release = platform().shelf.release(release_id)
    except NoResultFound:
        abort(404)
    text = release.document["files"].get(name)
    if text is None:
        abort(404)
    if name.endswith(".svg"):
        response = Response(text, mimetype="image/svg+xml")
    else:
        response = Response(_page(release.document["partner"], name, text), mimetype="text/html")
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def _page(partner: dict[str, object], name: str, html: str) -> str:
    title, language = name.removesuffix(".html").rsplit(".", 1)
    return render_template(
        "documents/document.html",
        partner=partner,
        title=title.replace("-", " ").replace("_", " ").capitalize(),
        language=language,
        direction="rtl" if language.partition("-")[0] in RTL_LANGUAGES else "ltr",
        html=sanitized(html),
    )

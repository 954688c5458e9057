"""The guides at /docs/: prose for people, one Markdown file each under templates/guides/."""

from dataclasses import dataclass

from flask import Response, abort, current_app, render_template

from app.web.documents import POLICY
from app.web.door import door
from app.web.prose import prose_of

blueprint = door("docs", authentication="public")


@dataclass(frozen=True, slots=True)
class Guide:
    """`name` is that of the file and of the address; `title` is the file's first heading."""

    name: str
    title: str
    line: str


# One more guide is one more line here, and templates/guides/<name>.md.
GUIDES = (
    Guide("selling", "From offer to certificate", "Confirm, opt out, change and cancel; asking again safely."),
    Guide("webhooks", "Webhooks", "How your systems are told, how to check who speaks, and what if you are away."),
    Guide("mail", "Mail to your customers", "What is sent, from whom, and what to set up before going live."),
    Guide("refunds", "How refunds are worked out", "What comes back when somebody cancels, with worked examples."),
    Guide("evidence", "Evidence, and how to check it yourself", "What is kept of every offer, and how it is proven."),
)
_BY_NAME = {guide.name: guide for guide in GUIDES}


@blueprint.get("/docs/")
def index() -> Response:
    return _answer(render_template("guides/index.html", guides=GUIDES))


@blueprint.get("/docs/<name>")
def guide(name: str) -> Response:
    found = _BY_NAME.get(name)
    if found is None:
        abort(404)
    text = current_app.jinja_env.get_template(f"guides/{name}.md").render()
    return _answer(render_template("guides/guide.html", guide=found, prose=prose_of(text)))


def _answer(html: str) -> Response:
    response = Response(html, mimetype="text/html")
    response.headers["Content-Security-Policy"] = POLICY
    return response

"""The zoo, at /zoo: one page a difficulty, the same camera and the same small payment form on each of them."""

import json
import secrets
import urllib.request
from dataclasses import dataclass
from functools import lru_cache
from threading import Event
from typing import Any

from flask import Blueprint, Response, abort, current_app, make_response, render_template, request

from widget.demo import embed
from widget.demo.zoo.fragment import fragment
from widget.demo.zoo.hanging import Hanging
from widget.demo.zoo.offers import attributes, wish

SECONDS = 5.0
FROM_THE_SERVER = ("scriptless", "upgraded", "slow_upgraded")
blueprint = Blueprint("zoo", __name__, url_prefix="/zoo", template_folder="templates", static_folder="static")


@dataclass(frozen=True, slots=True)
class Cage:
    """A page: its title, the one line that says what it shows, and what is different about it."""

    title: str
    shows: str
    template: str = "plain"
    language: str = "en"
    is_quirky: bool = False
    styles: str = ""


CAGES = {
    "plain": Cage("Plain", "Nothing unusual: the panel stands above the payment fields and moves none of them."),
    "hostile": Cage(
        "Hostile styles", "The page resets, hides and floats everything; the panel stays.", styles="hostile"
    ),
    "strict": Cage("Strict policy", "A policy with nonces, Trusted Types and integrity; it reports nothing.", "strict"),
    "two": Cage("Two offers", "Two forms with an offer each; each form sends its own choice.", "two"),
    "together": Cage(
        "Two in one form", "Two offers in one form; what is chosen in one leaves the other alone.", "together"
    ),
    "late": Cage("Late", "The element comes when the page is long there: press the button.", "late"),
    "shadow": Cage("In a shadow", "Form and element stand inside another component's shadow root.", "shadow"),
    "dialog": Cage("In a dialog", "The form stands in a dialog: press the button.", "dialog"),
    "arabic": Cage("من اليمين إلى اليسار", "A page in Arabic: everything runs from right to left.", language="ar"),
    "quirks": Cage("Quirks mode", "A page without a doctype, laid out by the rules of 1998.", is_quirky=True),
    "hanging": Cage("No answer", "Our host keeps silent for ten seconds; the page neither waits nor minds.", "hanging"),
    "scriptless": Cage("No script", "The shop's server put the panel into the page; no script runs.", "scriptless"),
    "upgraded": Cage(
        "Server and script", "The shop's server put the panel into the page; the script joins.", "upgraded"
    ),
    "slow": Cage("Slow page", "The page halts before the element; the script is there before it.", "slow"),
    "halting": Cage("Slow page from the server", "The same with the panel of the shop's server.", "slow_upgraded"),
    "cart": Cage("Changing cart", "A page that changes its cart, and takes the element out and elsewhere.", "cart"),
    "zoom": Cage("Zoomed in", "Zoom to 400 %, or use a window 320 pixels wide: nothing has to be scrolled sideways."),
    "contrast": Cage("Forced colours", "Open it with your system's high contrast: edges, dots and focus remain."),
}


@blueprint.get("/")
def index() -> str:
    return render_template("zoo/index.html", cages=CAGES)


@blueprint.get("/<name>")
def cage(name: str) -> Response:
    found = CAGES.get(name) or abort(404)
    awning, asked = current_app.config["AWNING"], request.args
    nonce = secrets.token_urlsafe(16) if found.template == "strict" else ""
    given = attributes(asked, found.language)
    body = wish(asked, found.language)
    facts: dict[str, Any] = {"cage": found, "attributes": given, "body": body, "awning": awning, "nonce": nonce}
    facts["cart"] = "{quantity} × {title}".format(**body["context"]["product"])
    facts["stub"] = embed.stub(silent().origin if found.template == "hanging" else awning, given["layout"], nonce)
    if found.template in FROM_THE_SERVER:
        facts["fragment"] = _panel(awning, given, body)
    if nonce:
        facts["import_map"] = _import_map(awning)
    response = make_response(render_template(f"zoo/{found.template}.html", **facts))
    if nonce:
        _make_strict(response, awning, nonce)
    return response


@blueprint.post("/paid")
def paid() -> str:
    return render_template("zoo/paid.html", fields=list(request.form.items(multi=True)))


@blueprint.get("/pause.js")
def pause() -> Response:
    """A script that takes its time, and the browser's parser with it."""
    Event().wait(1)
    return Response("", mimetype="text/javascript")


@blueprint.get("/away")
def away() -> str:
    return render_template("zoo/away.html")


def _make_strict(response: Response, awning: str, nonce: str) -> None:
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic'; style-src 'self' {awning}; "
        f"connect-src {awning}; form-action 'self'; require-trusted-types-for 'script'"
    )
    response.headers["Integrity-Policy"] = "blocked-destinations=(script)"


def _import_map(awning: str) -> dict[str, Any]:
    """Sends the stub's import to the file that never changes, and has the browser check its hash."""
    try:
        with urllib.request.urlopen(f"{awning}/widget/manifest.json", timeout=SECONDS) as answer:
            known = json.load(answer)
    except OSError:
        return {}  # without hashes the browser refuses the script, and the page takes payment without cover
    files = next(one["files"] for one in known["versions"] if one["version"] == known["latest"])
    script = next(file for file in files if file["name"] == "awning.js")
    module = f"{awning}{script['url']}"
    return {"imports": {f"{awning}/widget/v1/awning.js": module}, "integrity": {module: script["integrity"]}}


def _panel(awning: str, given: dict[str, str], body: dict[str, Any]) -> str:
    customer = {name: given[name] for name in ("language", "country", "currency")}
    look = {name: given[name] for name in ("layout", "theme")} | ({"required": "1"} if "required" in given else {})
    return fragment(awning, body | {"schema": given["schema"], "customer": customer}, look)


@lru_cache(maxsize=1)
def silent() -> Hanging:
    """Started with the first visit: most of those who run the demo never open this page."""
    return Hanging()

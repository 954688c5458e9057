"""The demo's mail, to look at. Without a mail server mail is kept as files; only the demo shows them to anybody."""

import email
import email.policy
import re
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from flask import Response, abort, render_template

from app.web.documents import POLICY
from app.web.door import door
from app.web.platform import platform

blueprint = door("demo_outbox", authentication="public")

_NAME = re.compile(r"[0-9a-f-]{36}")
MOST_SHOWN = 100
# A mail styles itself in its own text; it may do that and nothing else.
MAIL_POLICY = "sandbox allow-popups; default-src 'none'; style-src 'unsafe-inline'; img-src data: cid:"


@dataclass(frozen=True, slots=True)
class Kept:
    name: str
    subject: str
    to: str
    date: str
    attachments: tuple[str, ...]


@blueprint.get("/demo/outbox")
def index() -> Response:
    """The newest first: ids are made in the order of time."""
    paths = sorted(_folder().glob("*.eml"), reverse=True)[:MOST_SHOWN]
    response = Response(render_template("demo/outbox.html", mails=[_kept(path) for path in paths]))
    response.headers["Content-Security-Policy"] = POLICY
    return response


@blueprint.get("/demo/outbox/<name>")
def show(name: str) -> Response:
    body = _message(name).get_body(("html", "plain"))
    if body is None:
        abort(404)
    response = Response(body.get_content(), mimetype=body.get_content_type())
    response.headers["Content-Security-Policy"] = MAIL_POLICY
    return response


@blueprint.get("/demo/outbox/<name>/<int:number>")
def attachment(name: str, number: int) -> Response:
    found = list(_message(name).iter_attachments())
    if number >= len(found):
        abort(404)
    return Response(found[number].get_content(), mimetype=found[number].get_content_type())


def _folder() -> Path:
    return platform().settings.var / "outbox"


def _message(name: str) -> EmailMessage:
    path = _folder() / f"{name}.eml"
    if not _NAME.fullmatch(name) or not path.is_file():
        abort(404)
    return _parsed(path)


def _parsed(path: Path) -> EmailMessage:
    return email.message_from_bytes(path.read_bytes(), policy=email.policy.default)


def _kept(path: Path) -> Kept:
    message = _parsed(path)
    names = tuple(part.get_filename() or "attachment" for part in message.iter_attachments())
    return Kept(path.stem, message["Subject"] or "", message["To"] or "", message["Date"] or "", names)

"""In front of the widget's endpoints: a publishable key or a session, from a page whose origin the partner has listed.

Browsers let a page read an answer only when we name its origin, so a refused page learns nothing at all.
"""

from datetime import UTC, datetime

from flask import Request, Response, request

from app.domain.errors import AccessDenied, BodyInvalid, CredentialsMissing, Throttled
from app.domain.keys import PartnerKey
from app.domain.panel_session import PanelSession
from app.web.door import bare
from app.web.observed import KEY, Said
from app.web.platform import platform

PREFLIGHT_SECONDS = "7200"
# Where a key may stand: React keeps `key` for itself, so pages may write data-key.
_KEY_PARAMETERS = ("key", "data-key")


def key_of(asked: Request) -> PartnerKey:
    """The key that is named, if it is good for the page that asks."""
    named = next((asked.args[name] for name in _KEY_PARAMETERS if name in asked.args), None)
    key = _valid(named or asked.headers.get("X-Api-Key") or "")
    _let_in(asked, _listed(asked, (key,)), key.partner_code, key.id)
    return key


def session_of(asked: Request, text: object, offer_id: str) -> PanelSession:
    """What the page was given with its offer, if it is good for this offer and this page."""
    if not isinstance(text, str):
        raise BodyInvalid(errors={"session": ["This field is required."]})
    session = platform().panel_sessions.session(text)
    if session.key_id:
        keys: tuple[PartnerKey, ...] = (_valid(session.key_id),)
    else:
        keys = tuple(key for key in platform().keyring.all(session.partner_code) if _is_for_pages(key, session.mode))
    origin = _listed(asked, keys)
    _let_in(asked, origin, session.partner_code, session.key_id)
    session.check(offer_id, origin, int(datetime.now(UTC).timestamp()))
    return session


def answer_preflight() -> Response | None:
    """What a browser asks before a request that is not simple. The widget's own requests all are."""
    asked = bare(request)
    if asked.method != "OPTIONS":
        return None
    key_of(asked)
    answer = Response(status=204)
    answer.headers["Access-Control-Allow-Methods"] = "POST"
    answer.headers["Access-Control-Allow-Headers"] = "Content-Type, X-Api-Key"
    answer.headers["Access-Control-Max-Age"] = PREFLIGHT_SECONDS
    return answer


def _valid(key_id: str) -> PartnerKey:
    shared = platform()
    key = shared.keyring.key(key_id)
    is_known = key is not None and key.is_valid_at(datetime.now(UTC)) and (shared.settings.is_demo or not key.is_demo)
    if key is None or not is_known or key.kind != "publishable":
        raise CredentialsMissing("key: this is not a publishable key, or it is no longer valid.")
    return key


def _is_for_pages(key: PartnerKey, mode: str) -> bool:
    shared = platform()
    is_usable = key.is_valid_at(datetime.now(UTC)) and (shared.settings.is_demo or not key.is_demo)
    return is_usable and key.kind == "publishable" and key.mode == mode


def _listed(asked: Request, keys: tuple[PartnerKey, ...]) -> str:
    """The page's origin. Our own pages may show what a test key shows: that is how the snippet builder previews it."""
    origin, settings = asked.headers.get("Origin", ""), platform().settings
    is_preview = origin == settings.url and (settings.is_demo or any(key.mode == "test" for key in keys))
    if not is_preview and not any(origin in key.origins for key in keys):
        raise AccessDenied(f"Origin: {origin[:200] or 'none'} is not an origin of this key.")
    return origin


def _let_in(asked: Request, origin: str, partner_code: str, key_id: str) -> None:
    said: Said = asked.environ[KEY]
    said.partner, said.key = partner_code, key_id or None
    said.headers = [("Access-Control-Allow-Origin", origin), ("Vary", "Origin"), ("Cache-Control", "no-store")]
    allowance = platform().limits.take("widget", f"{partner_code} {asked.remote_addr}")
    if not allowance.is_granted:
        raise Throttled(1)

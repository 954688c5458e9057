"""In front of every signed endpoint: who is calling, is there an allowance left, and the headers of every answer."""

from datetime import UTC, datetime

from flask import Blueprint, g, request

from app.adapters.limits import UNLIMITED, Allowance
from app.domain.errors import Throttled
from app.domain.keys import PartnerKey
from app.web.api.authentication import Gate
from app.web.door import bare
from app.web.observed import KEY, Headers, Said
from app.web.platform import platform

# Create and Confirm Offer have a bucket of their own; everything else shares one.
SALES_ENDPOINTS = frozenset({"create", "confirm"})


def guard(blueprint: Blueprint) -> None:
    blueprint.before_request(_let_in)


def caller() -> PartnerKey:
    found: PartnerKey = g.caller
    return found


def moment() -> datetime:
    found: datetime = g.now
    return found


def error_version() -> str:
    """Version 2 is for the endpoints of offers; the older ones have always ignored the header."""
    if "/bookings" in request.path:
        return "v1"
    return "v2" if request.headers.get("X-Api-Error-Version", "").lower() == "v2" else "v1"


def _let_in() -> None:
    asked, here = bare(request), bare(g)
    said: Said = asked.environ[KEY]
    now = here.now = datetime.now(UTC)
    said.headers = _headers(Allowance(UNLIMITED, UNLIMITED, int(now.timestamp())), asked.url_rule.rule)
    if asked.method == "OPTIONS":
        return
    shared = platform()
    code = (asked.view_args or {})["code"]
    key = here.caller = Gate(shared.keyring, shared.settings).caller(asked, code, now)
    said.partner, said.key = key.partner_code, key.id
    bucket = _bucket(key, asked.endpoint or "")
    allowance = shared.limits.take(bucket, key.partner_code)
    said.headers = _headers(allowance, asked.url_rule.rule)
    if not allowance.is_granted:
        raise Throttled(1)


def _bucket(key: PartnerKey, endpoint: str) -> str:
    if key.kind == "test":
        return "test"
    return "sales" if endpoint.rpartition(".")[2] in SALES_ENDPOINTS else "other"


def _headers(allowance: Allowance, rule: str) -> Headers:
    """On every signed answer: what is left, which methods there are, and that it is nobody else's to keep."""
    return [
        ("X-RateLimit-Limit", str(allowance.limit)),
        ("X-RateLimit-Remaining", str(allowance.remaining)),
        ("X-RateLimit-Reset", str(allowance.reset)),
        ("Cache-Control", "no-store"),
        ("Allow", _allowed(rule)),
    ]


_allowed_by_rule: dict[str, str] = {}


def _allowed(rule: str) -> str:
    """Every answer names the methods of its address, as recorded answers do."""
    if rule not in _allowed_by_rule:
        from flask import current_app

        known = (one.methods or set() for one in current_app.url_map.iter_rules() if one.rule == rule)
        methods = {method for allowed in known for method in allowed}
        order = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
        _allowed_by_rule[rule] = ", ".join(method for method in order if method in methods)
    return _allowed_by_rule[rule]

"""In front of every signed endpoint: who is calling, is there an allowance left, and the headers of every answer."""

from datetime import UTC, datetime

from flask import Blueprint, Response, g, request

from app.adapters.limits import UNLIMITED, Allowance
from app.domain.keys import PartnerKey
from app.web.api.authentication import Gate
from app.web.platform import platform

# Create and Confirm Offer have a bucket of their own; everything else shares one.
SALES_ENDPOINTS = frozenset({"create"})

PLAIN_HEADERS = (
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "same-origin"),
    ("Cache-Control", "no-store"),
)


def guard(blueprint: Blueprint) -> None:
    blueprint.before_request(_let_in)
    blueprint.after_request(_headed)


def caller() -> PartnerKey:
    found: PartnerKey = g.caller
    return found


def moment() -> datetime:
    found: datetime = g.now
    return found


def error_version() -> str:
    return "v2" if request.headers.get("X-Api-Error-Version", "").lower() == "v2" else "v1"


def _let_in() -> None:
    if request.method == "OPTIONS":
        return
    shared = platform()
    g.now = datetime.now(UTC)
    code = (request.view_args or {})["code"]
    g.caller = Gate(shared.keyring, shared.settings).caller(request, code, g.now)
    g.allowance = shared.limits.take(_bucket(g.caller), g.caller.partner_code)


def _bucket(key: PartnerKey) -> str:
    if key.kind == "test":
        return "test"
    return "sales" if (request.endpoint or "").rpartition(".")[2] in SALES_ENDPOINTS else "other"


def _headed(response: Response) -> Response:
    headers = response.headers
    allowance: Allowance | None = g.get("allowance")
    if allowance is None:
        allowance = Allowance(UNLIMITED, UNLIMITED, int(datetime.now(UTC).timestamp()))
    headers["X-RateLimit-Limit"] = str(allowance.limit)
    headers["X-RateLimit-Remaining"] = str(allowance.remaining)
    headers["X-RateLimit-Reset"] = str(allowance.reset)
    headers.extend(PLAIN_HEADERS)
    if "Allow" not in headers and request.url_rule is not None:
        headers["Allow"] = _allowed(request.url_rule.rule)
    return response


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

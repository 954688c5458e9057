"""In front of every signed endpoint: who is calling, is there an allowance left, and the headers of every answer."""

from datetime import UTC, datetime

from flask import Blueprint, Response, g, request

from app.adapters.limits import UNLIMITED, Allowance
from app.domain.keys import PartnerKey
from app.web.api.authentication import Gate
from app.web.door import bare
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
    asked, said = bare(request), bare(g)
    if asked.method == "OPTIONS":
        return
    shared = platform()
    said.now = datetime.now(UTC)
    code = (asked.view_args or {})["code"]
    said.caller = Gate(shared.keyring, shared.settings).caller(asked, code, said.now)
    said.allowance = shared.limits.take(_bucket(said.caller, asked.endpoint or ""), said.caller.partner_code)


def _bucket(key: PartnerKey, endpoint: str) -> str:
    if key.kind == "test":
        return "test"
    return "sales" if endpoint.rpartition(".")[2] in SALES_ENDPOINTS else "other"


def _headed(response: Response) -> Response:
    asked = bare(request)
    allowance: Allowance | None = bare(g).get("allowance")
    if allowance is None:
        allowance = Allowance(UNLIMITED, UNLIMITED, int(datetime.now(UTC).timestamp()))
    headers = [
        ("X-RateLimit-Limit", str(allowance.limit)),
        ("X-RateLimit-Remaining", str(allowance.remaining)),
        ("X-RateLimit-Reset", str(allowance.reset)),
        *PLAIN_HEADERS,
    ]
    if asked.url_rule is not None and "Allow" not in response.headers:
        headers.append(("Allow", _allowed(asked.url_rule.rule)))
    response.headers.extend(headers)
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

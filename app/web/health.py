"""For load balancers and operators: is it alive, can it work, how is it doing."""

import orjson
from flask import Response

from app.adapters.migrating import pending_migrations
from app.domain.errors import StoreUnavailable
from app.web.answer import JsonAnswer
from app.web.door import door
from app.web.metrics import exposition
from app.web.platform import platform

blueprint = door("health", authentication="public")


@blueprint.get("/healthz")
def healthz() -> Response:
    """Alive: this process answers. It says nothing of the database, or every restart would become an outage."""
    return _report({"status": "ok"}, 200)


@blueprint.get("/readyz")
def readyz() -> Response:
    shared = platform()
    checks = {"database": "ok", "migrations": "ok", "catalog": "ok"}
    try:
        if pending_migrations(shared.database):
            checks["migrations"] = "pending: run awning migrate"
        elif not shared.shelf.partner_codes():
            checks["catalog"] = "nothing published: run awning catalog publish"
    except StoreUnavailable:
        checks["database"] = "does not answer"
    ready = all(value == "ok" for value in checks.values())
    response = _report({"status": "ok" if ready else "not ready", "checks": checks}, 200 if ready else 503)
    if not ready:
        response.headers["Retry-After"] = "1"
    return response


@blueprint.get("/metrics")
def metrics() -> Response:
    return exposition()


def _report(body: dict[str, object], status: int) -> Response:
    return JsonAnswer(orjson.dumps(body), status)

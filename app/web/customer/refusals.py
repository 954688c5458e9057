"""What could not be done, as a page in the customer's language. JSON is for partners' systems."""

import structlog
from flask import Response, render_template, request
from werkzeug.exceptions import HTTPException

from app.adapters.locales import known_language, said
from app.domain import errors as cause
from app.domain.errors import DomainError
from app.web.api.errors import ANSWERS, RETRY_SECONDS, code_of
from app.web.observed import KEY

log = structlog.get_logger("awning")

# Which words a status is said with; every other one is said as a mistake of ours.
KINDS = {404: "not_found", 409: "refused", 413: "too_large", 422: "refused", 423: "busy", 503: "busy"}
# Whether somebody has something is not told to somebody else: all of these are the same page.
UNKNOWN = (cause.BookingNotFound, cause.OfferNotFound, cause.PreviewNotFound)


def refused(problem: DomainError) -> Response:
    request.environ[KEY].code = code_of(problem)
    status = 404 if isinstance(problem, UNKNOWN) else ANSWERS[type(problem)].status
    return notice(status)


def gone_wrong(problem: HTTPException) -> Response:
    if problem.response is not None or (problem.code or 500) < 400:
        return problem.get_response(request.environ)  # type: ignore[return-value]
    return notice(problem.code or 500)


def defect(problem: Exception) -> Response:
    log.error("defect", request_id=request.environ[KEY].request_id, exc_info=problem)
    return notice(500)


def notice(status: int) -> Response:
    """The same bytes for everybody, whatever was asked for: nothing in the page repeats the address."""
    asked = (request.view_args or {}).get("language", "")
    say = said("customer", known_language(asked))
    kind = KINDS.get(status, "defect")
    page = render_template(
        "customer/refused.html",
        say=say,
        kind=kind,
        request_id=request.environ[KEY].request_id if kind == "defect" else "",
    )
    response = Response(page, status, mimetype="text/html")
    if kind == "busy":
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response

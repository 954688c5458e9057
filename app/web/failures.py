"""Every failure leaves as an answer: what a use case refused by the table, everything else in the same shape."""

import structlog
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from app.domain.errors import BodyTooLarge, DomainError
from app.web.api.errors import code_of, defect_response, error_response, plain_error
from app.web.api.gate import error_version
from app.web.observed import KEY
from app.web.platform import platform

log = structlog.get_logger("awning")


def install(app: Flask) -> None:
    app.register_error_handler(DomainError, _refused)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _defect)


def _refused(problem: DomainError) -> Response:
    request.environ[KEY].code = code_of(problem)
    return error_response(problem, error_version())


def _http(problem: HTTPException) -> Response:
    if isinstance(problem, RequestEntityTooLarge):
        limit = platform().settings.body_limit
        return _refused(BodyTooLarge(f"body: larger than {limit} bytes."))
    status = problem.code or 500
    kind = "api_error" if status in (404, 405) or status >= 500 else "validation_error"
    response = plain_error(status, kind, problem.description or problem.name)
    for name, value in problem.get_headers(request.environ):
        if name in ("Allow", "Retry-After", "Location"):
            response.headers[name] = value
    return response


def _defect(problem: Exception) -> Response:
    """A mistake of ours: the caller learns the request id to quote, the log learns everything."""
    request_id = request.environ[KEY].request_id
    log.error("defect", request_id=request_id, exc_info=problem)
    return defect_response(f"Something went wrong on our side. Please quote {request_id}.", error_version())

"""One table from what went wrong to how it is said: status, type and code. Version 2 only says it differently."""

from dataclasses import dataclass
from typing import Any

import orjson
from flask import Response
from uuid_utils import uuid4

from app.domain import errors as cause
from app.domain.errors import DomainError, QuoteFailure
from app.web.answer import JsonAnswer

RETRY_SECONDS = 1
QUOTE_FAILED = "booking_quote_failed"


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    type: str
    code: str | None = None
    is_coded_in_v1: bool = False


ANSWERS: dict[type[DomainError], Answer] = {
    cause.BodyUnreadable: Answer(400, "validation_error", "request_malformed"),
    cause.BodyTooLarge: Answer(413, "validation_error", "request_too_large"),
    cause.WrongContentType: Answer(415, "validation_error", "request_content_type"),
    cause.CredentialsMissing: Answer(401, "auth_error", "credentials_missing"),
    cause.AccessDenied: Answer(403, "auth_error", "access_denied"),
    cause.Throttled: Answer(429, "api_error", "throttled"),
    cause.ParameterInvalid: Answer(422, "validation_error", "offer_validation_request_invalid"),
    cause.RequestInvalid: Answer(422, "validation_error", "offer_validation_request_invalid"),
    cause.SchemaRequired: Answer(422, "validation_error", "offer_validation_schema_required", True),
    cause.PartnerNotFound: Answer(404, "api_error", "offer_not_found_partner", True),
    cause.NoOffers: Answer(404, "api_error", "offer_not_found_no_offers", True),
    cause.NoOfferMatches: Answer(404, "api_error", "offer_not_found_no_match_context", True),
    cause.OfferAccessDenied: Answer(404, "api_error", "offer_not_found_access_denied", True),
    cause.OfferNotFound: Answer(404, "api_error", "offer_not_found"),
    cause.ExpressionFailed: Answer(422, "validation_error", "offer_expression_error", True),
    cause.QuoteGenerationFailed: Answer(422, "validation_error", "offer_quote_generation_failed", True),
    cause.BodyInvalid: Answer(422, "validation_error", "offer_validation_request_invalid"),
    cause.QuoteNamedTwice: Answer(422, "validation_error", "offer_validation_request_invalid"),
    cause.PanelSessionRefused: Answer(403, "auth_error", "panel_session_refused"),
    cause.OfferLapsed: Answer(410, "api_error", "offer_lapsed"),
    cause.OfferNotBookable: Answer(422, "validation_error", "offer_validation_request_invalid"),
    cause.QuotesNotBooked: Answer(422, "validation_error", "booking_quotes_unsuccessful", True),
    cause.BookingNotFound: Answer(404, "api_error", "booking_not_found"),
    cause.PreviewNotFound: Answer(404, "api_error", "preview_not_found"),
    cause.StatusChangeRefused: Answer(422, "validation_error", "status_change_refused"),
    cause.ChangeRefused: Answer(422, "validation_error", "change_refused"),
    cause.KeyReused: Answer(422, "validation_error", "idempotency_key_reused"),
    cause.StillRunning: Answer(423, "api_error", "still_running"),
    cause.AlreadyFinished: Answer(409, "api_error", "already_finished"),
    cause.Conflict: Answer(503, "api_error", "busy"),
    cause.StoreUnavailable: Answer(503, "api_error", "unavailable"),
}
# Refusals of the command line; they never reach HTTP.
NOT_SAID_OVER_HTTP = (cause.EndpointRefused, cause.KeyNotFound, cause.KeyRefused)
INTERNAL = Answer(500, "api_error", "internal_error")


def code_of(problem: DomainError) -> str | None:
    return ANSWERS[type(problem)].code


def error_response(problem: DomainError, version: str) -> Response:
    answer = ANSWERS[type(problem)]
    if isinstance(problem, cause.AlreadyFinished):
        return JsonAnswer(problem.answer, problem.status)
    body = _version_2(problem, answer) if version == "v2" else _version_1(problem, answer)
    response = JsonAnswer(orjson.dumps(body), answer.status)
    if isinstance(problem, cause.Throttled):
        response.headers["Retry-After"] = str(problem.seconds)
    if isinstance(problem, (cause.StoreUnavailable, cause.StillRunning, cause.Conflict)):
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    if isinstance(problem, cause.CredentialsMissing):
        response.headers["WWW-Authenticate"] = 'Signature realm="awning"'
    return response


def defect_response(message: str, version: str) -> Response:
    """A mistake of ours, in the shape the caller has asked for."""
    body = (
        _version_2(DomainError(message), INTERNAL) if version == "v2" else {"type": INTERNAL.type, "message": message}
    )
    return JsonAnswer(orjson.dumps(body), INTERNAL.status)


def plain_error(status: int, kind: str, message: str) -> Response:
    """An error that no use case raised: an unknown address, a method that is not offered, a defect of ours."""
    return JsonAnswer(orjson.dumps({"type": kind, "message": message}), status)


def _version_1(problem: DomainError, answer: Answer) -> dict[str, Any]:
    body: dict[str, Any] = {"type": answer.type, "message": problem.message}
    if answer.is_coded_in_v1:
        body |= {"error_id": str(uuid4()), "code": answer.code}
    if isinstance(problem, cause.QuoteGenerationFailed):
        body["errors"] = failures_by_position(problem.report.failures)
        body["errors"]["metadata"] = {"selected_offer_id": problem.report.offer_config_id}
    elif isinstance(problem, cause.QuotesNotBooked):
        body["errors"] = quotes_not_booked(problem.failures)
    elif problem.errors is not None:
        body["errors"] = problem.errors
    return body


def quotes_not_booked(failures: dict[str, str]) -> dict[str, Any]:
    return {quote_id: {"message": reason, "type": QUOTE_FAILED} for quote_id, reason in failures.items()}


def failures_by_position(failures: tuple[QuoteFailure, ...]) -> dict[str, Any]:
    return {str(one.position): {"message": one.message, "type": "quote_creation_failure"} for one in failures}


def _version_2(problem: DomainError, answer: Answer) -> dict[str, Any]:
    metadata = {}
    if isinstance(problem, cause.QuoteGenerationFailed):
        listed = [_listed(one.code, one.details, one) for one in problem.report.failures]
        metadata = {"selected_offer_id": problem.report.offer_config_id}
    elif isinstance(problem, cause.QuotesNotBooked):
        listed = [
            _listed(QUOTE_FAILED, (reason,)) | {"quote_id": quote_id} for quote_id, reason in problem.failures.items()
        ]
    else:
        listed = [_listed(answer.code, tuple(sentences(problem.errors)) or (problem.message,))]
    return {
        "type": answer.type,
        "message": problem.message,
        "errors": listed,
        "code": answer.code,
        "error_id": getattr(problem, "offer_id", None) or str(uuid4()),
        "metadata": metadata,
    }


def _listed(code: str | None, details: tuple[str, ...], failure: QuoteFailure | None = None) -> dict[str, Any]:
    return {
        "product_config_id": failure.product_config_id if failure else None,
        "quote_id": failure.quote_id if failure else None,
        "code": code,
        "details": list(details),
    }


def sentences(errors: Any, path: str = "") -> list[str]:
    """The nested errors as a flat list, each with the field it is about."""
    if isinstance(errors, dict):
        found = []
        for name, below in errors.items():
            inner = path if name == "non_field_errors" else f"{path}.{name}".lstrip(".")
            found.extend(sentences(below, inner))
        return found
    if isinstance(errors, list):
        return [sentence for item in errors for sentence in sentences(item, path)]
    if errors is None:
        return []
    return [f"{path}: {errors}" if path else str(errors)]

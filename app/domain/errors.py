"""What can go wrong, one class per cause. How each is said over HTTP is a table of the web layer."""

from dataclasses import dataclass, field
from typing import Any


class DomainError(Exception):
    """A refusal with a reason. `message` is a sentence; `errors` names fields where there are fields to name."""

    message = "The request was refused."

    def __init__(self, message: str | None = None, errors: Any = None) -> None:
        super().__init__(message or self.message)
        self.message = message or self.message
        self.errors = errors


class BodyUnreadable(DomainError):
    """Not JSON, not UTF-8, too deep, or a key twice: nothing in it can be trusted."""


class BodyTooLarge(DomainError):
    message = "The body is larger than this server reads."


class WrongContentType(DomainError):
    message = "Content-Type: must be application/json."


class CredentialsMissing(DomainError):
    """No key, or one we do not know."""


class AccessDenied(DomainError):
    message = "You do not have permission to access this url"


class Throttled(DomainError):
    def __init__(self, seconds: int) -> None:
        unit = "second" if seconds == 1 else "seconds"
        super().__init__(f"Request was throttled. Expected available in {seconds} {unit}.")
        self.seconds = seconds


class ParameterInvalid(DomainError):
    """A query parameter whose value cannot be understood."""

    message = "An API error occurred."


class SchemaRequired(DomainError):
    message = "schema: the partner has no default schema, so the request must name one."


class RequestInvalid(DomainError):
    """The body does not fit the partner's schema, or names something that does not exist."""

    message = "An API error occurred."


class PartnerNotFound(DomainError):
    message = "The partner has no published catalog."


class NoOffers(DomainError):
    message = "There are no offers for this schema."


class NoOfferMatches(DomainError):
    message = "No offer matches the context."


class OfferAccessDenied(DomainError):
    message = "The matching offers are not open to this key or subsidiary."


class OfferNotFound(DomainError):
    message = "Quote package does not exist"


class ExpressionFailed(DomainError):
    """No offer matched, and at least one condition could not be computed from this context."""

    message = "The condition of an offer could not be computed."


@dataclass(frozen=True, slots=True)
class QuoteFailure:
    """Why one product of an offer has no price."""

    position: int
    product_config_id: str
    quote_id: str
    message: str
    details: tuple[str, ...] = ()
    code: str = "offer_quote_pricing_error"


@dataclass(frozen=True, slots=True)
class GenerationReport:
    offer_config_id: str
    failures: tuple[QuoteFailure, ...] = field(default=())


class QuoteGenerationFailed(DomainError):
    message = "Offer could not be created due to quote generation errors"

    def __init__(self, report: GenerationReport) -> None:
        super().__init__()
        self.report = report


class StoreUnavailable(DomainError):
    """The database does not answer: nothing was stored, the caller may try again."""

    message = "The service is temporarily unable to store anything. Please retry."


class KeyNotFound(DomainError):
    message = "There is no such key."


class KeyRefused(DomainError):
    """A key cannot be made or changed as asked."""

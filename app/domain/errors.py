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


class BodyInvalid(DomainError):
    """A body of a booking endpoint: a field is missing, has a wrong value, or is not known."""

    message = "An API error occurred."


class QuoteNamedTwice(DomainError):
    message = BodyInvalid.message

    def __init__(self, place: int) -> None:
        super().__init__(errors={"quotes": {str(place): {"id": ["The quote stands twice in the list."]}}})


class PanelSessionRefused(DomainError):
    """What a browser sends along with a choice is not ours, is for something else, or has ended."""

    message = "The panel's session is not valid."


class OfferLapsed(DomainError):
    """Nothing more can be chosen in this offer: its price has ended, or it is booked."""

    def __init__(self, message: str) -> None:
        super().__init__(message)


class OfferNotBookable(DomainError):
    """The offer exists and cannot be confirmed any more: it is booked, or its price has ended."""

    message = "An API error occurred."

    def __init__(self, offer_id: str, sentence: str) -> None:
        super().__init__(errors=[sentence])
        self.offer_id = offer_id


class QuotesNotBooked(DomainError):
    """None of the products could be booked. `failures`: quote id and reason."""

    message = "None of the products could be booked."

    def __init__(self, offer_id: str, failures: dict[str, str]) -> None:
        super().__init__(errors=dict.fromkeys(failures))
        self.offer_id = offer_id
        self.failures = failures


class BookingNotFound(DomainError):
    message = "Quote package does not exist"


class PreviewNotFound(DomainError):
    message = "There is no such preview of this booking"


class StatusChangeRefused(DomainError):
    """The transition table has no such row."""

    message = "An API error occurred."

    SENTENCES = {
        ("booking", "cancel"): "Status change not allowed for QuotePackage in status {state}",
        ("booking", "modify"): "Update not allowed for QuotePackage in status {state}",
        ("quote", "cancel"): "Status change not allowed for Quote in status {state}",
        ("quote", "modify"): "Update not allowed for Quote in status {state}",
    }

    def __init__(self, subject: str, action: str, state: str) -> None:
        sentence = self.SENTENCES.get((subject, action), f"{action} not allowed for {subject} in status {{state}}")
        super().__init__(errors=[sentence.format(state=state)])
        self.subject, self.action, self.state = subject, action, state


class ChangeRefused(DomainError):
    """A change or cancellation that the product's terms, or time, do not allow."""

    message = "An API error occurred."

    def __init__(self, sentence: str) -> None:
        super().__init__(errors=[sentence])


class KeyReused(DomainError):
    message = "An API error occurred."

    def __init__(self) -> None:
        super().__init__(errors={"x-idempotency-key": ["The key was used before with another body."]})


class StillRunning(DomainError):
    message = "A request with this x-idempotency-key is still running. Please retry shortly."


class AlreadyFinished(DomainError):
    """The call was made before and is finished: this is what was answered then."""

    def __init__(self, status: int, answer: bytes) -> None:
        super().__init__("The request was processed before.")
        self.status = status
        self.answer = answer


class Conflict(DomainError):
    """Somebody else changed the same thing a moment before: what was read is no longer so. Read and decide again."""

    message = "The booking is being changed by another request. Please retry."


class StoreUnavailable(DomainError):
    """The database does not answer: nothing was stored, the caller may try again."""

    message = "The service is temporarily unable to store anything. Please retry."


class EndpointRefused(DomainError):
    """A webhook's address that we do not deliver to, or an endpoint that is not there."""


class KeyNotFound(DomainError):
    message = "There is no such key."


class KeyRefused(DomainError):
    """A key cannot be made or changed as asked."""

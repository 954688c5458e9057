"""Query parameters: read strictly, refused with the parameter's name and the rule."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Request
from werkzeug.datastructures import MultiDict

from app.domain.errors import ParameterInvalid
from app.services.records import OfferFilter
from app.web.api.offer_presenter import EXTRA_FIELDS

_BOOLEANS: Mapping[str, bool] = {"true": True, "1": True, "false": False, "0": False}
MOST_A_PAGE = 100
USUAL_PAGE = 20


@dataclass(frozen=True, slots=True)
class OfferWishes:
    """The query of Create Offer."""

    extra_fields: frozenset[str] = frozenset()
    include_content: bool = True
    active_only: bool = False
    excluded: frozenset[str] = frozenset()


NO_WISHES = OfferWishes()


def offer_wishes(request: Request) -> OfferWishes:
    if not request.query_string:
        return NO_WISHES
    query = request.args
    return OfferWishes(
        extra_fields=extra_fields(query),
        include_content=boolean(query, "include_content", default=True),
        active_only=boolean(query, "active_only", default=False),
        excluded=excluded(query),
    )


def boolean(query: MultiDict[str, str], name: str, default: bool) -> bool:
    text = query.get(name)
    if text is None:
        return default
    if text.lower() not in _BOOLEANS:
        raise _refused(name, f"{text[:100]!r} must be true or false")
    return _BOOLEANS[text.lower()]


def extra_fields(query: MultiDict[str, str]) -> frozenset[str]:
    asked = frozenset(_listed(query, "extra_fields"))
    unknown = sorted(asked - EXTRA_FIELDS)
    if unknown:
        raise _refused("extra_fields", f"{unknown[0][:100]!r} must be one of {', '.join(sorted(EXTRA_FIELDS))}")
    return asked


def excluded(query: MultiDict[str, str]) -> frozenset[str]:
    return frozenset(_uuid("exclude_offer_ids", text) for text in _listed(query, "exclude_offer_ids"))


def offer_filter(query: MultiDict[str, str]) -> OfferFilter:
    after = query.get("after")
    return OfferFilter(
        limit=_limit(query),
        after=None if after is None else _uuid("after", after),
        created_from=_moment(query, "created_from"),
        created_to=_moment(query, "created_to"),
        offer_schema=_text(query, "schema"),
        offer_config_id=_text(query, "offer_config_id"),
        partner_transaction_id=_text(query, "transaction_id"),
        subsidiary=_text(query, "subsidiary"),
        session_id=_text(query, "session_id"),
    )


def booking_slice(query: MultiDict[str, str]) -> tuple[int, int]:
    """limit and offset, as clients of the older API page."""
    text = query.get("offset", "0")
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise _refused("offset", f"{text[:100]!r} must be a whole number of 0 or more")
    return _limit(query), int(text)


def _text(query: MultiDict[str, str], name: str) -> str | None:
    text = query.get(name)
    if text is not None and "\x00" in text:
        raise _refused(name, "holds the character U+0000")
    return text


def is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False


def _listed(query: MultiDict[str, str], name: str) -> list[str]:
    """A list is written with commas, or by repeating the parameter, or both."""
    return [part for text in query.getlist(name) for part in text.split(",") if part]


def _uuid(name: str, text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise _refused(name, f"{text[:100]!r} is not a UUID") from None


def _limit(query: MultiDict[str, str]) -> int:
    text = query.get("limit", str(USUAL_PAGE))
    if not (text.isascii() and text.isdigit() and len(text) <= 3 and 1 <= int(text) <= MOST_A_PAGE):
        raise _refused("limit", f"{text[:100]!r} must be a whole number from 1 to {MOST_A_PAGE}")
    return int(text)


def _moment(query: MultiDict[str, str], name: str) -> datetime | None:
    text = query.get(name)
    if text is None:
        return None
    try:
        # In a query a plus sign is a space: an offset written without escaping arrives as one.
        found = datetime.fromisoformat(text.replace(" ", "+"))
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise _refused(name, f"{text[:100]!r} is not a date or date-time of RFC 3339") from None


def _refused(name: str, rule: str) -> ParameterInvalid:
    errors: dict[str, Any] = {name: [rule]}
    return ParameterInvalid(errors=errors)

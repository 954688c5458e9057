"""The trail of evidence: what a customer was shown and what they chose, each event sealed with the one before.

A trail begins with its offer, whose hash covers the exact words, prices and links that were answered and the
release behind them. Every later event covers its own facts and the hash before it: who changes one row, takes one
out or puts one in breaks every hash that follows, and verification names the first that does not fit.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

# What can happen: the name, what it says of the offer's decision, and the sentence an auditor reads.
ACTIONS: dict[str, str | None] = {
    "seen": "see",
    "details_opened": "open_details",
    "terms_opened": "open_details",
    "chosen": "choose",
    "changed": "change",
    "declined": "decline",
    "undecided": "leave_undecided",
    "opted_out": "opt_out",
    "quoted": None,
    "consented": None,
    "confirmed": "confirm",
    "rules_broken": None,
    "mailed": None,
    "resent": None,
    "modified": None,
    "cancelled": None,
    "claimed": None,
    "viewed": None,
    "exported": None,
}
SENTENCES = {
    "offered": "The offer was made.",
    "seen": "The offer was visible to the customer.",
    "details_opened": "The customer opened the details of a product.",
    "terms_opened": "The customer opened the policy wording.",
    "chosen": "The customer chose.",
    "changed": "The customer changed the choice.",
    "declined": "The customer said no.",
    "undecided": "The customer did not decide.",
    "opted_out": "The partner reported that the customer declined.",
    "quoted": "The customer took the quote home.",
    "consented": "The customer read what has to be read before buying, and agreed.",
    "confirmed": "The partner confirmed the purchase; the booking was made.",
    "rules_broken": "What was booked did not keep to the offer's product rules.",
    "mailed": "A message was sent.",
    "resent": "A message was to be sent once more.",
    "modified": "The booking was changed.",
    "cancelled": "Cover was cancelled.",
    "claimed": "The customer filed a claim.",
    "viewed": "The booking's pages or documents were opened.",
    "exported": "The evidence was exported.",
}


# For a longer piece hashlib gives the interpreter away, and under load it takes a millisecond to get it back.
PIECE = 2_047


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a trail. `at` and `facts` are text: what is hashed is what is stored."""

    trail_id: str
    number: int
    at: str
    name: str
    actor: str
    facts: str
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Head:
    """Where a trail has got to."""

    number: int
    hash: str


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened, before it has its place in a trail."""

    name: str
    actor: str
    facts: dict[str, Any]


def written_at(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def digest(*parts: str) -> str:
    """The parts are written as a JSON list first: no two different lists have the same text."""
    found = hashlib.sha256()
    text = memoryview(orjson.dumps(parts))
    for start in range(0, len(text), PIECE):
        found.update(text[start : start + PIECE])
    return found.hexdigest()


def offered_hash(
    offer_id: str, owner: tuple[str, str], created_at: datetime, release_id: str, texts: tuple[str, str, str]
) -> str:
    """The first link. `owner`: partner and mode; `texts`: request, answer and terms, exactly as stored."""
    return digest(offer_id, *owner, written_at(created_at), release_id, *texts)


def events_after(
    trail_id: str, head: Head, now: datetime, happened: Iterable[Happening]
) -> tuple[tuple[Event, ...], Head]:
    """The events in their places, and where the trail has got to."""
    made = []
    at = written_at(now)
    for one in happened:
        facts = orjson.dumps(one.facts, option=orjson.OPT_SORT_KEYS).decode()
        number = head.number + 1
        sealed = event_hash(trail_id, number, at, one.name, one.actor, facts, head.hash)
        made.append(Event(trail_id, number, at, one.name, one.actor, facts, head.hash, sealed))
        head = Head(number, sealed)
    return tuple(made), head


def event_hash(trail_id: str, number: int, at: str, name: str, actor: str, facts: str, previous: str) -> str:
    return digest(previous, trail_id, str(number), at, name, actor, facts)


@dataclass(frozen=True, slots=True)
class Misfit:
    """Something that does not fit in a trail, and at which event if it is at one."""

    number: int | None
    said: str


def breaks(first: str, events: Iterable[Event], head: Head | None) -> Iterator[Misfit]:
    """What does not fit in one trail. `first`: the offer's hash; `head`: what was noted last."""
    number, previous = 0, first
    for event in events:
        number += 1
        if event.number != number:
            yield Misfit(number, "is missing")
            number = event.number
        elif event.previous != previous:
            yield Misfit(number, f"({event.name}) does not follow from what stands before it")
        if event.hash != event_hash(
            event.trail_id, event.number, event.at, event.name, event.actor, event.facts, event.previous
        ):
            yield Misfit(number, f"({event.name}) is not what was written")
        previous = event.hash
    if head is None:
        if number:
            yield Misfit(None, f"the trail's last entry is missing, though {number} events are there")
    elif head.number != number:
        yield Misfit(None, f"the trail should end with event {head.number}, it ends with event {number}")
    elif head.hash != previous:
        yield Misfit(None, "the hash noted last is not that of the last event")

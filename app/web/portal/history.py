"""What happened to a booking, as sentences: the trail of evidence, read by somebody who has never heard of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from app.adapters.counter_sales import CounterSale
from app.adapters.locales import Said
from app.domain.evidence import Event
from app.domain.people import RetailStore
from app.web.platform import platform
from app.web.portal.gate import counter
from app.web.portal.served import AREA, moment_of, store_of

SHOWN = 8
# Names that are told apart by one of their facts.
_BY = {"mailed": "mail", "consented": "channel", "viewed": "page"}


@dataclass(frozen=True, slots=True)
class HistoryLine:
    when: str
    said: str
    who: str


def history_of(sale: CounterSale, happened: Sequence[Event]) -> list[HistoryLine]:
    """The newest first."""
    at, store = counter(), store_of(sale)
    names: dict[str, str] = {}
    lines = [_line(at.say(AREA), event, store, names) for event in reversed(happened)]
    asked = HistoryLine(moment_of(at, sale.asked_at, store), at.say(AREA)("history.offered"), _who(at, sale, names))
    return [*lines, asked]


def _who(at: Any, sale: CounterSale, names: dict[str, str]) -> str:
    return name_of(at.say(AREA), f"staff:{sale.staff_id}", names)


def _line(words: Said, event: Event, store: RetailStore, names: dict[str, str]) -> HistoryLine:
    when = moment_of(counter(), datetime.fromisoformat(event.at), store)
    return HistoryLine(when, sentence_of(words, event), name_of(words, event.actor, names))


def sentence_of(words: Said, event: Event) -> str:
    facts = _facts(event)
    known = words.words["history"]
    if event.name == "modified":
        return _modified(words, facts)
    if event.name == "cancelled" and facts.get("refund"):
        return words("history.cancelled", refund=facts["refund"])
    told = f"{event.name}_{facts.get(_BY.get(event.name, ''), '')}"
    name = next((one for one in (told, event.name) if one in known), "other")
    return words(f"history.{name}")


def _modified(words: Said, facts: dict[str, Any]) -> str:
    if facts.get("changed") == ["serial"]:
        return words("history.serial")
    fields = [name for name in facts.get("contact") or () if name in words.words["field"]]
    if not fields or facts.get("quotes"):
        return words("history.modified")
    return words("history.contact", fields=words("comma").join(words(f"field.{name}") for name in fields))


def name_of(words: Said, actor: str, names: dict[str, str]) -> str:
    """`names`: people that were looked up already. Of a partner's systems and of ours there is no name to tell."""
    kind, _, own_id = actor.partition(":")
    if kind == "staff":
        if own_id not in names:
            person = platform().people.staff(own_id)
            names[own_id] = person.name if person is not None else words("who.former")
        return names[own_id]
    return words(f"who.{kind}") if kind in words.words["who"] else ""


def _facts(event: Event) -> dict[str, Any]:
    try:
        found = orjson.loads(event.facts)
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}

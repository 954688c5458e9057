"""The same evidence as the JSON, for somebody who reads it on paper."""

from typing import Any

from app.adapters.documents.evidence import EventFacts, EvidenceFacts
from app.adapters.evidence_export import facts_of
from app.domain.evidence import SENTENCES

TITLE = "Evidence"


def evidence_facts(found: dict[str, Any]) -> EvidenceFacts:
    """`found`: what export_of made; nothing else is said here."""
    lines = [*_subject(found), *_chosen(found), *_proof(found), *_shown(found)]
    events = [_offered(found["offer"])] if found["offer"] else []
    events += [_event(event) for event in found["events"]]
    return EvidenceFacts(_name(found), TITLE, tuple(lines), tuple(events))


def _name(found: dict[str, Any]) -> str:
    subject = found["subject"]
    return str(subject["booking_id"] or subject["offer_id"])


def _subject(found: dict[str, Any]) -> list[tuple[str, str]]:
    subject = found["subject"]
    named = [("Booking", subject["booking_id"] or "none"), ("Offer", subject["offer_id"] or "none")]
    return [*named, ("Partner", f"{subject['partner_code']} ({subject['mode']})")]


def _shown(found: dict[str, Any]) -> list[tuple[str, str]]:
    shown = found["shown"]
    if shown is None:
        return []
    lines = [("Offered", shown["offered_at"]), ("Language", shown["language"]), ("Country", shown["country"])]
    content = shown["content"] or {}
    lines += [
        (name.capitalize(), content[name]) for name in ("heading", "description", "disclaimer") if content.get(name)
    ]
    lines += [(f"Shown: {one['product']}", _product(one)) for one in shown["products"]]
    names = ", ".join(f"{one['name']} ({one['hash'][:16]})" for one in found["release"]["documents"])
    return [*lines, ("Release", found["release"]["id"]), ("Documents", names or "none")]


def _product(one: dict[str, Any]) -> str:
    said = (f"{one['price']}", f"tax {one['tax']}", f"from {one['start_date']} to {one['end_date'] or 'no end'}")
    return ", ".join((*said, f"policy version {one['policy_version_id']}"))


def _chosen(found: dict[str, Any]) -> list[tuple[str, str]]:
    chosen = found["chosen"]
    if chosen is None:
        return [("Chosen", f"nothing was bought; the offer is {found['head']['state'] if found['head'] else 'OPEN'}")]
    facts = chosen["facts"] or {}
    quotes = "; ".join(f"{quote['title']}: {quote['price']}" for quote in facts.get("quotes", ()))
    return [("Chosen", f"{quotes}; {facts.get('total')} together, at {chosen['at']}")]


def _proof(found: dict[str, Any]) -> list[tuple[str, str]]:
    breaks = found["verification"]["breaks"]
    seals = [f"{one['id']} (up to {one['to_at']})" for one in found["seals"]]
    return [
        ("Whole", "; ".join(breaks) if breaks else "yes: every hash was worked out again and fits"),
        ("Seals", ", ".join(seals) or "none yet"),
        ("Exported", f"{found['exported_at']} by {found['exported_by']}"),
    ]


def _offered(offer: dict[str, Any]) -> EventFacts:
    details = (("partner", offer["partner_code"]), ("release", offer["release_id"]))
    return EventFacts(0, offer["created_at"], "offered", SENTENCES["offered"], details, offer["hash"] or "")


def _event(event: dict[str, Any]) -> EventFacts:
    details = (("by", event["actor"]), *_flat(facts_of(event["facts"])))
    sentence = SENTENCES.get(event["name"], "")
    return EventFacts(event["number"], event["at"], event["name"], sentence, details, event["hash"])


def _flat(value: Any, path: str = "") -> list[tuple[str, str]]:
    """Every single fact with the way to it: quotes 1 price."""
    if isinstance(value, dict):
        return [line for name, below in value.items() for line in _flat(below, f"{path} {name}".strip())]
    if isinstance(value, list):
        return [line for place, below in enumerate(value, 1) for line in _flat(below, f"{path} {place}".strip())]
    return [] if value is None or value == "" else [(path or "facts", str(value))]

"""The evidence of one booking for an auditor, in English: what was shown, what was chosen, when, at what price."""

from dataclasses import asdict, dataclass

from app.adapters.documents.typesetting import Template

TEMPLATE = Template("evidence.typ")


@dataclass(frozen=True, slots=True)
class EventFacts:
    number: int
    at: str
    name: str
    sentence: str
    details: tuple[tuple[str, str], ...]
    hash: str


@dataclass(frozen=True, slots=True)
class EvidenceFacts:
    booking_id: str
    title: str
    lines: tuple[tuple[str, str], ...]
    events: tuple[EventFacts, ...]


def evidence_pdf(facts: EvidenceFacts) -> bytes:
    return TEMPLATE.pdf(drawn_evidence(facts))


def drawn_evidence(facts: EvidenceFacts) -> dict[str, object]:
    return {
        "language": "en",
        "name": f"{facts.title} {facts.booking_id}",
        "partner": "Awning",
        "title": facts.title,
        "number": facts.booking_id,
        "lines": facts.lines,
        "events": [{**asdict(event), "hash": in_groups(event.hash)} for event in facts.events],
    }


def in_groups(digest: str) -> str:
    """Eight digits at a time, as a person compares them with a screen."""
    return " ".join(digest[start : start + 8] for start in range(0, len(digest), 8))

"""The evidence of one offer and its booking as a document a stranger can check, by evidence_export.schema.json.

What is hashed stands in it word for word: `offer`, `events`, `booking` and `seals`. The rest says the same for people.
"""

from dataclasses import asdict
from datetime import datetime
from typing import Any

import orjson

from app.adapters.evidence_dossier import Covering, Dossier
from app.adapters.keyring import aware
from app.catalog.release import content_hash
from app.catalog.words import fallback_chain
from app.domain.evidence import SENTENCES, Event, digest, written_at

FORMAT = "awning-evidence/1"
PANEL = frozenset({"seen", "details_opened", "terms_opened", "chosen", "changed", "declined", "undecided", "opted_out"})
_PRODUCT = ("start_date", "end_date", "policy_version_id", "pds_url", "files", "benefits")


def export_of(found: Dossier, exported_by: str, now: datetime) -> dict[str, Any]:
    """The order of the keys is always this one."""
    return {
        "format": FORMAT,
        "exported_at": written_at(now),
        "exported_by": exported_by,
        "subject": asdict(found.subject),
        "verification": {"is_whole": not found.breaks, "breaks": list(found.breaks)},
        "shown": None if found.offer is None else _shown(found),
        "chosen": _chosen(found),
        "since": [_told(event) for event in _since(found)],
        "offer": None if found.offer is None else _offer(found.offer),
        "events": [asdict(event) for event in found.events],
        "head": _head(found),
        "booking": _booking(found.booking),
        "release": _release(found),
        "seals": [_covering(one) for one in found.coverings],
    }


def export_json(found: dict[str, Any]) -> bytes:
    return orjson.dumps(found, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def answer_of(found: Dossier) -> dict[str, Any]:
    """The answer as sent; nothing when somebody has spoilt it, which stands under `breaks`."""
    try:
        answer = orjson.loads(found.offer.answer)
    except orjson.JSONDecodeError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _shown(found: Dossier) -> dict[str, Any]:
    offer, answer = found.offer, answer_of(found)
    return {
        "offered_at": written_at(aware(offer.created_at)),
        "held_until": None if offer.expires_at is None else written_at(aware(offer.expires_at)),
        "language": offer.language,
        "country": offer.country,
        "currency": offer.currency,
        "content": answer.get("content"),
        "products": [_product(product) for product in answer.get("products", ())],
        "panel": [_told(event) for event in found.events if event.name in PANEL],
    }


def _product(product: dict[str, Any]) -> dict[str, Any]:
    details = product.get("details", {})
    finance = details.get("finance", {})
    return {
        "quote_id": product["id"],
        "product": product["name"],
        "price": finance.get("price", {}).get("total_amount_formatted"),
        "tax": finance.get("tax", {}).get("total_amount_formatted"),
        **{name: details.get(name) for name in _PRODUCT},
    }


def _chosen(found: Dossier) -> dict[str, Any] | None:
    confirmed = next((event for event in found.events if event.name == "confirmed"), None)
    return None if confirmed is None else _told(confirmed)


def _since(found: Dossier) -> list[Event]:
    """What happened to the booking after it was made."""
    places = [place for place, event in enumerate(found.events) if event.name == "confirmed"]
    after = found.events[places[0] + 1 :] if places else ()
    return [event for event in after if event.name not in PANEL]


def _told(event: Event) -> dict[str, Any]:
    said = {"number": event.number, "at": event.at, "name": event.name, "actor": event.actor}
    return said | {"sentence": SENTENCES.get(event.name, ""), "facts": facts_of(event.facts)}


def facts_of(text: str) -> Any:
    """Nothing when somebody has spoilt them."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None


def _offer(offer: Any) -> dict[str, Any]:
    return {
        "id": offer.id,
        "partner_code": offer.partner_code,
        "mode": offer.mode,
        "created_at": written_at(aware(offer.created_at)),
        "release_id": offer.release_id,
        "request": offer.request,
        "answer": offer.answer,
        "terms": offer.terms,
        "hash": offer.evidence,
    }


def _head(found: Dossier) -> dict[str, Any] | None:
    if found.trail is None:
        return None
    row = found.trail.row
    return {"number": row.head.number, "hash": row.head.hash, "state": row.state, "at": written_at(row.updated_at)}


def _booking(booking: Any) -> dict[str, Any] | None:
    """Its state is text as it is stored: the last event that describes it has its hash."""
    if booking is None:
        return None
    return {"id": booking.id, "state": booking.state, "state_hash": digest(booking.state)}


def _release(found: Dossier) -> dict[str, Any]:
    """What the release holds of the texts a customer of this offer could open, and which policies it sold."""
    release_id = found.offer.release_id if found.offer is not None else found.booking.release_id
    products = () if found.offer is None else answer_of(found).get("products", ())
    versions = {product["name"]: product.get("details", {}).get("policy_version_id") for product in products}
    return {"id": release_id, "policy_versions": versions, "documents": _documents(found, products)}


def _documents(found: Dossier, products: Any) -> list[dict[str, str]]:
    linked = {file["url"].rpartition("/")[2] for one in products for file in one.get("details", {}).get("files") or ()}
    wanted = [("files", name) for name in sorted(linked)]
    wanted += [("wording", name) for name in _wordings(found, [product["name"] for product in products])]
    return [
        {"kind": kind, "name": name, "hash": content_hash(text), "text": text}
        for kind, name in wanted
        if (text := found.pages.get(kind, {}).get(name)) is not None
    ]


def _wordings(found: Dossier, names: list[str]) -> list[str]:
    """Each policy's wording in the language its page opened in."""
    products, there = found.document.get("products", {}), found.pages.get("wording", {})
    bases = dict.fromkeys(products[name]["policy"]["wording"] for name in names if name in products)
    chain = fallback_chain(found.offer.language, (found.document.get("partner", {}).get("languages") or ["en"])[0])
    opened = (next((f"{base}.{one}" for one in chain if f"{base}.{one}" in there), None) for base in bases)
    return [name for name in opened if name is not None]


def _covering(one: Covering) -> dict[str, Any]:
    covered = [{"number": each.number, "leaf": each.leaf, "way": each.way} for each in one.covered]
    return {**asdict(one.seal), "covered": covered}

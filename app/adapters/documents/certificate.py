"""The certificate of insurance: a page one is glad to keep. One .typ template, six languages, both directions."""

from dataclasses import asdict, dataclass
from typing import Any

import structlog
import typst

from app.adapters.documents.addresses import linked, mailed, qr_code
from app.adapters.documents.typesetting import Template, Verbatim
from app.adapters.locales import Said, said

TEMPLATE = Template("certificate.typ")
CANCELLED = "CANCELLED"

log = structlog.get_logger("awning")


@dataclass(frozen=True, slots=True)
class CoverFacts:
    """One cover as its reader sees it: every price, day and sentence is already in words."""

    title: str
    subject: str
    period: str
    price: str
    price_without_tax: str
    tax_lines: tuple[tuple[str, str], ...]
    benefits: tuple[tuple[str, str], ...]
    insured: tuple[str, ...]
    inclusions: tuple[tuple[str, str], ...]
    exclusions: tuple[tuple[str, str], ...]
    status: str
    cancelled_on: str | None
    underwriter_name: str
    underwriter_disclaimer: str
    policy_code: str
    wording_link: str


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    language: str
    partner_title: str
    logo_svg: str | None
    booking_id: str
    status: str
    policyholder_name: str
    policyholder_lines: tuple[str, ...]
    issued_on: str
    total_price: str
    link: str
    claims_email: str
    claims_link: str
    help_link: str
    covers: tuple[CoverFacts, ...]
    is_training: bool = False
    article: tuple[tuple[str, str], ...] = ()


def certificate_pdf(facts: CertificateFacts) -> bytes:
    drawn = drawn_facts(facts)
    try:
        return TEMPLATE.pdf(drawn)
    except typst.TypstError as problem:
        if not facts.logo_svg:
            raise
        # A partner's broken drawing must not cost a customer the certificate: the partner's name stands instead.
        log.warning("logo left out of a certificate", booking=facts.booking_id, reason=problem.message)
    return TEMPLATE.pdf({**drawn, "logo": Verbatim()})


def drawn_facts(facts: CertificateFacts) -> dict[str, Any]:
    """What the template draws, in the reader's words."""
    words = said("documents", facts.language)
    return {
        "language": words.language,
        "words": words.words["certificate"],
        "name": words("certificate.named", number=facts.booking_id),
        "partner": facts.partner_title,
        "logo": Verbatim(facts.logo_svg or ""),
        "number": facts.booking_id,
        "cancelled": facts.status == CANCELLED,
        "watermark": words("certificate.training") if facts.is_training else "",
        "policyholder": [line for line in (facts.policyholder_name, *facts.policyholder_lines) if line],
        "issued_on": facts.issued_on,
        "total_price": facts.total_price,
        "article": facts.article,
        "code": qr_code(facts.link),
        "online": linked(facts.link),
        "contacts": _contacts(facts, words),
        "covers": [_cover(cover, words) for cover in facts.covers],
    }


def _contacts(facts: CertificateFacts, words: Said) -> list[dict[str, str]]:
    """What to do when something happens; a way that the partner does not offer is not mentioned."""
    ways = (
        ("claim_online", linked(facts.claims_link)),
        ("claim_by_email", mailed(facts.claims_email)),
        ("have_ready", {"text": facts.booking_id, "to": Verbatim()}),
        ("questions", linked(facts.help_link)),
    )
    return [{"label": words(f"certificate.{key}"), **way} for key, way in ways if way["text"]]


def _cover(cover: CoverFacts, words: Said) -> dict[str, Any]:
    return {
        **asdict(cover),
        "cancelled": _cancellation(cover, words),
        "wording": linked(cover.wording_link),
    }


def _cancellation(cover: CoverFacts, words: Said) -> str:
    if cover.cancelled_on:
        return words("certificate.cancelled_on", day=cover.cancelled_on)
    return words("certificate.cancelled") if cover.status == CANCELLED else ""

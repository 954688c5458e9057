"""The partner as bookings show it. What our platform has no switch for says so with a false."""

from datetime import datetime
from typing import Any

from app.web.api.offer_presenter import stamp

# event_name is a number in recorded answers.
EVENT_NUMBERS = {"confirmation": 0, "modification": 1, "cancellation": 2}
_SWITCHES = {
    "xpay_payment_enabled": False,
    "xpay_b2c_payment_enabled": False,
    "xpay_refund_enabled": False,
    "automatic_refund_by_xcore": False,
    "allow_policy_modifications_on_xcover": False,
}


def partner_json(partner: dict[str, Any], base: str, made_at: datetime, subsidiary: str | None) -> dict[str, Any]:
    """`base`: the address of the release's documents."""
    body = _one(partner, partner, base, made_at)
    known = next((one for one in partner.get("subsidiaries", []) if one["slug"] == subsidiary), None)
    body["subsidiary"] = None if known is None else _one(partner, known | {"name": known["slug"]}, base, made_at)
    return body


def _one(partner: dict[str, Any], who: dict[str, Any], base: str, made_at: datetime) -> dict[str, Any]:
    def shown(name: str) -> Any:
        return who.get(name, partner[name])

    return {
        "id": partner["code"],
        "slug": who["name"].lower(),
        "name": who["name"].lower(),
        "title": who["title"],
        "logo": base + shown("logo").removeprefix("files/"),
        "contact_url": shown("contact_url"),
        "partner_url": shown("partner_url"),
        "help_center_url": shown("help_center_url"),
        "updated_at": stamp(made_at),
        **_SWITCHES,
        "emails": [_email(rule) for rule in partner["emails"]],
        "attributes": {},
        "signup_method_on_xcover": None,
        "use_standard_region": False,
        "allow_payout_customer": False,
        "eligible_for_xpay_charge_retry": False,
    }


def _email(rule: dict[str, Any]) -> dict[str, Any]:
    return {
        "from_email": rule["from_email"],
        "bcc_email": rule.get("bcc_email"),
        "email_slug": rule["event"],
        "email_version": 1,
        "event_name": EVENT_NUMBERS[rule["event"]],
        "include_partner_in_context": True,
        "attach_coi": rule.get("attach_certificate", False),
        "auto_send": rule.get("send", True),
        "enable_expression": False,
    }

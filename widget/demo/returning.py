"""Giving goods back, wholly or in part: first what it would mean for cover and money, then, on a second word, done.

The platform works out the refund of cover; the shop pays the money back.
"""

import secrets
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from widget.demo import orders
from widget.demo.money import decimal_of
from widget.demo.orders import Cover, Order
from widget.demo.partner_client import PartnerClient, Refused
from widget.demo.selling import insurer
from widget.demo.shop import Line

CANCEL, CHANGE, KEEP = "cancel", "change", "keep"


@dataclass
class Proposal:
    """What would happen. `cover_difference`: below zero the customer gets money back."""

    id: str
    line: Line
    after: Line
    kind: str
    goods_difference: Decimal
    cover_difference: Decimal = Decimal(0)
    preview_id: str = ""
    notes: list[str] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)


def proposed_return(order: Order, line: Line, quantity: int, client: PartnerClient) -> Proposal:
    """`quantity` pieces go back; with the last one cover ends, before that it is priced again for what is left."""
    after = replace(line, quantity=line.quantity - quantity)
    proposal = Proposal(secrets.token_urlsafe(8), line, after, KEEP, -line.unit * quantity)
    cover = order.cover(line.key)
    if cover is not None and cover.state == orders.BOOKED:
        if after.quantity == 0 or order.shop.parts is None:
            _preview_cancellation(proposal, cover, client)
        else:
            _preview_change(proposal, cover, order.shop.parts(after.quantity), client)
    order.proposals[proposal.id] = proposal
    return proposal


def proposed_change(
    order: Order, after: Line, fields: dict[str, Any], facts: dict[str, str], client: PartnerClient
) -> Proposal:
    """The same goods otherwise, such as a trip on other days; `fields` is what the insurer needs to know of it."""
    line = order.line(after.key)
    assert line is not None
    proposal = Proposal(secrets.token_urlsafe(8), line, after, KEEP, after.total - line.total, facts=facts)
    cover = order.cover(line.key)
    if cover is not None and cover.state == orders.BOOKED:
        _preview_change(proposal, cover, fields, client)
    order.proposals[proposal.id] = proposal
    return proposal


def carry_out(order: Order, proposal_id: str, client: PartnerClient) -> Proposal | None:
    """None when it was carried out before: a second click gives no second refund."""
    with order.lock:
        proposal = order.proposals.get(proposal_id)
        if not isinstance(proposal, Proposal) or order.line(proposal.line.key) != proposal.line:
            return None
        cover = order.cover(proposal.line.key)
        if cover is not None and proposal.preview_id:
            _confirm(cover, proposal, client)
        order.proposals.clear()
        order.put(proposal.after)
        order.facts |= proposal.facts
        _money_moves(order, proposal, cover)
    return proposal


def _preview_cancellation(proposal: Proposal, cover: Cover, client: PartnerClient) -> None:
    answer = client.call("POST", f"bookings/{cover.booking_id}/cancel/", {"preview": True})
    proposal.kind, proposal.preview_id = CANCEL, answer["cancellation_id"]
    proposal.cover_difference = -decimal_of(answer["refund_amount"], answer["currency"])


def _preview_change(proposal: Proposal, cover: Cover, fields: dict[str, Any], client: PartnerClient) -> None:
    """Some products cannot change their price once they are sold: then the others change, and those stay."""
    live = [quote for quote in cover.booking["quotes"] if quote["status"] == "CONFIRMED"]
    try:
        answer = _quoted(cover, live, fields, client)
    except Refused:
        live = _changeable(proposal, cover, live, fields, client)
        if not live:
            return
        answer = _quoted(cover, live, fields, client)
    proposal.kind, proposal.preview_id = CHANGE, answer["update_id"]
    proposal.cover_difference = decimal_of(answer["total_price_diff"], answer["currency"])


def _changeable(
    proposal: Proposal, cover: Cover, quotes: list[Any], fields: dict[str, Any], client: PartnerClient
) -> list[Any]:
    found = []
    for quote in quotes:
        try:
            _quoted(cover, [quote], fields, client)
        except Refused as refusal:
            proposal.notes.append(f"{quote['policy']['policy_name']} stays as it is. {refusal.sentence}")
        else:
            found.append(quote)
    return found


def _quoted(cover: Cover, quotes: list[Any], fields: dict[str, Any], client: PartnerClient) -> Any:
    body = {"quotes": [{"id": quote["id"], "update_fields": fields} for quote in quotes]}
    return client.call("PATCH", f"bookings/{cover.booking_id}/quote_for_update/", body)


def _confirm(cover: Cover, proposal: Proposal, client: PartnerClient) -> None:
    step = "confirm_cancellation" if proposal.kind == CANCEL else "confirm_update"
    path = f"bookings/{cover.booking_id}/{step}/{proposal.preview_id}/"
    client.call("POST", path, {}, f"{cover.booking_id}-{proposal.preview_id}")


def _money_moves(order: Order, proposal: Proposal, cover: Cover | None) -> None:
    goods, difference = proposal.goods_difference, proposal.cover_difference
    shop, words = order.shop, order.shop.words
    of_goods = words.taken_back if goods < 0 else words.goods
    of_cover = "Cover, refund" if difference < 0 else "Cover, extra"
    if goods and difference and not shop.is_dual:
        order.charge(shop.name, f"{of_goods}, and cover", goods + difference)
        return
    if goods:
        order.charge(shop.name, of_goods, goods)
    if cover is not None and difference:
        order.charge(insurer(cover.booking) if shop.is_dual else shop.name, of_cover, difference)

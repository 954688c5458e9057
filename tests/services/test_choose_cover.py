"""What the customer says at the counter, group by group: each answer is evidence, and nobody is asked twice."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import orjson
import pytest

from app.adapters.tables import events
from app.domain.drafts import ACCEPTED, REFUSED, Draft
from app.domain.portal_errors import NotHere, PortalRefused
from app.services.booking_desk import BookingDesk
from app.services.choose_cover import NO, choose_again, choose_cover, questions_of
from app.web.api.desk import desk_for
from tests.associate import At, tablet
from tests.contract import stored_rows
from tests.offering import book, camera, draft_of, sale
from tests.partner import Partner


@pytest.fixture
def at(northwind: Partner) -> At:
    return tablet(northwind.app, subsidiary="NORTHWIND-UK")


@pytest.fixture
def draft(at: At) -> Draft:
    path = sale(at, camera(), book())
    assert at.get(f"{path}/offer").status == 200
    return draft_of(at, path)


@pytest.fixture
def say(at: At) -> Callable[[Draft, str, str], Draft]:
    """An answer to a group about the first article."""

    def said(draft: Draft, slug: str, answer: str) -> Draft:
        return choose_cover(desk_of(at), draft, draft.lines[0].id, slug, answer)

    return said


def desk_of(at: At) -> BookingDesk:
    with at.app.app_context():
        return desk_for("NWIND", "live", f"staff:{at.staff.id}", at.session.created_at + timedelta(minutes=1))


def quotes(at: At, draft: Draft) -> dict[str, str]:
    offer = draft.lines[0].offer
    assert offer is not None
    stored = at.platform.store_of("NWIND", "live").offer_on_file(offer.id)
    assert stored is not None
    return {product["name"]: product["id"] for product in orjson.loads(stored.answer)["products"]}


def open_slugs(at: At, draft: Draft) -> list[str]:
    return [group.slug for group in questions_of(desk_of(at), draft.lines[0])[1]]


def recorded(at: At, draft: Draft) -> list[str]:
    offer = draft.lines[0].offer
    assert offer is not None
    return [row.name for row in stored_rows(at.app, events, trail_id=offer.id)]


Say = Callable[[Draft, str, str], Draft]


def test_at_first_only_the_plans_are_asked_about(at: At, draft: Draft) -> None:
    assert open_slugs(at, draft) == ["plans"]


def test_one_no_ends_it_and_offers_nothing_else(at: At, draft: Draft, say: Say) -> None:
    said = say(draft, "plans", NO)

    assert said.lines[0].offer is not None
    assert said.lines[0].offer.decision == REFUSED
    assert open_slugs(at, said) == []
    assert recorded(at, said)[-1] == "opted_out"


def test_a_plan_opens_the_accessories_and_is_not_decided_before_they_are(at: At, draft: Draft, say: Say) -> None:
    said = say(draft, "plans", quotes(at, draft)["device-protection-2y"])

    assert open_slugs(at, said) == ["upsell"]
    assert not said.lines[0].is_decided
    assert "chosen" not in recorded(at, said)


def test_plan_and_accessories_are_one_choice_with_their_price(at: At, draft: Draft, say: Say) -> None:
    ids = quotes(at, draft)

    said = say(say(draft, "plans", ids["device-protection-2y"]), "upsell", ids["accidental-damage-2y"])

    offer = said.lines[0].offer
    assert offer is not None
    assert (offer.decision, offer.total, len(offer.titles)) == (ACCEPTED, "£81.33", 2)
    assert recorded(at, said)[-1] == "chosen"


@pytest.mark.parametrize(
    ("slug", "product", "why"),
    [
        ("upsell", "accidental-damage-2y", "choice_closed"),
        ("second-chance", "extended-warranty-2y", "choice_closed"),
        ("plans", "extended-warranty-2y", "choice_unknown"),
        ("nothing", "device-protection-1y", "choice_unknown"),
    ],
)
def test_what_nobody_was_asked_is_refused(at: At, draft: Draft, say: Say, slug: str, product: str, why: str) -> None:
    with pytest.raises(PortalRefused) as refused:
        say(draft, slug, quotes(at, draft)[product])

    assert refused.value.key == why


def test_before_the_days_of_the_law_are_over_a_plan_is_refused_and_a_no_is_not(at: At, draft: Draft, say: Say) -> None:
    offer = draft.lines[0].offer
    assert offer is not None
    later = replace(offer, deferred_until=at.session.created_at + timedelta(days=4))
    waiting = draft.with_line(replace(draft.lines[0], offer=later))

    with pytest.raises(PortalRefused) as refused:
        say(waiting, "plans", quotes(at, draft)["device-protection-1y"])

    assert refused.value.key == "deferred"
    assert say(waiting, "plans", NO).lines[0].is_decided


def test_a_choice_is_taken_back_whole(at: At, draft: Draft, say: Say) -> None:
    said = say(draft, "plans", NO)

    again = choose_again(desk_of(at), said, said.lines[0].id)

    assert open_slugs(at, again) == ["plans"]
    assert not again.lines[0].is_decided


def test_an_article_without_an_offer_has_no_answer(at: At, draft: Draft) -> None:
    with pytest.raises(NotHere):
        choose_cover(desk_of(at), draft, draft.lines[1].id, "plans", NO)

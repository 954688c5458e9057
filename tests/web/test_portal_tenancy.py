"""Nobody reaches what belongs to another store or another partner, by any address the portal has.

Told exactly as what does not exist: the same status, the same bytes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from app import create_app
from app.config import settings_from
from app.domain.people_errors import PeopleRefused
from app.services.check_pin import PinAttempt, check_pin
from tests.associate import At, tablet
from tests.counter_sales import Sold, sold
from tests.partner import Partner

DATABASES = ("sqlite",)

NOBODYS = "01a1fe7c-c8e0-71cf-b9fe-374d84304397"
NOTHING = {
    "draft_id": NOBODYS,
    "booking_id": "AAAAA-AAAAA-INS",
    "preview_id": "AAAAA-aaaaa-AAAAA-CCL",
    "staff_id": NOBODYS,
    "device_id": NOBODYS,
    "store_id": NOBODYS,
    "line_id": NOBODYS,
    "size": "a4",
}
# Whoever holds the code is let in: these have tests of their own.
OPEN = frozenset({"code", "token", "address"})
# The page of PINs is for a tablet before anybody is at work; the person is looked for among the tablet's own store.
OUTSIDE = "/portal/unlock/<staff_id>"


def _addresses() -> Iterator[tuple[str, str]]:
    for rule in create_app(settings_from({"AWNING_MODE": "test"})).url_map.iter_rules():
        if not rule.rule.startswith("/portal/") or not rule.arguments or rule.arguments & OPEN or rule.rule == OUTSIDE:
            continue
        yield from ((method, rule.rule) for method in ("GET", "POST") if method in (rule.methods or ()))


ADDRESSES = sorted(_addresses())


@dataclass(frozen=True)
class World:
    """A store with a sale, and two strangers who may do everything where they belong."""

    owner: At
    ours: dict[str, str]
    strangers: dict[str, At]


@pytest.fixture(scope="module")
def world(northwind: Partner) -> World:
    owner = tablet(northwind.app, "manager")
    sale: Sold = sold(owner)
    ours = {
        **NOTHING,
        "draft_id": sale.draft.id,
        "booking_id": sale.booking_id,
        "line_id": sale.draft.lines[0].id,
        "staff_id": owner.beside().staff.id,
        "device_id": owner.device.id if owner.device else "",
        "store_id": owner.store.id,
    }
    strangers = {
        "another store's manager": owner.elsewhere("manager"),
        "another partner's admin": owner.abroad("admin"),
    }
    return World(owner, ours, strangers)


def filled(rule: str, names: dict[str, str]) -> str:
    for name, value in names.items():
        rule = rule.replace(f"<{name}>", value)
    return rule


def test_every_address_with_something_in_it_is_tried() -> None:
    assert len(ADDRESSES) >= 45
    assert not [rule for _, rule in ADDRESSES if "<" in filled(rule, NOTHING)]


@pytest.mark.parametrize("stranger", ["another store's manager", "another partner's admin"])
@pytest.mark.parametrize(("method", "rule"), ADDRESSES)
def test_what_is_somebody_elses_is_answered_as_what_does_not_exist(
    world: World, method: str, rule: str, stranger: str
) -> None:
    at = world.strangers[stranger]

    answers = [_asked(at, method, filled(rule, names)) for names in (world.ours, NOTHING)]

    statuses = [answer[0] for answer in answers]
    assert statuses[0] == statuses[1] and statuses[0] in (403, 404), (method, rule, statuses)
    assert answers[0] == answers[1]


@pytest.mark.parametrize("rule", sorted({rule for _, rule in ADDRESSES if "booking_id" in rule or "draft_id" in rule}))
def test_training_and_real_sales_do_not_see_each_other(world: World, rule: str) -> None:
    practising = tablet(world.owner.app, "manager", store=world.owner.store, is_training=True)

    assert _asked(practising, "GET", filled(rule, world.ours))[0] in (404, 405)


def test_a_pin_opens_only_tablets_of_ones_own_store(world: World) -> None:
    stranger = world.strangers["another store's manager"]
    assert world.owner.device is not None

    with pytest.raises(PeopleRefused) as problem:
        check_pin(world.owner.people, PinAttempt(world.owner.device.id, stranger.staff.id, "480263"), _now())

    assert problem.value.key in ("staff_not_found", "staff_elsewhere")


def _asked(at: At, method: str, path: str) -> tuple[int, str]:
    if method == "GET":
        page = at.get(path)
    else:
        token = at.get("/portal/").form("/portal/lock").fields["token"]
        page = at.send(path, {"token": token, "nonce": "1.0123456789abcdef", "answer": "no"})
    return page.status, page.html


def _now() -> datetime:
    return datetime.now(UTC)

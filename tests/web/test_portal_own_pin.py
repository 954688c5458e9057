"""Everybody who works on a tablet chooses a PIN of their own."""

import pytest

from app.adapters.locales import LANGUAGES, said
from tests.associate import PIN, At, tablet
from tests.partner import Partner

DATABASES = ("sqlite",)

PATH, NEW = "/portal/more/pin", "860357"


@pytest.fixture
def at(northwind: Partner) -> At:
    return tablet(northwind.app)


def test_the_pin_is_changed_with_the_old_one_and_opens_from_then_on(at: At) -> None:
    assert PATH in at.get("/portal/more").links
    page = at.follow(at.post(PATH, pin=PIN, new_pin=NEW, again=NEW))

    assert "Your PIN is changed" in page.text and "Your PIN is changed" not in at.get("/portal/more").text
    unlock = f"/portal/unlock/{at.staff.id}"
    assert at.post(unlock, pin=PIN).status == 422
    assert at.post(unlock, pin=NEW).status == 303


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"pin": "918274", "new_pin": NEW, "again": NEW}, "Tries left: 4"),
        ({"pin": PIN, "new_pin": "123456", "again": "123456"}, "tried first"),
        ({"pin": PIN, "new_pin": NEW, "again": "860358"}, "not the same"),
        ({"pin": PIN, "new_pin": "", "again": ""}, "Please fill this in"),
    ],
)
def test_a_mistake_changes_nothing_and_is_not_written_back(at: At, typed: dict[str, str], sentence: str) -> None:
    page = at.post(PATH, fields=typed)

    assert page.status == 422 and sentence in page.text
    assert not any(value in page.html for value in typed.values() if value)
    assert at.post(f"/portal/unlock/{at.staff.id}", pin=PIN).status == 303


def test_after_five_wrong_ones_the_tablet_is_locked(at: At) -> None:
    pages = [at.post(PATH, pin="918274", new_pin=NEW, again=NEW) for _ in range(5)]

    assert [page.status for page in pages] == [422] * 4 + [303]
    assert "locked on this tablet" in at.follow(pages[4]).text
    assert at.get("/portal/more").status == 303


def test_away_from_a_tablet_there_is_none(at: At) -> None:
    manager = at.desk("manager")

    assert PATH not in manager.get("/portal/more").links
    assert manager.get(PATH).status == 403


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_speaks_every_language(northwind: Partner, language: str) -> None:
    page = tablet(northwind.app, language=language).get(PATH)

    assert page.heading == said("people", language)("own_pin.title")

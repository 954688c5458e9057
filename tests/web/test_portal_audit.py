"""Who did what, for those who look after a store."""

from datetime import UTC, datetime

import pytest

from app.adapters.locales import LANGUAGES, said
from app.domain.audit import ACTIONS
from tests.associate import At, tablet
from tests.counter_sales import sold
from tests.partner import Partner


@pytest.fixture
def at(northwind: Partner) -> At:
    return tablet(northwind.app)


@pytest.fixture
def manager(at: At) -> At:
    return at.desk("manager")


def written(at: At, action: str, subject: str, times: int = 1, when: datetime | None = None) -> None:
    for _ in range(times):
        at.people.audit(
            when or datetime.now(UTC),
            at.store.partner_code,
            action,
            subject,
            store_id=at.store.id,
            staff_id=at.staff.id,
        )


def test_every_action_has_a_sentence_in_every_language() -> None:
    for language in LANGUAGES:
        assert set(ACTIONS) <= set(said("people", language).words["did"])


def test_what_happened_is_told_in_sentences_the_newest_first(at: At, manager: At) -> None:
    manager.post("/portal/people/new", name="Ida Berg")
    text = manager.get("/portal/audit").text

    assert f"{manager.staff.name} added Ida Berg." in text
    assert f"{at.staff.name} began work on the tablet" in text
    assert text.index("added Ida Berg") < text.index("began work")


def test_a_manager_reads_of_their_own_stores_only(at: At, manager: At) -> None:
    other = at.elsewhere()
    written(other, "approved", "elsewhere-1")

    assert "elsewhere-1" not in manager.get("/portal/audit").text
    assert "elsewhere-1" in at.desk("admin").get("/portal/audit").text
    assert manager.get(f"/portal/audit?store={other.store.id}").status == 404
    assert at.desk("admin").get(f"/portal/audit?store={at.abroad().store.id}").status == 404


def test_nobody_reads_of_another_partner(at: At) -> None:
    stranger = at.abroad()
    written(stranger, "approved", "abroad-1")

    assert "abroad-1" not in at.desk("auditor").get(f"/portal/audit?person={stranger.staff.id}").text


def test_it_is_found_by_person_store_and_day(at: At, manager: At) -> None:
    colleague = at.beside()
    written(at, "approved", "mine-1")
    written(colleague, "approved", "theirs-1")
    # Half past eleven at night in UTC is the next day on a London wall in summer.
    written(at, "approved", "long-ago-1", when=datetime(2025, 7, 1, 23, 30, tzinfo=UTC))

    by_person = manager.get(f"/portal/audit?person={at.staff.id}").text
    assert "mine-1" in by_person and "theirs-1" not in by_person
    by_day = manager.get("/portal/audit?day=2025-07-02").text
    assert "long-ago-1" in by_day and "mine-1" not in by_day
    assert "mine-1" in manager.get(f"/portal/audit?store={at.store.id}").text


def test_pages_have_fifty_lines(at: At, manager: At) -> None:
    written(at, "approved", "first-1")
    written(at, "approved", "many-1", times=55)
    page = manager.get("/portal/audit")
    older = next(link for link in page.links if "before=" in link)

    assert page.text.count("many-1") == 50 and "first-1" not in page.text
    assert "first-1" in manager.get(older).text


@pytest.mark.parametrize("asked", ["before=x", "before=99999999999999999999", "day=yesterday", "person=x"])
def test_nonsense_in_the_address_finds_nothing_bad(manager: At, asked: str) -> None:
    assert manager.get(f"/portal/audit?{asked}").status == 200


def test_the_file_has_the_same_lines_and_no_formulas(at: At, manager: At) -> None:
    written(at, "approved", "sale-1")
    manager.post("/portal/people/new", name="=HYPERLINK(1)")
    answer = manager.get("/portal/audit.csv").answer

    assert answer.mimetype == "text/csv" and "attachment" in answer.headers["Content-Disposition"]
    assert "sale-1" in answer.text
    assert not [cell for line in answer.text.splitlines() for cell in line.split(",") if cell.startswith("=")]


def test_who_may_not_read_evidence_gets_no_file(at: At) -> None:
    assert at.get("/portal/audit.csv").status == 403


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_practised_is_said_to_be_practice(northwind: Partner, language: str) -> None:
    learner = tablet(northwind.app, is_training=True)
    booking = sold(learner).draft.lines[0].booking_id
    learner.post(f"/portal/bookings/{booking}/contact", email="x@y.org")
    manager = learner.desk("manager", language=language)

    practised = said("people", language)("audit.practised", told="").strip()
    for text in (manager.get("/portal/audit").text, manager.get("/portal/audit.csv").answer.text):
        line = text[: text.index(str(booking)) + 40]
        assert practised in line[-160:]
    entry = next(one for one in learner.people.audited("NWIND") if one.subject == booking)
    assert entry.facts is not None and entry.facts["mode"] == "trng"


def test_what_was_real_is_not_said_to_be_practice(at: At, manager: At) -> None:
    booking = sold(at).draft.lines[0].booking_id
    at.post(f"/portal/bookings/{booking}/contact", email="x@y.org")

    text = manager.get("/portal/audit").text
    assert str(booking) in text and "In training" not in text


def test_a_tablets_name_fits_into_the_audit_whatever_is_typed(manager: At) -> None:
    long, longest = (
        manager.post("/portal/tablets/new", name="x" * 61),
        manager.post("/portal/tablets/new", name="y" * 60),
    )

    assert long.status == 422 and "1 to 60 characters" in long.text
    assert longest.status == 303
    assert "y" * 60 in manager.get("/portal/audit").text

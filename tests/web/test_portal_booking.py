"""One booking at the counter: what its page says, who may see it, the certificate once more, the evidence."""

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import text

from app.adapters.tables import outbox
from tests.associate import At, tablet
from tests.contract import stored_rows
from tests.counter_sales import ANA, Sold, sold
from tests.markup import Page
from tests.partner import Partner

DATABASES = ("sqlite",)

PAGES = ("", "/certificate", "/certificate.pdf", "/evidence", "/contact", "/serial", "/cancel")


@pytest.fixture(scope="module")
def at(northwind: Partner, hearthside: Partner) -> At:
    return tablet(northwind.app)


def letters(made: Sold) -> list[str]:
    rows = stored_rows(made.at.app, outbox, booking_id=made.booking_id, kind="mail")
    return [row.event for row in sorted(rows, key=lambda row: row.id)]


def test_the_page_says_what_is_covered_for_whom_how_it_was_paid_and_by_whom_it_was_sold(at: At) -> None:
    made = sold(at, receipt="TILL-31")

    page = at.get(made.url)

    assert page.status == 200
    assert page.heading == made.booking.quotes[0].title
    for said in ("Ana Maria Costa", ANA["email"], ANA["phone"], made.line.serial, "Phone 5", "Card, ending in 4242"):
        assert said in page.text
    for said in ("TILL-31", at.staff.name, at.store.name, made.booking_id, "Covered", "£"):
        assert said in page.text
    assert ANA["email"] not in page.title


def test_what_happened_is_told_in_sentences_the_newest_first(at: At) -> None:
    made = sold(at)

    page = at.get(made.url)

    said = ("Sold.", "agreed, on the tablet", "The customer chose.", "The customer was asked.")
    places = [page.text.index(one) for one in said]
    assert places == sorted(places)


@pytest.mark.parametrize("page", PAGES)
def test_what_is_somebody_elses_looks_like_what_does_not_exist(at: At, page: str) -> None:
    made = sold(at)
    for stranger in (at.elsewhere(), at.elsewhere("manager"), at.abroad("manager"), at.abroad("admin")):
        nothing = stranger.get(f"/portal/bookings/ABCDE-FGHJK-INS{page}")
        theirs = stranger.get(f"{made.url}{page}")

        if stranger.staff.role == "associate" and page == "/evidence":
            assert (nothing.status, theirs.status) == (403, 403)
            continue
        assert (nothing.status, theirs.status) == (404, 404)
        assert theirs.text == nothing.text


@pytest.mark.parametrize("odd", ["x", "ABCDE-FGHJK-CLM", "%00", "abcde-fghjk-ins"])
def test_a_number_that_is_none_is_not_found(at: At, odd: str) -> None:
    assert at.get(f"/portal/bookings/{odd}").status == 404


def test_practice_is_not_seen_at_work_and_work_not_in_practice(at: At) -> None:
    learner = tablet(at.app, store=at.store, is_training=True)
    real, practised = sold(at), sold(learner)

    assert learner.get(real.url).status == 404
    assert at.get(practised.url).status == 404
    assert "Training" in learner.get(practised.url).text


def test_an_auditor_reads_and_changes_nothing(at: At) -> None:
    made, auditor = sold(at), at.desk("auditor")

    page = auditor.get(made.url)

    assert page.status == 200
    assert f"{made.url}/evidence" in page.links
    for doing in ("/contact", "/serial", "/cancel"):
        assert f"{made.url}{doing}" not in page.links
        assert auditor.get(f"{made.url}{doing}").status == 403
    certificate = auditor.get(f"{made.url}/certificate")
    assert "security_token" not in certificate.html
    assert "<svg" not in certificate.html
    token = auditor.get(f"{made.url}/evidence").form(f"{made.url}/evidence").fields["token"]
    refused = auditor.send(f"{made.url}/certificate", {"token": token})
    assert refused.status == 403
    assert letters(made) == ["confirmation"]


def test_whoever_may_only_read_is_given_no_key_to_the_booking_in_any_form(at: At) -> None:
    made, auditor = sold(at), at.desk("auditor")
    token = at.platform.tokens.security_token(made.booking_id)
    form = auditor.get(f"{made.url}/evidence").form(f"{made.url}/evidence")
    copies = [auditor.post(f"{made.url}/evidence", form=form, kind=kind) for kind in ("json", "pdf")]

    for given in (*(auditor.get(f"{made.url}{page}") for page in PAGES), *copies):
        # Nothing is in the answer, in words or as where a link of a PDF leads.
        assert token.encode() not in shown_in(given), given.answer.request.path
        assert b"signup_token" not in shown_in(given)
    assert token.encode() in shown_in(at.get(f"{made.url}/certificate.pdf"))


def shown_in(page: Page) -> bytes:
    """Of a PDF also what it keeps packed."""
    if page.answer.mimetype != "application/pdf":
        return page.answer.data
    read = PdfReader(BytesIO(page.answer.data))
    texts = " ".join(one.extract_text() for one in read.pages)
    links = [str(mark.get_object().get("/A")) for one in read.pages for mark in one.get("/Annots") or ()]
    return page.answer.data + " ".join([texts, *links]).encode()


def test_the_certificate_is_sent_again_to_the_customers_address_and_noted(at: At) -> None:
    made = sold(at)

    sent = at.post(f"{made.url}/certificate")

    assert "It is on its way" in at.follow(sent).text
    assert letters(made) == ["confirmation", "confirmation"]
    assert "A letter was sent once more." in at.get(made.url).text
    audited = at.people.audited(at.store.partner_code, frozenset({at.store.id}))
    assert audited[0].action == "certificate_resent"
    assert (audited[0].subject, audited[0].staff_id) == (made.booking_id, at.staff.id)


def test_a_second_tap_sends_no_second_letter(at: At) -> None:
    made = sold(at)

    for _ in range(3):
        assert at.post(f"{made.url}/certificate").status == 303

    assert letters(made) == ["confirmation", "confirmation"]


def test_nobodys_mailbox_is_flooded(at: At, monkeypatch: pytest.MonkeyPatch) -> None:
    made = sold(at)
    monkeypatch.setattr("app.web.portal.certificate.ONE_WISH", timedelta(0))
    for _ in range(3):
        assert at.post(f"{made.url}/certificate").status == 303

    refused = at.post(f"{made.url}/certificate")

    assert refused.status == 422
    assert "three times in the last hour" in refused.text
    assert len(letters(made)) == 4


def test_without_an_address_the_page_says_how_to_get_one(at: At) -> None:
    made = sold(at, customer={**ANA, "email": ""})

    page = at.get(f"{made.url}/certificate")

    assert "There is no e-mail address" in page.text
    assert f"{made.url}/contact" in page.links
    token = at.get(f"{made.url}/contact").form(f"{made.url}/contact").fields["token"]
    assert at.send(f"{made.url}/certificate", {"token": token}).status == 422


def test_the_certificate_is_there_on_paper_and_as_a_code_and_opening_it_is_not_the_customers_doing(at: At) -> None:
    made = sold(at)

    paper = at.get(f"{made.url}/certificate.pdf")

    assert paper.answer.mimetype == "application/pdf"
    assert '<svg role="img"' in at.get(f"{made.url}/certificate").html
    assert f"staff:{at.staff.id}" in [event.actor for event in _events(made) if event.name == "viewed"]


def test_evidence_is_for_those_who_may_read_it(at: At) -> None:
    made = sold(at)

    assert at.get(f"{made.url}/evidence").status == 403
    page = at.beside("manager").get(f"{made.url}/evidence")

    assert page.status == 200
    assert "The evidence is whole" in page.text


@pytest.mark.parametrize(("kind", "mimetype"), [("json", "application/json"), ("pdf", "application/pdf")])
def test_a_copy_of_the_evidence_is_written_down_with_who_took_it(at: At, kind: str, mimetype: str) -> None:
    made, manager = sold(at), at.beside("manager")

    copy = manager.post(f"{made.url}/evidence", kind=kind)

    assert copy.answer.mimetype == mimetype
    assert made.booking_id in copy.answer.headers["Content-Disposition"]
    assert "A copy of the evidence was taken." in manager.get(made.url).text
    assert manager.post(f"{made.url}/evidence", kind="exe").status == 404


def test_damaged_evidence_is_called_so(at: At) -> None:
    made, manager = sold(at), at.beside("manager")
    with at.platform.database.writing() as connection:
        spoil = text("UPDATE event SET facts = '{}' WHERE trail_id = :trail AND number = 2")
        connection.execute(spoil, {"trail": made.booking.trail_id})

    assert "The evidence is damaged" in manager.get(f"{made.url}/evidence").text


def test_days_and_hours_are_those_of_the_store(at: At) -> None:
    tokyo = at.elsewhere(country="JP", currency="JPY", time_zone="Asia/Tokyo")
    now = datetime.now(UTC).replace(hour=20, minute=15)
    made = sold(tokyo, now=now - timedelta(days=1), price="60000")

    assert f"{now:%-d} {now:%B %Y}, 05:15" in tokyo.get(made.url).text


def _events(made: Sold) -> list[object]:
    from app.adapters.counter_sales import CounterSales

    return list(CounterSales(made.at.platform.database, "NWIND", "live", None).history(made.sale))

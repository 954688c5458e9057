"""Mail from the outbox to a real mail server, and what happens when that one is not well."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from app.adapters.mail_sending import FolderTransport, SmtpTransport
from app.domain.bookings import Booking
from app.domain.errors import StoreUnavailable
from app.services.deliver import Answer, Due
from tests.letters import FACTS, LINKS, PARTNER, carried, due_mail
from tests.smtp_server import Mailbox, dripping, rude, silent, smtp_server, strange_server

ANA = "ana@home.example"
SPACING = (60.0, 3600.0)


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with smtp_server() as one:
        yield one


def partner(event: str = "confirmation", **rule: Any) -> Mapping[str, Any]:
    """The partner with one of its rules changed."""
    changed = deepcopy(PARTNER)
    for one in changed["emails"]:
        if one["event"] == event:
            one.update(rule)
    return changed


def through(mailbox: Mailbox, due: Due, **wishes: Any) -> Answer:
    return carried(due, SmtpTransport(mailbox.url, 5), **wishes)


def test_a_confirmation_arrives(mailbox: Mailbox) -> None:
    told: list[tuple[str, str]] = []

    answer = through(mailbox, due_mail(), on_mailed=lambda due, message_id: told.append((due.id, message_id)))

    assert (answer.outcome, answer.status, answer.said) == ("delivered", 250, "Message accepted for delivery")
    (message,), (envelope,) = mailbox.messages, mailbox.envelopes
    assert (envelope.mail_from, envelope.rcpt_tos) == ("cover@northwind.example", [ANA])
    assert message["From"] == "Northwind <cover@northwind.example>"
    assert message["Subject"] == "Your cover is confirmed: K7RWD-3HXQP-INS"
    assert told == [("019a-mail", message["Message-ID"])]


def test_a_letter_to_the_former_address_opens_nothing_and_carries_nothing(mailbox: Mailbox) -> None:
    """Whoever reads that address may be anybody by now."""
    due = due_mail("modification", facts={**FACTS["modification"], "to_former_address": True})

    through(mailbox, due, certificate=lambda booking, language: b"%PDF-1.7", links=lambda booking: LINKS)

    (message,) = mailbox.messages
    assert list(message.iter_attachments()) == []
    assert "token=" not in message.get_body(("html",)).get_content()
    assert "token=" not in message.get_body(("plain",)).get_content()


def test_a_repeat_is_the_same_mail(mailbox: Mailbox) -> None:
    for _ in range(2):
        through(mailbox, due_mail())

    first, second = mailbox.messages
    assert [first[name] for name in ("Message-ID", "Date", "Subject")] == [
        second[name] for name in ("Message-ID", "Date", "Subject")
    ]


@pytest.mark.parametrize(("attaches", "there_is", "expected"), [(True, True, 1), (True, False, 0), (False, True, 0)])
def test_the_certificate_is_attached_when_the_rule_says_so_and_there_is_one(
    mailbox: Mailbox, attaches: bool, there_is: bool, expected: int
) -> None:
    asked: list[tuple[str, str]] = []

    def certificate(booking: Booking, language: str) -> bytes | None:
        asked.append((booking.id, language))
        return b"%PDF" if there_is else None

    rules = partner(attach_certificate=attaches)
    through(mailbox, due_mail(language="de"), certificate=certificate, partner=lambda release: rules)

    (message,) = mailbox.messages
    assert len(list(message.iter_attachments())) == expected
    assert asked == ([("K7RWD-3HXQP-INS", "de")] if attaches else [])
    body = message.get_body(("plain",))
    assert body is not None and ("liegt bei" in body.get_content()) == bool(expected)


def test_the_partner_may_say_that_it_is_not_sent(mailbox: Mailbox) -> None:
    for rules in (partner(send=False), PARTNER | {"emails": []}):
        assert through(mailbox, due_mail(), partner=lambda release, found=rules: found).outcome == "skipped"
    assert through(mailbox, due_mail(to=[])).outcome == "skipped"
    assert mailbox.envelopes == []


def test_a_blind_copy_goes_to_the_partner_and_never_decides(mailbox: Mailbox) -> None:
    rules = partner(bcc_email="copy@northwind.example")

    through(mailbox, due_mail(), partner=lambda release: rules)
    mailbox.refuses["copy@northwind.example"] = "550 no such user"
    answer = through(mailbox, due_mail(), partner=lambda release: rules)

    assert [one.rcpt_tos for one in mailbox.envelopes] == [[ANA, "copy@northwind.example"], [ANA]]
    assert answer.outcome == "delivered"
    assert all("copy@" not in str(message) for message in mailbox.messages)


def test_claims_go_from_the_partner_without_its_rules_for_sales(mailbox: Mailbox) -> None:
    rules = partner(send=False, bcc_email="copy@northwind.example")

    through(mailbox, due_mail("claim_received"), partner=lambda release: rules)
    through(mailbox, due_mail("claim_notice", to=["claims@northwind.example"]), partner=lambda release: rules)
    through(mailbox, due_mail("claim_received"), partner=lambda release: PARTNER | {"emails": []})

    assert [one.rcpt_tos for one in mailbox.envelopes] == [[ANA], ["claims@northwind.example"], [ANA]]
    assert [message["From"].addresses[0].addr_spec for message in mailbox.messages] == [
        "cover@northwind.example",
        "cover@northwind.example",
        "claims@northwind.example",
    ]
    assert mailbox.messages[0]["Reply-To"] == "claims@northwind.example"
    assert not any(list(message.iter_attachments()) for message in mailbox.messages)


@pytest.mark.parametrize(
    ("stage", "said", "outcome", "status"),
    [
        (ANA, "450 greylisted, come back", "failed", 450),
        (ANA, "550 no such user", "refused", 550),
        ("MAIL", "451 busy", "failed", 451),
        ("MAIL", "553 not your sender", "refused", 553),
        ("DATA", "452 no room", "failed", 452),
        ("DATA", "554 we think this is spam", "refused", 554),
    ],
)
def test_what_a_server_refuses(mailbox: Mailbox, stage: str, said: str, outcome: str, status: int) -> None:
    mailbox.refuses[stage] = said

    answer = through(mailbox, due_mail())

    assert (answer.outcome, answer.status, answer.said) == (outcome, status, said[4:])
    assert mailbox.envelopes == []


def test_nobody_gets_it_twice_because_another_is_taken_later(mailbox: Mailbox) -> None:
    """The first is taken, the second may be taken later: then nothing is sent to either, and both are tried again."""
    two = due_mail(to=[ANA, "ben@home.example"])
    mailbox.refuses["ben@home.example"] = "451 later"
    assert through(mailbox, two).outcome == "failed"
    assert mailbox.envelopes == []

    mailbox.refuses["ben@home.example"] = "550 never"
    answer = through(mailbox, two)
    assert (answer.outcome, answer.said) == (
        "delivered",
        "Message accepted for delivery; one recipient refused: 550 never",
    )
    assert [one.rcpt_tos for one in mailbox.envelopes] == [[ANA]]


@pytest.mark.parametrize("behaviour", [silent, dripping, rude])
def test_a_server_that_is_not_one_is_given_up_in_time(behaviour: Any) -> None:
    with strange_server(behaviour) as url:
        answer = carried(due_mail(), SmtpTransport(url, 5), seconds=0.3)

    assert answer.outcome == "failed"


def test_a_server_that_is_down() -> None:
    answer = carried(due_mail(), SmtpTransport("smtp://127.0.0.1:1", 5))

    assert (answer.outcome, answer.status) == ("failed", None)
    assert answer.said.startswith("ConnectionRefusedError")


@pytest.mark.parametrize("to", ["nobody", "ana@home.example\r\nRCPT TO:<x@y.example>", "a@b.example,c@d.example"])
def test_an_address_that_is_none_is_parked(mailbox: Mailbox, to: str) -> None:
    assert through(mailbox, due_mail(to=[to])).outcome == "refused"
    assert mailbox.envelopes == []


def test_evidence_that_waits_for_the_database_makes_the_mail_wait_and_a_defect_does_not(mailbox: Mailbox) -> None:
    def away(due: Due, message_id: str) -> None:
        raise StoreUnavailable

    def broken(due: Due, message_id: str) -> None:
        raise RuntimeError

    assert through(mailbox, due_mail(), on_mailed=away).outcome == "failed"
    assert through(mailbox, due_mail(), on_mailed=broken).outcome == "delivered"


def test_without_a_server_a_mail_is_a_file_and_a_repeat_the_same_file(tmp_path: Path) -> None:
    folder = tmp_path / "var" / "outbox"
    for _ in range(2):
        assert carried(due_mail(), FolderTransport(folder)).outcome == "delivered"

    assert [path.name for path in folder.iterdir()] == ["019a-mail.eml"]
    assert b"Subject: Your cover is confirmed" in (folder / "019a-mail.eml").read_bytes()


def test_a_folder_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file stands where the folder should be")

    assert carried(due_mail(), FolderTransport(tmp_path / "outbox")).outcome == "failed"

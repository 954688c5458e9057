"""Mail on the wire: seven bits, short lines, and nothing a name could add to it."""

from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr

import pytest

from app.adapters.mail_message import (
    AddressUnusable,
    Attachment,
    Letter,
    Mail,
    Sender,
    mail_of,
    one_line,
    plain_address,
)
from tests.letters import AT

LETTER = Letter("Ihr Schutz ist bestätigt: K7RWD-3HXQP-INS", "Grüße\n.\nFrom hier\n", "<p>مرحبًا" + "長" * 3000, "de")
SENDER = Sender("Northwind", "cover@northwind.example", "help@northwind.example", "copy@northwind.example")
EVIL = 'Evil\r\nBcc: everybody@evil.example\r\n\r\n<script>"; \x00 \u202e'


def made(
    sender: Sender = SENDER, to: str = "ana@home.example", letter: Letter = LETTER, attachment: Attachment | None = None
) -> tuple[Mail, EmailMessage]:
    mail = mail_of("019a-mail", sender, [to], letter, AT, attachment)
    parsed = message_from_bytes(mail.content, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    assert parsed.defects == []
    return mail, parsed


def test_the_headers_a_mail_needs() -> None:
    mail, message = made()

    assert message["From"] == "Northwind <cover@northwind.example>"
    assert message["To"] == "ana@home.example"
    assert message["Reply-To"] == "help@northwind.example"
    assert message["Subject"] == LETTER.subject
    assert message["Date"] == "Sat, 21 Nov 2026 09:30:00 +0000"
    assert message["Message-ID"] == mail.message_id == "<019a-mail@northwind.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "de"
    assert message["MIME-Version"] == "1.0"


def test_a_blind_copy_is_in_the_envelope_only() -> None:
    mail, message = made()

    assert (mail.sender, mail.recipients, mail.blind) == (
        "cover@northwind.example",
        ("ana@home.example",),
        ("copy@northwind.example",),
    )
    assert b"copy@" not in mail.content
    assert message["Bcc"] is None


def test_text_and_html_say_the_same_and_the_certificate_comes_along() -> None:
    _, message = made(attachment=Attachment("K7RWD-3HXQP-INS.pdf", b"%PDF-1.7 \x00\xff"))

    text, html = message.get_body(("plain",)), message.get_body(("html",))
    (pdf,) = message.iter_attachments()
    assert text is not None and text.get_content().replace("\r\n", "\n") == LETTER.text
    assert html is not None and html.get_content().strip() == LETTER.html
    assert (pdf.get_content_type(), pdf.get_filename()) == ("application/pdf", "K7RWD-3HXQP-INS.pdf")
    assert pdf.get_content() == b"%PDF-1.7 \x00\xff"


def test_it_passes_every_mail_server_unchanged_so_that_its_signature_holds() -> None:
    content = made(attachment=Attachment("a.pdf", bytes(range(256)) * 100))[0].content

    assert content.isascii()
    assert max(len(line) for line in content.split(b"\r\n")) <= 998
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert b"\r" not in content.replace(b"\r\n", b"")


@pytest.mark.parametrize(
    "title",
    ["Müller, Söhne & Co.", 'The "Best" <Shop>', "متجر الشمال", "ノースウィンド" * 20, "a@b.example"],
)
def test_a_title_comes_back_as_it_was_written(title: str) -> None:
    mail, message = made(Sender(title, "cover@northwind.example", None, None))

    # The address as a program of its own reads it; Python's new reader puts spaces between parts of a long name.
    name, address = parseaddr(message_from_bytes(mail.content)["From"])
    assert address == "cover@northwind.example"
    assert str(make_header(decode_header(name))) == title[:120]
    assert len(message["From"].addresses) == 1
    assert message["Reply-To"] is None


def test_no_name_gets_out_of_its_header() -> None:
    _, message = made(Sender(EVIL, "cover@northwind.example", None, None), letter=Letter(EVIL, EVIL, EVIL, "en"))

    assert message["Bcc"] is None
    assert len(message["From"].addresses) == 1
    assert message["Subject"].startswith("Evil Bcc: everybody@evil.example <script>")
    assert {"to", "subject", "date", "message-id"} < {name.lower() for name, _ in message.items()}
    assert not {"bcc", "cc", "x"} & {name.lower() for name, _ in message.items()}


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        ("ana@home.example", "ana@home.example"),
        ("abc123@privaterelay.appleid.com", "abc123@privaterelay.appleid.com"),
        ("ana+cover@bücher.example", "ana+cover@xn--bcher-kva.example"),
        ("o'neil@home.example", "o'neil@home.example"),
    ],
)
def test_addresses_people_have(given: str, plain: str) -> None:
    assert plain_address(given) == plain


@pytest.mark.parametrize(
    "given",
    [
        "",
        "ana",
        "ana@",
        "@home.example",
        "ana@home.example\r\nBcc: x@y.example",
        "ana@home.example, x@y.example",
        "ana@home.example>",
        "a b@home.example",
        "änä@home.example",
        "ana@home..example",
        "ana@" + "x" * 64 + ".example",
        f"{'a' * 65}@home.example",
    ],
)
def test_addresses_that_no_server_takes(given: str) -> None:
    with pytest.raises(AddressUnusable):
        plain_address(given)


def test_a_name_that_looks_encoded_stays_what_it_is() -> None:
    _, message = made(Sender("=?utf-8?q?x=0D=0A?=", "cover@northwind.example", None, None))

    assert message["From"].addresses[0].display_name == "= ?utf-8?q?x=0D=0A?="


def test_one_line_keeps_letters_and_drops_what_is_not_seen() -> None:
    assert one_line("Ana\u2028 \x00Byrne\u200f\n") == "Ana Byrne"
    assert len(one_line("x" * 500)) == 120

"""A mail as it goes over the wire: plain text and HTML, nothing beyond seven bits, and nothing that a name could add.

The same row gives the same Message-ID and Date at every attempt, so that a repeat can be told from a second mail.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

LONGEST_NAME = 120
_ADDRESS = re.compile(r"[^\s@,;:<>()\[\]\\\"\x00-\x1f\x7f]{1,64}@[^\s@,;:<>()\[\]\\\"\x00-\x1f\x7f]{1,253}")


class AddressUnusable(ValueError):
    """No mail server takes it; trying again does not help."""


@dataclass(frozen=True, slots=True)
class Sender:
    """A partner's rule for one kind of mail."""

    title: str
    from_email: str
    reply_to: str | None
    bcc_email: str | None


@dataclass(frozen=True, slots=True)
class Letter:
    """What a person reads."""

    subject: str
    text: str
    html: str
    language: str


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """What a transport takes: the envelope, and the message as bytes."""

    id: str
    message_id: str
    sender: str
    recipients: tuple[str, ...]
    blind: tuple[str, ...]
    content: bytes


def mail_of(
    outbox_id: str, sender: Sender, to: list[str], letter: Letter, written_at: datetime, attachment: Attachment | None
) -> Mail:
    from_email = plain_address(sender.from_email)
    recipients = tuple(plain_address(address) for address in to)
    message_id = f"<{outbox_id}@{from_email.rpartition('@')[2]}>"
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(one_line(sender.title), addr_spec=from_email)
    message["To"] = tuple(Address(addr_spec=address) for address in recipients)
    if sender.reply_to:
        message["Reply-To"] = Address(addr_spec=plain_address(sender.reply_to))
    message["Subject"] = one_line(letter.subject)
    message["Date"] = written_at
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text, cte="quoted-printable")
    message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    if attachment is not None:
        message.add_attachment(attachment.data, maintype="application", subtype="pdf", filename=attachment.name)
    # Last, because parts that are added take what is said of the content before with them.
    message["Content-Language"] = letter.language
    blind = (plain_address(sender.bcc_email),) if sender.bcc_email else ()
    return Mail(outbox_id, message_id, from_email, recipients, blind, message.as_bytes())


def plain_address(text: str) -> str:
    """The address as every mail server takes it: a host with accents in punycode."""
    if not _ADDRESS.fullmatch(text):
        raise AddressUnusable("This is not an address that mail can be sent to.")
    local, _, host = text.rpartition("@")
    try:
        local.encode("ascii")
        return f"{local}@{host.encode('idna').decode()}"
    except UnicodeError as problem:
        raise AddressUnusable("This address has letters that most mail servers do not take.") from problem


def one_line(text: str) -> str:
    """Names are data: no control character, no line break, no invisible turn of direction gets out of them."""
    kept = (" " if unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Zl", "Zp") else letter for letter in text)
    # A name that looks like an encoded word would be decoded by who reads it.
    return " ".join("".join(kept).replace("=?", "= ?").split())[:LONGEST_NAME]

"""The shop's own mail: its purchase confirmation with the invoice, sent when the order stands.

With a mail server it goes there; without one it becomes a file of the outbox folder that the demo shows.
"""

import smtplib
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formataddr, make_msgid
from pathlib import Path
from urllib.parse import unquote, urlsplit

from flask import render_template
from uuid_utils import uuid7

from widget.demo.invoice import invoice_of
from widget.demo.orders import Order

SECONDS = 10.0


@dataclass(frozen=True)
class Mailer:
    outbox: Path
    smtp_url: str

    def send(self, message: EmailMessage) -> None:
        if self.smtp_url:
            _hand_over(self.smtp_url, message)
            return
        self.outbox.mkdir(parents=True, exist_ok=True)
        # Ids in the order of time, as everything in this folder has them; renamed when whole, so never seen half.
        target = self.outbox / f"{uuid7()}.eml"
        draft = target.with_suffix(".part")
        draft.write_bytes(message.as_bytes())
        draft.rename(target)


def confirm_purchase(order: Order, mailer: Mailer) -> None:
    """An order stands also when its mail does not leave; its page says which."""
    try:
        mailer.send(confirmation(order))
    except (OSError, smtplib.SMTPException, ValueError) as problem:
        order.mail = f"failed: {problem}"
    else:
        order.mail = "sent"


def confirmation(order: Order) -> EmailMessage:
    invoice = invoice_of(order)
    message = EmailMessage(policy=SMTP)
    message["From"] = formataddr((order.shop.name, order.shop.mail_from))
    message["To"] = formataddr((_one_line(order.customer.name), order.customer.email))
    message["Subject"] = f"Your order {order.number} at {order.shop.name}, with invoice {invoice.number}"
    message["Date"] = order.made_at
    message["Message-ID"] = make_msgid(domain=order.shop.mail_from.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(render_template("mail/invoice.txt", invoice=invoice, order=order), cte="quoted-printable")
    html = render_template("mail/invoice.html", invoice=invoice, order=order)
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    return message


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _hand_over(url: str, message: EmailMessage) -> None:
    """smtp://user:password@host:port, or smtps:// for TLS from the first byte."""
    parts = urlsplit(url)
    is_tls = parts.scheme == "smtps"
    make = smtplib.SMTP_SSL if is_tls else smtplib.SMTP
    port = parts.port or (465 if is_tls else 587 if parts.username else 25)
    with make(parts.hostname or "localhost", port, timeout=SECONDS) as smtp:
        smtp.ehlo()
        if not is_tls and smtp.has_extn("starttls"):
            smtp.starttls()
            smtp.ehlo()
        if parts.username:
            smtp.login(unquote(parts.username), unquote(parts.password or ""))
        smtp.send_message(message)

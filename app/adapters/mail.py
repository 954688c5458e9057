"""Mail: a row of the outbox becomes a letter, the letter a message, and a mail server takes it."""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import orjson
import structlog

from app.adapters.mail_message import AddressUnusable, Attachment, Mail, Sender, mail_of
from app.adapters.mail_rendering import Occasion, letter_of
from app.adapters.mail_sending import Hold, MailFailed, MailRefused, Transport
from app.domain.backoff import Pace
from app.domain.bookings import Booking
from app.domain.errors import StoreUnavailable
from app.domain.stored import restored
from app.services.deliver import SPENT, Answer, Due, is_spent

HOURLY_ATTEMPTS = 72
THREADS = 8
# Partners write rules for what customers buy; a claim's mail is ours, and leaves under the rule for confirmations.
RULE_OF = {"claim_received": "confirmation", "claim_notice": "confirmation"}
# After the deadline the line is cut; then the thread that reads from it has this long to notice.
LETTING_GO_SECONDS = 1.0

log = structlog.get_logger("awning")


@dataclass(frozen=True, slots=True)
class Correspondence:
    """What a mail is made from beside its row.

    `partner`: release id -> the partner as that release describes it. `links`: booking -> addresses of the customer's
    pages (certificate, claim, cancel, account). `certificate`: booking, language -> a PDF, or None when there is none.
    `on_mailed`: the row and the Message-ID, once a server has the mail; it may be told the same mail twice.
    """

    partner: Callable[[str], Mapping[str, Any]]
    links: Callable[[Booking], Mapping[str, str]] = lambda booking: {}
    certificate: Callable[[Booking, str], bytes | None] = lambda booking, language: None
    on_mailed: Callable[[Due, str], None] = lambda due, message_id: None


class MailCarrier:
    def __init__(
        self, correspondence: Correspondence, transport: Transport, seconds: float, spacing: tuple[float, ...]
    ) -> None:
        self._from = correspondence
        self._transport = transport
        self._seconds = seconds
        self._spacing = spacing
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="mail")

    @property
    def pace(self) -> Pace:
        return Pace(self._spacing, len(self._spacing), HOURLY_ATTEMPTS)

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def carry(self, due: Due) -> Answer:
        if is_spent(due, self.pace):
            return SPENT
        line = Hold()
        sending = asyncio.get_running_loop().run_in_executor(self._threads, self._sent, due, line)
        try:
            done, _ = await asyncio.wait({sending}, timeout=self._seconds)
            if not done:
                line.hang_up()
                done, _ = await asyncio.wait({sending}, timeout=LETTING_GO_SECONDS)
        except asyncio.CancelledError:
            line.hang_up()
            raise
        if not done:
            return Answer("failed", None, f"The mail server did not take it within {self._seconds:g} seconds.")
        return sending.result()

    def _sent(self, due: Due, line: Hold) -> Answer:
        try:
            mail = self._written(due)
        except AddressUnusable as problem:
            return Answer("refused", None, str(problem))
        if isinstance(mail, Answer):
            return mail
        try:
            status, said = self._transport.send(mail, line)
        except MailRefused as problem:
            return Answer("refused", problem.status, problem.said)
        except MailFailed as problem:
            return Answer("failed", problem.status, problem.said)
        return self._told(due, mail, Answer("delivered", status, said))

    def _written(self, due: Due) -> Mail | Answer:
        """The mail, or why there is none."""
        given = orjson.loads(due.payload)
        booking = restored(Booking, given["booking"])
        partner = self._from.partner(booking.release_id)
        rule = _rule(partner, due.event)
        if rule is None or not rule.get("send", True):
            return Answer("skipped", None, "The partner's rules say that this mail is not sent.")
        if not given["to"]:
            return Answer("skipped", None, "There is no address to send it to.")
        language = given["language"]
        # Whoever reads the former address may no longer be the customer: no certificate, and no link with a key in it.
        is_own = not given["facts"].get("to_former_address", False)
        wanted = is_own and rule.get("attach_certificate", False) and due.event not in RULE_OF
        pdf = self._from.certificate(booking, language) if wanted else None
        links = self._from.links(booking) if is_own else {}
        letter = letter_of(Occasion(due.event, booking, language, partner, given["facts"], links, pdf is not None))
        attachment = None if pdf is None else Attachment(f"{booking.id}.pdf", pdf)
        return mail_of(due.id, _sender(partner, rule, due.event), given["to"], letter, due.created_at, attachment)

    def _told(self, due: Due, mail: Mail, answer: Answer) -> Answer:
        """While the database is away the mail counts as not sent: that it was cannot be noted, and it comes again."""
        try:
            self._from.on_mailed(due, mail.message_id)
        except StoreUnavailable:
            return Answer("failed", answer.status, "Sent, but the database was away before this could be recorded.")
        except Exception:
            log.exception("a mail has left and its evidence could not be written", outbox=due.id)
        return answer


def _rule(partner: Mapping[str, Any], event: str) -> Mapping[str, Any] | None:
    rules = partner.get("emails") or ()
    found = next((rule for rule in rules if rule["event"] == RULE_OF.get(event, event)), None)
    if event in RULE_OF:
        return {**(found or {"from_email": partner["claims_email"]}), "send": True}
    return found


def _sender(partner: Mapping[str, Any], rule: Mapping[str, Any], event: str) -> Sender:
    """A copy for the partner is part of its rule for what was sold; claims are nobody's but the claims team's."""
    reply_to = partner["claims_email"] if event == "claim_received" else rule.get("reply_to")
    bcc = None if event in RULE_OF else rule.get("bcc_email")
    return Sender(str(partner["title"]), rule["from_email"], reply_to, bcc)

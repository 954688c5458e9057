"""A real SMTP server in the test's process, that can be as bad as real ones are."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from threading import Event, Thread
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope

Refusal = dict[str, str]


@dataclass
class Mailbox:
    """What a server took. `refuses`: stage or recipient -> what is answered instead of yes."""

    url: str = ""
    envelopes: list[Envelope] = field(default_factory=list)
    refuses: Refusal = field(default_factory=dict)

    def __post_init__(self) -> None:
        """The names aiosmtpd looks for are not names our style allows."""
        for stage, answer in (("MAIL", self._mail), ("RCPT", self._rcpt), ("DATA", self._data)):
            setattr(self, f"handle_{stage}", answer)

    @property
    def messages(self) -> list[EmailMessage]:
        return [message_from_bytes(one.content, policy=policy.default) for one in self.envelopes]  # type: ignore[misc, arg-type]

    async def _mail(self, _: Any, __: Any, envelope: Envelope, address: str, options: list[str]) -> str:
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self.refuses.get("MAIL", "250 OK")

    async def _rcpt(self, _: Any, __: Any, envelope: Envelope, address: str, options: list[str]) -> str:
        answer = self.refuses.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def _data(self, _: Any, __: Any, envelope: Envelope) -> str:
        answer = self.refuses.get("DATA", "250 Message accepted for delivery")
        if answer.startswith("250"):
            self.envelopes.append(envelope)
        return answer


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def smtp_server(credentials: str = "", **options: Any) -> Iterator[Mailbox]:
    mailbox = Mailbox()
    controller = Controller(mailbox, hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    mailbox.url = f"smtp://{credentials}127.0.0.1:{controller.port}"
    try:
        yield mailbox
    finally:
        controller.stop()


def silent(connection: socket.socket, is_over: Event) -> None:
    """Accepts the call and says nothing."""
    is_over.wait()


def dripping(connection: socket.socket, is_over: Event) -> None:
    """A letter now and then, never a whole line: each of them is in time."""
    while not is_over.wait(0.05):
        try:
            connection.sendall(b"2")
        except OSError:
            return


def rude(connection: socket.socket, is_over: Event) -> None:
    """Hangs up in the middle of the greeting."""
    connection.sendall(b"220")


@contextmanager
def strange_server(behaviour: Callable[[socket.socket, Event], None]) -> Iterator[str]:
    """The address of a server that speaks no SMTP."""
    is_over = Event()
    listening = socket.create_server(("127.0.0.1", 0))
    listening.settimeout(0.05)

    def serve() -> None:
        while not is_over.is_set():
            try:
                connection, _ = listening.accept()
            except TimeoutError:
                continue
            with connection:
                behaviour(connection, is_over)

    thread = Thread(target=serve)
    thread.start()
    try:
        yield f"smtp://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        is_over.set()
        thread.join()
        listening.close()

"""Where mail goes: to the mail server of SMTP_URL, or as files into a folder."""

import os
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Protocol
from urllib.parse import unquote, urlsplit

from app.adapters.mail_message import Mail

PERMANENT = 500


class MailFailed(Exception):
    """Not taken this time."""

    def __init__(self, said: str, status: int | None = None) -> None:
        super().__init__(said)
        self.said = said
        self.status = status


class MailRefused(MailFailed):
    """Not taken, and it would not be another time: no such address."""


class Transport(Protocol):
    def send(self, mail: Mail, line: "Hold") -> tuple[int | None, str]: ...


class Hold:
    """Lets the worker hang up on a mail server that keeps it waiting."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._smtp: smtplib.SMTP | None = None
        self._is_over = False

    def on(self, smtp: smtplib.SMTP) -> None:
        with self._lock:
            self._smtp = smtp
            if self._is_over:
                raise MailFailed("The time was over before the mail server answered.")

    def hang_up(self) -> None:
        with self._lock:
            self._is_over = True
            found = getattr(self._smtp, "sock", None)
        if found is not None:
            # Closing alone does not wake a thread that reads from it.
            try:
                found.shutdown(2)
            except OSError:
                return


@dataclass(frozen=True, slots=True)
class Server:
    host: str
    port: int
    user: str | None
    password: str | None = field(repr=False)
    is_tls: bool
    needs_starttls: bool

    @staticmethod
    def of(url: str) -> "Server":
        parts = urlsplit(url)
        is_tls = parts.scheme == "smtps"
        return Server(
            host=parts.hostname or "localhost",
            port=parts.port or (465 if is_tls else 587 if parts.username else 25),
            user=None if parts.username is None else unquote(parts.username),
            password=None if parts.password is None else unquote(parts.password),
            is_tls=is_tls,
            needs_starttls="starttls=required" in parts.query,
        )


class SmtpTransport:
    def __init__(self, url: str, seconds: float, context: ssl.SSLContext | None = None) -> None:
        self._server = Server.of(url)
        self._seconds = seconds
        self._context = context or ssl.create_default_context()

    def send(self, mail: Mail, line: Hold) -> tuple[int | None, str]:
        try:
            with self._connected(line) as smtp:
                return _handed_over(smtp, mail)
        except MailFailed:
            raise
        except smtplib.SMTPResponseException as problem:
            raise MailFailed(_text(problem.smtp_error), problem.smtp_code) from problem
        except (smtplib.SMTPException, OSError, EOFError, ValueError) as problem:
            raise MailFailed(f"{type(problem).__name__}: {problem}") from problem

    @contextmanager
    def _connected(self, line: Hold) -> Iterator[smtplib.SMTP]:
        server = self._server
        if server.is_tls:
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(timeout=self._seconds, context=self._context)
        else:
            smtp = smtplib.SMTP(timeout=self._seconds)
        smtp._host = server.host  # type: ignore[attr-defined]
        try:
            line.on(smtp)
            _expect(smtp.connect(server.host, server.port), 220)
            line.on(smtp)
            smtp.ehlo_or_helo_if_needed()
            self._secure(smtp)
            if server.user is not None:
                smtp.login(server.user, server.password or "")
            yield smtp
        finally:
            _goodbye(smtp)

    def _secure(self, smtp: smtplib.SMTP) -> None:
        if self._server.is_tls:
            return
        if smtp.has_extn("starttls"):
            _expect(smtp.starttls(context=self._context), 220)
            smtp.ehlo()
        elif self._server.needs_starttls:
            raise MailFailed("The mail server does not offer STARTTLS, and SMTP_URL requires it.")


def _handed_over(smtp: smtplib.SMTP, mail: Mail) -> tuple[int, str]:
    """Nothing is handed over as long as one of the recipients may still be taken later: nobody gets it twice."""
    _judge(smtp.mail(mail.sender, [f"size={len(mail.content)}"] if smtp.has_extn("size") else []))
    taken: list[tuple[int, str]] = []
    refused: list[tuple[int, str]] = []
    for address in mail.recipients:
        code, said = smtp.rcpt(address)
        if 400 <= code < PERMANENT:
            raise MailFailed(_text(said), code)
        (taken if code in (250, 251) else refused).append((code, _text(said)))
    if not taken:
        code, text = refused[0]
        raise MailRefused(text, code)
    for address in mail.blind:
        smtp.rcpt(address)
    code, said = smtp.data(mail.content)
    _judge((code, said))
    return code, "; ".join([_text(said), *(f"one recipient refused: {status} {text}" for status, text in refused)])


def _judge(answer: tuple[int, bytes]) -> None:
    code, said = answer
    if code >= PERMANENT:
        raise MailRefused(_text(said), code)
    if code != 250:
        raise MailFailed(_text(said), code)


def _expect(answer: tuple[int, bytes], wanted: int) -> None:
    if answer[0] != wanted:
        raise MailFailed(_text(answer[1]), answer[0])


def _goodbye(smtp: smtplib.SMTP) -> None:
    """The message is with the server or it is not: a rude goodbye changes neither, and is not waited for."""
    with suppress(smtplib.SMTPException, OSError, ValueError):
        if smtp.sock is not None:
            smtp.sock.settimeout(1.0)
            smtp.quit()
    smtp.close()


def _text(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said


class FolderTransport:
    """Without a mail server: a file a mail. The same mail again is the same file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, mail: Mail, line: Hold) -> tuple[int | None, str]:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            target = self._folder / f"{mail.id}.eml"
            _write_whole(target, mail.content)
        except OSError as problem:
            raise MailFailed(f"{type(problem).__name__}: {problem}") from problem
        return None, f"kept as {target.name}"


def _write_whole(target: Path, content: bytes) -> None:
    """There or not there, also after a power cut; never half."""
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)

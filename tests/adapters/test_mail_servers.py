"""The way to a mail server: its address, its certificate, our password."""

import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword

from app.adapters.mail_sending import Server, SmtpTransport
from tests.letters import carried, due_mail
from tests.smtp_server import Mailbox, smtp_server


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with smtp_server() as one:
        yield one


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of this machine's own, with its key in the same file."""
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
         "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder / "key.pem", "-out", folder / "cert.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    return folder


def tls_server(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    return context


def test_a_password_goes_over_starttls_to_a_server_we_trust(certificate: Path) -> None:
    logins: list[tuple[bytes, bytes]] = []

    def authenticated(_: Any, __: Any, ___: Any, ____: Any, given: LoginPassword) -> AuthResult:
        logins.append((given.login, given.password))
        return AuthResult(success=True)

    options = {"tls_context": tls_server(certificate), "authenticator": authenticated, "auth_required": True}
    trusting = ssl.create_default_context(cafile=str(certificate / "cert.pem"))
    with smtp_server("us%40er:pa%3Ass@", **options) as mailbox:
        answer = carried(due_mail(), SmtpTransport(mailbox.url, 5, trusting))
        stranger = carried(due_mail(), SmtpTransport(mailbox.url, 5))

    assert answer.outcome == "delivered", answer.said
    assert logins == [(b"us@er", b"pa:ss")]
    assert stranger.outcome == "failed" and "certificate" in stranger.said.lower()


def test_where_tls_is_required_nothing_goes_without(mailbox: Mailbox) -> None:
    answer = carried(due_mail(), SmtpTransport(f"{mailbox.url}?starttls=required", 5))

    assert answer.outcome == "failed" and "STARTTLS" in answer.said
    assert mailbox.envelopes == []


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example", ("mail.example", 25, None, None, False, False)),
        ("smtp://u:p@mail.example", ("mail.example", 587, "u", "p", False, False)),
        ("smtps://u:p%2F@mail.example/", ("mail.example", 465, "u", "p/", True, False)),
        ("smtp://[::1]:2525?starttls=required", ("::1", 2525, None, None, False, True)),
    ],
)
def test_the_address_of_a_mail_server(url: str, expected: tuple[Any, ...]) -> None:
    found = Server.of(url)

    assert (found.host, found.port, found.user, found.password, found.is_tls, found.needs_starttls) == expected
    assert "p%2F" not in repr(found) and "'p/'" not in repr(found)

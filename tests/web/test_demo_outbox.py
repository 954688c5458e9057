"""The demo shows the mail it keeps, and nothing else shows it."""

from email.message import EmailMessage
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.conftest import environment_of
from tests.partner import running_app

NAME = "01a1ff05-406c-72f6-9350-45b498164ce2"


def kept(folder: Path) -> None:
    message = EmailMessage()
    message["Subject"], message["To"] = "Your cover <script>", "Ana Costa <ana@example.org>"
    message["Date"] = "Sat, 21 Nov 2026 09:00:00 +0000"
    message.set_content("plain words")
    message.add_alternative("<p>words with style</p>", subtype="html")
    message.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="certificate.pdf")
    (folder / "outbox").mkdir()
    (folder / "outbox" / f"{NAME}.eml").write_bytes(message.as_bytes())


def client_of(folder: Path, mode: str) -> FlaskClient:
    return running_app(environment_of(f"sqlite:///{folder}/own.db", folder, AWNING_MODE=mode)).test_client()


def test_the_demo_lists_a_mail_and_shows_its_page_and_its_attachment(tmp_path: Path) -> None:
    kept(tmp_path)
    client = client_of(tmp_path, "demo")

    listed = client.get("/demo/outbox")
    shown = client.get(f"/demo/outbox/{NAME}")
    attached = client.get(f"/demo/outbox/{NAME}/0")

    assert "Your cover &lt;script&gt;" in listed.text
    assert "certificate.pdf" in listed.text
    assert shown.text.strip() == "<p>words with style</p>"
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert (attached.mimetype, attached.data) == ("application/pdf", b"%PDF-1.7")


def test_without_mail_the_page_says_what_to_do(tmp_path: Path) -> None:
    assert "There is none yet" in client_of(tmp_path, "demo").get("/demo/outbox").text


@pytest.mark.parametrize("path", ["x", f"{NAME}/7", "..%2f..%2fown.db", NAME.replace("0", "1")])
def test_what_is_not_kept_is_not_found(tmp_path: Path, path: str) -> None:
    kept(tmp_path)

    assert client_of(tmp_path, "demo").get(f"/demo/outbox/{path}").status_code == 404


def test_outside_the_demo_there_is_no_such_page(tmp_path: Path) -> None:
    kept(tmp_path)
    client = client_of(tmp_path, "test")

    assert client.get("/demo/outbox").status_code == 404
    assert client.get(f"/demo/outbox/{NAME}").status_code == 404

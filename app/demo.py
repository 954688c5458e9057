"""The demo: the same partners and keys on every machine. Its keys are marked and refused in any other mode."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
import orjson

from app.adapters.database import Database
from app.adapters.encryption import Cipher
from app.adapters.keyring import Keyring
from app.adapters.migrating import migrate
from app.adapters.people import People
from app.adapters.publishing import publish_folder
from app.catalog.source import read_folder
from app.config import ROOT, Settings
from app.demo_people import prepare_people, welcome_lines
from app.domain.keys import KeyKind
from app.services.keys import create_key
from app.web.serving import check_port, serve

FOLDERS = ("northwind", "meridian", "encore", "parcelway", "hearthside")
CODES = ("NWIND", "MRDTR", "ENCRE", "PRCLW", "HRTHS")
KINDS: tuple[KeyKind, ...] = ("live", "test")
STOPPING_SECONDS = 6


def key_of(code: str, kind: str) -> tuple[str, str]:
    """The id and secret of a demo key."""
    return f"demo_{kind}_{code.lower()}", f"demo-secret-{kind}-{code.lower()}"


def publishable_key(code: str, mode: str = "live") -> str:
    return f"pk_{mode}_demo_{code.lower()}"


def prepare(settings: Settings, shop_port: int) -> None:
    database = Database(settings.database_url, pool_size=1)
    migrate(database)
    now = datetime.now(UTC)
    for folder in FOLDERS:
        mistakes, release, _ = publish_folder(database, ROOT / "catalog" / folder, None, now)
        if release is None:
            raise click.ClickException("\n".join(f"catalog/{folder}/{mistake}" for mistake in mistakes))
    example = read_folder(ROOT / "catalog" / "northwind").files["examples/camera.yaml"].data
    request_file(settings).write_bytes(orjson.dumps(example["request"], option=orjson.OPT_INDENT_2))
    _make_keys(Keyring(database, Cipher(settings.secret_key, "partner-keys")), shop_port, now)
    prepare_people(people_of(database, settings), now)


def people_of(database: Database, settings: Settings) -> People:
    return People.of(database, settings.secret_key, settings.is_demo)


def _make_keys(keyring: Keyring, shop_port: int, now: datetime) -> None:
    origins = [f"http://{host}:{shop_port}" for host in ("localhost", "127.0.0.1")]
    for code in CODES:
        for kind in KINDS:
            key_id, secret = key_of(code, kind)
            if keyring.key(key_id) is None:
                create_key(keyring, code, kind, now, {"id": key_id, "secret": secret, "is_demo": True})
            pages = publishable_key(code, kind)
            known = keyring.key(pages)
            if known is None:
                create_key(keyring, code, "publishable", now, {"id": pages, "origins": origins, "is_demo": True})
            elif list(known.origins) != origins:
                keyring.change(pages, origins=orjson.dumps(origins).decode())


def first_offer(url: str, request: Path) -> list[str]:
    """The shell lines that sign and send a request; shown by `make demo`, on the first page and in the README."""
    key_id, secret = key_of("NWIND", "live")
    return [
        ".venv/bin/awning sign POST /x/partners/NWIND/offers/ \\",
        f"    --key {key_id} --secret {secret} \\",
        "  | curl -s -H @- -H 'Content-Type: application/json' \\",
        f"    -d @{request} \\",
        f"    {url}/x/partners/NWIND/offers/",
    ]


def request_file(settings: Settings) -> Path:
    return settings.var / "demo-request.json"


def welcome(port: int, shop_port: int, request: Path, portal: Sequence[str] = ()) -> str:
    pages = [f"    {code}  {publishable_key(code, kind)}" for code in CODES for kind in KINDS]
    lines = [
        "",
        f"  Awning is at http://127.0.0.1:{port}   (stop it with Ctrl-C)",
        f"  Five shops that sell with it: http://localhost:{shop_port}",
        f"  The widget for a page of yours: http://127.0.0.1:{port}/docs/widget",
        "",
        "  Demo keys (they work in the demo only):",
        *(f"    {code}  {key_of(code, kind)[0]:17} {key_of(code, kind)[1]}" for code in CODES for kind in KINDS),
        f"  Keys for pages (http://localhost:{shop_port} may use them):",
        *pages,
        "",
        *portal,
        "",
        "  Create an offer, in another terminal:",
        *(f"    {line}" for line in first_offer(f"http://127.0.0.1:{port}", request)),
        "",
    ]
    return "\n".join(lines)


def run_demo(settings: Settings, port: int, shop_port: int) -> None:
    if not settings.is_demo:
        raise click.ClickException("The demo runs with AWNING_MODE=demo only; `make demo` sets it.")
    check_port("127.0.0.1", port)
    check_port("127.0.0.1", shop_port)
    prepare(settings, shop_port)
    portal = _portal_lines(settings, f"http://127.0.0.1:{port}")
    click.echo(welcome(port, shop_port, request_file(settings), portal))
    with _shops(settings, port, shop_port):
        serve(settings, "127.0.0.1", port, workers=1)


def _portal_lines(settings: Settings, url: str) -> list[str]:
    database = Database(settings.database_url, pool_size=1)
    try:
        return welcome_lines(people_of(database, settings), url, datetime.now(UTC))
    finally:
        database.close()


@contextmanager
def _shops(settings: Settings, port: int, shop_port: int) -> Iterator[None]:
    """The partners' own server: another process, another origin, and no line of Awning's code in it."""
    command = [sys.executable, "-m", "widget.demo", "--port", str(shop_port)]
    command += ["--awning", f"http://127.0.0.1:{port}", "--outbox", str((settings.var / "outbox").resolve())]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(STOPPING_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

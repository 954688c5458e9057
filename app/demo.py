"""The demo: the same partners and keys on every machine. Its keys are marked and refused in any other mode."""

from datetime import UTC, datetime
from pathlib import Path

import click
import orjson

from app.adapters.database import Database
from app.adapters.encryption import Cipher
from app.adapters.keyring import Keyring
from app.adapters.migrating import migrate
from app.adapters.publishing import publish_folder
from app.catalog.source import read_folder
from app.config import ROOT, Settings
from app.domain.keys import KeyKind
from app.services.keys import create_key
from app.web.serving import check_port, serve

FOLDERS = ("northwind", "meridian", "encore", "parcelway", "hearthside")
CODES = ("NWIND", "MRDTR", "ENCRE", "PRCLW", "HRTHS")
KINDS: tuple[KeyKind, ...] = ("live", "test")


def key_of(code: str, kind: str) -> tuple[str, str]:
    """The id and secret of a demo key."""
    return f"demo_{kind}_{code.lower()}", f"demo-secret-{kind}-{code.lower()}"


def prepare(settings: Settings) -> None:
    database = Database(settings.database_url, pool_size=1)
    migrate(database)
    now = datetime.now(UTC)
    for folder in FOLDERS:
        mistakes, release, _ = publish_folder(database, ROOT / "catalog" / folder, None, now)
        if release is None:
            raise click.ClickException("\n".join(f"catalog/{folder}/{mistake}" for mistake in mistakes))
    example = read_folder(ROOT / "catalog" / "northwind").files["examples/camera.yaml"].data
    request_file(settings).write_bytes(orjson.dumps(example["request"], option=orjson.OPT_INDENT_2))
    keyring = Keyring(database, Cipher(settings.secret_key, "partner-keys"))
    for code in CODES:
        for kind in KINDS:
            key_id, secret = key_of(code, kind)
            if keyring.key(key_id) is None:
                create_key(keyring, code, kind, now, {"id": key_id, "secret": secret, "is_demo": True})


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


def welcome(port: int, request: Path) -> str:
    lines = [
        "",
        f"  Awning is at http://127.0.0.1:{port}   (stop it with Ctrl-C)",
        "",
        "  Demo keys (they work in the demo only):",
        *(f"    {code}  {key_of(code, kind)[0]:17} {key_of(code, kind)[1]}" for code in CODES for kind in KINDS),
        "",
        "  Create an offer, in another terminal:",
        *(f"    {line}" for line in first_offer(f"http://127.0.0.1:{port}", request)),
        "",
    ]
    return "\n".join(lines)


def run_demo(settings: Settings, port: int) -> None:
    if not settings.is_demo:
        raise click.ClickException("The demo runs with AWNING_MODE=demo only; `make demo` sets it.")
    check_port("127.0.0.1", port)
    prepare(settings)
    click.echo(welcome(port, request_file(settings)))
    serve(settings, "127.0.0.1", port, workers=1)

"""What goes wrong is told in full, but never with a secret or with what a customer sent."""

import subprocess
import sys

import orjson
import pytest

DEFECT = """
from app import create_app
from app.config import settings_from
from tests.partner import CATALOG, published_platform
import app.web.api.offers as offers

def broken(*_):
    raise RuntimeError("a defect of ours")

environment = {"AWNING_MODE": "test", "AWNING_VAR": VAR, "AWNING_RATE_LIMITS": "off", "AWNING_LOG": "plain",
               "AWNING_SECRET_KEY": "root-secret-that-must-not-be-seen-anywhere"}
partner = published_platform(environment, "hearthside")
offers.create_offer = broken
answer = partner.create_offer({"customer": {"email": "ana@example.org"}}, X_API_Error_Version="v2")
assert answer.status_code == 500 and answer.get_json()["code"] == "internal_error", answer.get_data()
print(partner.secret)
"""


def test_a_defect_is_logged_without_secrets_and_without_the_body(tmp_path) -> None:  # type: ignore[no-untyped-def]
    script = DEFECT.replace("VAR", repr(str(tmp_path)))

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    secret = done.stdout.strip()
    assert "a defect of ours" in done.stderr
    assert secret not in done.stderr
    assert "root-secret" not in done.stderr
    assert "ana@example.org" not in done.stderr


TYPED_CARD = """
import structlog
from app.web import request_log

request_log.configure(STYLE)
log = structlog.get_logger("awning")
log.info("typed 4111 1111 1111 1111", path="/find/4111111111111111", facts={"note": ["4111-1111-1111-1111"]}, tries=3)
try:
    raise ValueError("no such receipt: \\uff14111.1111.1111.1111")
except ValueError as problem:
    log.error("defect", request_id="4111111111111111", exc_info=problem)
"""


@pytest.mark.parametrize("style", ["json", "plain"])
def test_a_card_number_is_cut_in_every_line_and_in_the_words_of_a_defect(style: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", TYPED_CARD.replace("STYLE", repr(style))], capture_output=True, text=True, check=True
    )

    first, rest = done.stderr.split("\n", 1)
    assert first.count("************1111") == 3
    assert "ValueError: no such receipt: ************1111" in rest
    if style == "json":
        assert [orjson.loads(line)["level"] for line in done.stderr.splitlines()] == ["info", "error"]
        assert orjson.loads(first)["tries"] == 3
        assert orjson.loads(rest)["request_id"] == "4111111111111111", "the id of a partner's own log is not typed"

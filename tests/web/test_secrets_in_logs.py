"""What goes wrong is told in full, but never with a secret or with what a customer sent."""

import subprocess
import sys

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

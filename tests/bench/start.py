"""How long importing and making the application takes, against an interpreter that imports Flask alone."""

import os
import statistics
import subprocess
import sys
import tempfile
from time import perf_counter
from typing import Any

from tests.bench.servers import ROOT

ROUNDS = 7
OURS = "from app import create_app; create_app()"
BARE = "import flask; flask.Flask('bare')"


def measure() -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as var:
        env = os.environ | {"AWNING_MODE": "test", "AWNING_VAR": var}
        nothing, bare, ours = (_seconds(code, env) for code in ("pass", BARE, OURS))
    result = {
        "import_and_create_app_s": round(ours - nothing, 3),
        "bare_flask_s": round(bare - nothing, 3),
        "ratio": round((ours - nothing) / (bare - nothing), 2),
    }
    print(
        f"import and create_app: {result['import_and_create_app_s']:.2f} s, {result['ratio']:.1f} times a bare Flask "
        f"({result['bare_flask_s']:.2f} s); the interpreter's own {nothing:.2f} s left out"
    )
    return result


def _seconds(code: str, env: dict[str, str]) -> float:
    taken = []
    for _ in range(ROUNDS):
        begin = perf_counter()
        subprocess.run([sys.executable, "-c", code], env=env, cwd=ROOT, check=True, capture_output=True)
        taken.append(perf_counter() - begin)
    return statistics.median(taken)

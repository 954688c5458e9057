"""What is served is what the sources say: nobody has to trust a file that cannot be read."""

import json
import sys

import pytest

from widget.build import DIST, built, manifest, version


def test_the_committed_files_are_made_of_the_sources() -> None:
    if sys.platform == "darwin":
        pytest.skip("there is no wheel of the minifier for this system")

    made = built()

    for name, body in made.items():
        assert (DIST / version() / name).read_bytes() == body, f"{name}: run make widget"


def test_the_manifest_lists_exactly_the_committed_files() -> None:
    for folder in DIST.iterdir():
        files = {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.suffix != ".json"}
        listed = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))

        assert listed == manifest(folder.name, listed["date"], files)


def test_the_script_holds_no_price_no_html_and_no_secret() -> None:
    script = (DIST / version() / "awning.js").read_text(encoding="utf-8")

    for forbidden in ("</", "innerHTML +=", "document.write", "eval(", "localStorage", "sessionStorage", "cookie"):
        assert forbidden not in script, forbidden

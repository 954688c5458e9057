"""Makes what partners load out of the sources: `make widget`, or python -m widget.build.

The sources are plain modules that a browser runs as they are; this step only puts them into one file in the order of
their imports, takes out comments and spaces, and writes the manifest. tests/widget/test_build.py holds the result
against the sources. A published version never changes: a change of the sources needs a new number in widget/VERSION.
"""

import base64
import hashlib
import json
import re
from datetime import date
from pathlib import Path

import minify

FOLDER = Path(__file__).parent
SOURCES = FOLDER / "src"
DIST = FOLDER / "dist"
ENTRY = "awning.js"
STYLES = "panel.css"
_IMPORT = re.compile(r'^import \{[^}]*\} from "\./([a-z.]+)";\n', re.MULTILINE)
_PRIVATE = re.compile(r"#[a-z]\w*", re.IGNORECASE)
_PLACE = "__STYLES__"
_EXPORT = re.compile(r"^export (?=function|class|const|async)", re.MULTILINE)


def version() -> str:
    return (FOLDER / "VERSION").read_text(encoding="utf-8").strip()


def built() -> dict[str, bytes]:
    """The files of this version by name."""
    styles = minify.string("text/css", (SOURCES / STYLES).read_text(encoding="utf-8"))
    joined = _short_names(_joined(ENTRY, set()))
    script = minify.string("application/javascript", joined).replace(_PLACE, json.dumps(styles))
    return {ENTRY: script.encode() + b"\n", STYLES: styles.encode() + b"\n"}


def _joined(name: str, known: set[str]) -> str:
    """A module behind the modules it imports, each once. No two of them name a thing alike; the browser would say."""
    if name in known:
        return ""
    known.add(name)
    if name == f"{STYLES}.js":
        return f"const CSS = {_PLACE};\n"
    text = (SOURCES / name).read_text(encoding="utf-8")
    before = "".join(_joined(found, known) for found in _IMPORT.findall(text))
    return before + _EXPORT.sub("", _IMPORT.sub("", text))


def _short_names(script: str) -> str:
    """Private names belong to us alone, and no minifier shortens them."""
    short = {name: f"#{_letters(place)}" for place, name in enumerate(dict.fromkeys(_PRIVATE.findall(script)))}
    return _PRIVATE.sub(lambda found: short[found[0]], script)


def _letters(place: int) -> str:
    return chr(97 + place) if place < 26 else f"{chr(96 + place // 26)}{chr(97 + place % 26)}"


def integrity(body: bytes) -> str:
    return "sha384-" + base64.b64encode(hashlib.sha384(body).digest()).decode()


def manifest(number: str, day: str, files: dict[str, bytes]) -> dict[str, object]:
    """What stands in the manifest of this version."""
    return {
        "version": number,
        "date": day,
        "files": [
            {"name": name, "url": f"/widget/{number}/{name}", "integrity": integrity(body), "size": len(body)}
            for name, body in files.items()
        ],
    }


def build() -> None:
    number, files = version(), built()
    target = DIST / number
    target.mkdir(parents=True, exist_ok=True)
    for name, body in files.items():
        (target / name).write_bytes(body)
    listed = manifest(number, date.today().isoformat(), files)
    (target / "manifest.json").write_text(json.dumps(listed, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    build()

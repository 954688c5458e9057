"""The files partners load: kept for ever under their version, fresh under the alias, as the manifest says they are."""

import base64
import gzip
import hashlib

import brotli
import pytest

from app.web.widget.files import latest
from tests.partner import Partner


@pytest.mark.parametrize("name", ["awning.js", "panel.css"])
def test_a_file_is_what_the_manifest_says(hearthside: Partner, name: str) -> None:
    manifest = hearthside.client.get("/widget/manifest.json")
    newest = manifest.json["versions"][0]
    listed = next(file for file in newest["files"] if file["name"] == name)

    body = hearthside.client.get(listed["url"]).data

    assert manifest.headers["Access-Control-Allow-Origin"] == "*"
    assert newest["version"] == manifest.json["latest"]
    assert listed["size"] == len(body)
    assert listed["integrity"] == f"sha384-{base64.b64encode(hashlib.sha384(body).digest()).decode()}"


def test_a_version_may_be_kept_for_ever_and_the_alias_for_minutes(hearthside: Partner) -> None:
    pinned, alias = (hearthside.client.get(f"/widget/{version}/awning.js") for version in (latest().version, "v1"))

    assert pinned.data == alias.data
    assert pinned.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert alias.headers["Cache-Control"] == "public, max-age=300"
    for answer in (pinned, alias):
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.mimetype == "text/javascript"


def test_a_file_is_packed_as_the_browser_reads_it(hearthside: Partner) -> None:
    plain, brotlied, gzipped = (
        hearthside.client.get("/widget/v1/awning.js", headers={"Accept-Encoding": encoding})
        for encoding in ("identity", "gzip, br", "gzip")
    )

    assert brotli.decompress(brotlied.data) == gzip.decompress(gzipped.data) == plain.data
    assert brotlied.headers["Content-Encoding"] == "br"
    assert "Accept-Encoding" in brotlied.headers["Vary"]


def test_who_has_the_file_already_is_not_sent_it_again(hearthside: Partner) -> None:
    first = hearthside.client.get("/widget/v1/awning.js")

    again = hearthside.client.get("/widget/v1/awning.js", headers={"If-None-Match": first.headers["ETag"]})

    assert again.status_code == 304
    assert again.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("path", ["9.9.9/awning.js", "v1/manifest.json", "v1/../VERSION", "v1/nothing.js", "v1/awning"])
def test_nothing_else_is_served(hearthside: Partner, path: str) -> None:
    assert hearthside.client.get(f"/widget/{path}").status_code == 404

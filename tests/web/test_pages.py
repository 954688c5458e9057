"""The pages everybody may open: the first page and the documents of a release."""

import re
from urllib.parse import urlsplit

import pytest
from werkzeug.test import TestResponse

from tests.conftest import Environment
from tests.partner import Partner, example, published_platform, running_app


def opened(partner: Partner, name: str) -> TestResponse:
    release = partner.platform.shelf.catalog(partner.code).release_id
    return partner.client.get(f"/documents/{release}/{name}")


def test_the_first_page_says_what_runs_here_and_where_to_go(sqlite_environment: Environment) -> None:
    answer = running_app(sqlite_environment).test_client().get("/")

    assert answer.status_code == 200
    for link in ("/x/openapi.json", "/readyz", "/metrics"):
        assert f'href="{link}"' in answer.text
    assert "demo-secret" not in answer.text


def test_every_link_of_the_first_page_leads_somewhere(sqlite_environment: Environment) -> None:
    partner = published_platform(sqlite_environment, "hearthside")
    page = partner.client.get("/").text

    links = re.findall(r'(?:href|src)="(/[^"]*)"', page)

    assert len(links) >= 4
    for link in links:
        with partner.client.get(link, follow_redirects=True) as answer:
            assert answer.status_code == 200, link


def test_in_the_demo_the_first_page_shows_how_to_make_an_offer(sqlite_environment: Environment) -> None:
    answer = running_app(sqlite_environment | {"AWNING_MODE": "demo"}).test_client().get("/")

    assert "demo_live_nwind" in answer.text
    assert "awning sign POST /x/partners/NWIND/offers/" in answer.text


@pytest.mark.parametrize(("name", "language"), [("summary.en.html", "en"), ("summary.fr.html", "fr")])
def test_a_document_is_a_page_in_its_own_language(hearthside: Partner, name: str, language: str) -> None:
    answer = opened(hearthside, name)

    assert answer.status_code == 200
    assert answer.mimetype == "text/html"
    assert f'<html lang="{language}" dir="ltr">' in answer.text
    assert "Hearthside" in answer.text


def test_a_document_in_a_language_written_from_the_right_says_so(northwind: Partner) -> None:
    assert '<html lang="ar" dir="rtl">' in opened(northwind, "summary.ar.html").text


def test_a_logo_is_an_image(hearthside: Partner) -> None:
    answer = opened(hearthside, "logo.svg")

    assert answer.mimetype == "image/svg+xml"
    assert "<svg" in answer.text


@pytest.mark.parametrize("name", ["summary.en.html", "logo.svg"])
def test_a_document_runs_no_script_is_framed_by_nobody_and_is_kept_for_ever(hearthside: Partner, name: str) -> None:
    answer = opened(hearthside, name)

    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script-src" not in policy
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers.getlist("X-Content-Type-Options") == ["nosniff"]


@pytest.mark.parametrize(
    "name", ["nothing.en.html", "partner.yaml", "../partner.yaml", "summary.en", "summary.en.html/", "%00", "é"]
)
def test_a_document_that_is_not_there_is_not_found(hearthside: Partner, name: str) -> None:
    assert opened(hearthside, name).status_code == 404


@pytest.mark.parametrize("release", ["0" * 64, "x", "%00", "x" * 5_000, "..", "%2e%2e"])
def test_a_release_that_is_not_there_is_not_found(hearthside: Partner, release: str) -> None:
    assert hearthside.client.get(f"/documents/{release}/summary.en.html").status_code == 404


def test_documents_of_an_older_release_stay_where_they_were(small_platform: Partner) -> None:
    offer = small_platform.create_offer(example("hearthside", "apartment-in-paris")).json
    url = urlsplit(offer["products"][0]["details"]["files"][0]["url"]).path

    first = small_platform.client.get(url)

    assert first.status_code == 200
    assert first.data == small_platform.client.get(url).data


def test_every_answer_says_each_of_its_headers_once(hearthside: Partner) -> None:
    paths = ["/", "/healthz", "/metrics", "/x/openapi.json", "/nowhere", "/static/page.css"]
    answers = [hearthside.client.get(path) for path in paths]
    answers += [opened(hearthside, "summary.en.html"), hearthside.get("offers/"), hearthside.create_offer({})]
    answers += [hearthside.client.options(hearthside.path("offers/")), hearthside.client.delete("/healthz")]

    for answer in answers:
        answer.close()
        names = [name.lower() for name, _ in answer.headers]
        assert sorted(set(names)) == sorted(names), (answer.request.path, answer.headers)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"

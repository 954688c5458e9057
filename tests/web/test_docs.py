"""The guides at /docs/."""

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app.web.docs import GUIDES
from app.web.prose import prose_of
from tests.conftest import Environment
from tests.partner import running_app

FOLDER = Path(__file__).resolve().parents[2] / "templates" / "guides"
NAMES = [guide.name for guide in GUIDES]


@pytest.fixture
def client(sqlite_environment: Environment) -> FlaskClient:
    return running_app(sqlite_environment).test_client()


def test_the_list_of_guides_names_each_with_a_line_about_it(client: FlaskClient) -> None:
    page = client.get("/docs/")

    assert page.status_code == 200
    for guide in GUIDES:
        assert f'<a href="/docs/{guide.name}">{guide.title}</a>' in page.text
        assert guide.line in page.text


def test_every_guide_is_listed_and_has_its_title_as_first_heading() -> None:
    assert sorted(NAMES) == sorted(path.stem for path in FOLDER.glob("*.md"))
    for guide in GUIDES:
        text = (FOLDER / f"{guide.name}.md").read_text(encoding="utf-8")
        assert text.splitlines()[0] == f"# {guide.title}"


@pytest.mark.parametrize("name", NAMES)
def test_a_guide_is_a_page_with_one_title_and_the_way_back(client: FlaskClient, name: str) -> None:
    answer = client.get(f"/docs/{name}")

    assert answer.status_code == 200
    assert answer.mimetype == "text/html"
    assert answer.text.count("<h1") == 1
    assert 'href="/docs/"' in answer.text


@pytest.mark.parametrize("name", NAMES)
def test_every_link_inside_a_guide_leads_somewhere(client: FlaskClient, name: str) -> None:
    page = client.get(f"/docs/{name}").text

    for link in re.findall(r'href="([^"]*)"', page):
        target, _, anchor = link.partition("#")
        if target.startswith("https:"):
            continue
        with client.get(target or f"/docs/{name}") as answer:
            assert answer.status_code == 200, link
            assert not anchor or f'id="{anchor}"' in answer.text, link


@pytest.mark.parametrize("path", ["/docs/", *(f"/docs/{name}" for name in NAMES)])
def test_a_guide_runs_no_script_and_brings_no_style_of_its_own(client: FlaskClient, path: str) -> None:
    answer = client.get(path)

    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script-src" not in policy
    assert "unsafe" not in policy
    assert not re.search(r"<script|<style| style=| on\w+=", answer.text)


@pytest.mark.parametrize("name", ["nothing", "index", "refunds.md", "../home", "guide", "Refunds", "%00", "é"])
def test_a_guide_that_is_not_there_is_not_found(client: FlaskClient, name: str) -> None:
    assert client.get(f"/docs/{name}").status_code == 404


def test_html_in_a_guide_is_shown_and_not_run() -> None:
    html = prose_of("# T\n\n<script>alert(1)</script> <b onclick=x>b</b> [go](javascript:x) & `<i>`").html

    assert "<script" not in html
    assert "<b" not in html
    assert 'href="javascript' not in html
    assert "&lt;script&gt;" in html
    assert "&amp; <code>&lt;i&gt;</code>" in html


def test_every_heading_has_an_address_of_its_own() -> None:
    prose = prose_of("# Title\n\n## The `fee`, less\n\n### Again\n\n## Again\n\n## Année 2026")

    assert prose.title == "Title"
    assert [(section.anchor, section.title) for section in prose.sections] == [
        ("the-fee-less", "The fee, less"),
        ("again-more", "Again"),
        ("année-2026", "Année 2026"),
    ]
    assert '<h3 id="again">' in prose.html
    assert "<h1" not in prose.html


def test_a_cell_says_its_column_and_amounts_stand_at_the_end_of_the_line() -> None:
    html = prose_of("| Day | Price |\n|---|--:|\n| 2026-03-01 | EUR 1.00 |\n\nText\n\n| Other |\n|---|\n| x |").html

    assert '<td role="cell" data-label="Day"><div><span class="whole">2026-03-01</span></div></td>' in html
    assert 'class="figure"' in re.findall(r'<td[^>]*data-label="Price"[^>]*>', html)[0]
    assert 'data-label="Other"' in html


def test_a_guide_need_not_have_a_title_tables_or_words() -> None:
    assert prose_of("").html == ""
    assert prose_of("Only text.").title == ""

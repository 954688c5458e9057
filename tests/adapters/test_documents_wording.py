"""Policy wordings and evidence as PDFs: the catalog's words in their order, and nothing in them is ever run."""

import unicodedata
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from app.adapters.documents.evidence import EventFacts, EvidenceFacts, evidence_pdf
from app.adapters.documents.wording import WordingFacts, blocks_of, wording_pdf

WORDINGS = sorted((Path(__file__).resolve().parents[2] / "catalog").glob("*/wording/*.html"))
WORDING = WordingFacts("en", "Device protection", "Northwind", "Version 7, 2 October 2026", "<p>You are covered.</p>")
EVIDENCE = EvidenceFacts(
    booking_id="YMH7A-4VXQJ-INS",
    title="Evidence report",
    lines=(("Partner", "Northwind"), ("Policyholder", "髙橋 花子")),
    events=(
        EventFacts(1, "2 October 2026, 14:00 UTC", "Offer", "An offer was shown.", (("Price", "£89.90"),), "ab" * 32),
        EventFacts(2, "2 October 2026, 14:01 UTC", "Choice", "2 years was chosen.", (), "cd" * 32),
    ),
)


def read(pdf: bytes) -> PdfReader:
    return PdfReader(BytesIO(pdf), strict=True)


def text_of(pdf: bytes) -> str:
    text = unicodedata.normalize("NFKC", " ".join(page.extract_text() for page in read(pdf).pages))
    return " ".join(text.split())


def kinds(html: str) -> list[str]:
    return [block["kind"] for block in blocks_of(html)]


def words(block: dict[str, Any]) -> str:
    return "".join(run["text"] for run in block["runs"])


@pytest.mark.parametrize("path", WORDINGS, ids=lambda path: f"{path.parts[-3]} {path.name}")
def test_every_wording_of_the_catalog_becomes_an_accessible_document(path: Path) -> None:
    language = path.suffixes[-2][1:]

    pdf = wording_pdf(WordingFacts(language, "Wording", "Partner", "Version 1", path.read_text(encoding="utf-8")))

    catalog: Any = read(pdf).root_object
    assert "/StructTreeRoot" in catalog
    assert catalog["/Lang"] == language
    assert "<pdfuaid:part>1</pdfuaid:part>" in catalog["/Metadata"].get_data().decode()


def test_all_words_are_there_in_their_order() -> None:
    html = "<p>One <strong>two</strong> <em>three</em></p><ul><li>four</li><li><a href='https://x.example'>five</a></li></ul>"

    assert "One two three • four • five" in text_of(wording_pdf(replace(WORDING, html=html)))


def test_a_paragraph_that_is_bold_all_over_is_a_heading() -> None:
    html = "<p><strong>1. Cover</strong></p><p><strong>Bold</strong> and not</p><ul><li><strong>Item</strong></li></ul>"

    assert kinds(html) == ["heading", "p", "ul"]


def test_a_title_that_the_text_repeats_is_said_once() -> None:
    html = "<p><strong>Device protection</strong></p><p>You are covered.</p>"

    assert text_of(wording_pdf(replace(WORDING, html=html))).count("Device protection") == 1


def test_a_list_inside_a_list_stays_inside() -> None:
    [outer] = blocks_of("<ol><li>one<ul><li>deep</li></ul></li><li>two</li></ol>")

    first, second = outer["items"]
    assert [block["kind"] for block in first] == ["p", "ul"]
    assert words(second[0]) == "two"


def test_an_unknown_tag_is_dropped_and_its_text_kept() -> None:
    [block] = blocks_of("<p>a <blink>b</blink> <span onclick='x'>c</span><script>alert(1)</script></p>")

    assert words(block) == "a b c"


def test_only_addresses_that_may_be_followed_become_links() -> None:
    html = '<p><a href="javascript:alert(1)">a</a><a href="mailto:x@y.example">b</a><a>c</a></p>'

    [block] = blocks_of(html)

    assert [run["to"] for run in block["runs"]] == ["", "mailto:x@y.example", ""]


SLOPPY = (
    "",
    "<p><strong>\N{ZERO WIDTH NO-BREAK SPACE}</strong></p><p><strong>\N{ZERO WIDTH SPACE}</strong></p>",
    "no tags at all & an &eacute; and &lt;p&gt;",
    "<li>alone</li></ul></ol></p></strong></em></a>",
    "<ul>text without an item<li>one<p>two<ul><li>",
    "<strong><p>open <em>and <a href='https://x.example'>never closed",
    "<ul><li>" * 60 + "deep" + "</li></ul>" * 60,
    "<p>#panic() $x$ *b* _e_ `r` @ref &lt;label&gt; // \\ " + "\N{GRINNING FACE}" + "</p>",
    "<p><br><br></p><p> </p><ul></ul><ol><li></li></ol>",
    "<p><strong>Only <a href='https://x.example'>a heading</a></strong></p>",
)


@pytest.mark.parametrize("html", SLOPPY)
@pytest.mark.parametrize("language", ["en", "ar"])
def test_no_text_breaks_a_wording(language: str, html: str) -> None:
    pdf = wording_pdf(
        replace(WORDING, language=language, html=html, title="#x $y$", version_line=html, partner_title=html)
    )

    assert "/StructTreeRoot" in read(pdf).root_object


def test_markup_of_the_typesetter_is_printed_and_never_run() -> None:
    assert '#panic("no") $x^2$ *bold*' in text_of(
        wording_pdf(replace(WORDING, html='<p>#panic("no") $x^2$ *bold*</p>'))
    )


def test_evidence_says_what_happened_in_order_with_prices_and_hashes() -> None:
    text = text_of(evidence_pdf(EVIDENCE))

    places = [
        text.index(said) for said in ("YMH7A-4VXQJ-INS", "髙橋 花子", "An offer was shown.", "£89.90", "2 years was")
    ]
    assert places == sorted(places)
    assert "abababab abababab" in text and "2 October 2026, 14:01 UTC" in text


def test_evidence_of_many_events_runs_over_numbered_pages() -> None:
    events = tuple(replace(EVIDENCE.events[0], number=number) for number in range(1, 41))

    pages = [page.extract_text() for page in read(evidence_pdf(replace(EVIDENCE, events=events))).pages]

    assert len(pages) > 1
    assert all(f"{place} / {len(pages)}" in text for place, text in enumerate(pages, 1))


@pytest.mark.parametrize(
    "text", ["#panic()", "$x$", "W" * 500, "\N{GRINNING FACE}\n\x00", "ليلى \N{RIGHT-TO-LEFT OVERRIDE}x", ""]
)
def test_no_text_breaks_evidence(text: str) -> None:
    event = EventFacts(1, text, text, text, ((text, text),), text)

    pdf = evidence_pdf(EvidenceFacts(text, text, ((text, text),), (event,)))

    assert "/StructTreeRoot" in read(pdf).root_object

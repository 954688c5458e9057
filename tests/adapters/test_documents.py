"""The certificate as a PDF: readable in every language, by everybody, whatever a text holds."""

import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from typing import Any

import pytest
from pypdf import PdfReader

from app.adapters.documents.addresses import address, shown
from app.adapters.documents.certificate import CertificateFacts, CoverFacts, certificate_pdf
from app.adapters.locales import LANGUAGES, said

NUMBER = "YMH7A-4VXQJ-INS"
PERIODS = {
    "en": "2 October 2026 to 2 October 2028",
    "de": "2. Oktober 2026 bis 2. Oktober 2028",
    "fr": "du 2 octobre 2026 au 2 octobre 2028",
    "es": "del 2 de octubre de 2026 al 2 de octubre de 2028",
    "ja": "2026年10月2日から2028年10月2日まで",
    "ar": "من 2 أكتوبر 2026 إلى 2 أكتوبر 2028",
}
HOSTILE = (
    "",
    '#panic("no") #sys.inputs',
    "$x^2$ *bold* _em_ `raw` <label> @ref = heading \\ /* // */",
    "\"quotes\" 'and' {braces} [brackets] \\u{1f600} \\n",
    "<script>alert(1)</script> &amp; <p>",
    "W" * 400,
    "smile \N{GRINNING FACE} family \N{MAN}\N{ZERO WIDTH JOINER}\N{WOMAN}\N{VARIATION SELECTOR-16}",
    "one\r\ntwo\tthree\x00\x01\x1b four\N{ZERO WIDTH NO-BREAK SPACE}\ue000 five",
    "하늘 น้ำ \N{LATIN SMALL LETTER E}\N{COMBINING TILDE BELOW}\N{ARABIC FATHA}\N{COMBINING GREEK YPOGEGRAMMENI}",
    "\N{RIGHT-TO-LEFT OVERRIDE}backwards",
)

COVER = CoverFacts(
    title="Device protection",
    subject="Laptop Aurora 14",
    period=PERIODS["en"],
    price="£89.90",
    price_without_tax="£75.55",
    tax_lines=(("Insurance premium tax", "£14.35"), ("", "£0.00")),
    benefits=(("Accidents", "up to £1,500, excess £30"),),
    insured=("Ann Whitfield",),
    inclusions=(("Drops", "A cracked screen."), ("Spills", "")),
    exclusions=(("Loss", "Items left behind."),),
    status="CONFIRMED",
    cancelled_on=None,
    underwriter_name="Harbour Mutual Insurance",
    underwriter_disclaimer="Nothing in this text gives real cover.",
    policy_code="device_protection",
    wording_link="https://cover.example/documents/device_protection.en.html",
)
CERTIFICATE = CertificateFacts(
    language="en",
    partner_title="Northwind",
    logo_svg='<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 10"><rect width="40" height="10"/></svg>',
    booking_id=NUMBER,
    status="CONFIRMED",
    policyholder_name="Ann Whitfield",
    policyholder_lines=("12 Harbour Lane", "Bristol BS1 4ND"),
    issued_on="2 October 2026",
    total_price="£89.90",
    link="https://cover.example/en/coi/YMH7A-4VXQJ-INS?security_token=Zk3vQm9s",
    claims_email="claims@northwind.example",
    claims_link="https://northwind.example/claims",
    help_link="https://northwind.example/help",
    covers=(COVER,),
)


def in_language(language: str) -> CertificateFacts:
    return replace(CERTIFICATE, language=language, covers=(replace(COVER, period=PERIODS[language]),))


def read(pdf: bytes) -> PdfReader:
    return PdfReader(BytesIO(pdf), strict=True)


def text_of(pdf: bytes) -> str:
    return unicodedata.normalize("NFKC", "\n".join(page.extract_text() for page in read(pdf).pages))


def letters(words: str) -> str:
    """Readers of PDFs disagree about the order and the gaps of right-to-left words, not about their letters."""
    visible = (sign for sign in unicodedata.normalize("NFKC", words) if unicodedata.category(sign)[0] in "LMNP")
    return "".join(sorted(visible))


def says(pdf: bytes, words: str) -> bool:
    """On one line, or broken over two."""
    lines = text_of(pdf).splitlines()
    return letters(words) in {letters(line) for line in (*lines, *map("".join, pairwise(lines)))}


@pytest.mark.parametrize("language", LANGUAGES)
def test_number_title_and_period_can_be_searched_in_every_language(language: str) -> None:
    pdf = certificate_pdf(in_language(language))

    assert NUMBER in text_of(pdf)
    assert says(pdf, said("documents", language)("certificate.title"))
    assert says(pdf, PERIODS[language])


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "ja"])
def test_words_that_run_from_left_to_right_are_found_as_they_stand(language: str) -> None:
    text = " ".join(text_of(certificate_pdf(in_language(language))).split())

    assert unicodedata.normalize("NFKC", PERIODS[language]) in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_screen_reader_gets_structure_title_language_and_direction(language: str) -> None:
    reader = read(certificate_pdf(in_language(language)))
    catalog: Any = reader.root_object
    properties = catalog["/Metadata"].get_data().decode()

    assert "/StructTreeRoot" in catalog
    assert catalog["/MarkInfo"]["/Marked"].value is True
    assert catalog["/Lang"] == language
    assert catalog["/ViewerPreferences"]["/Direction"] == ("/R2L" if language == "ar" else "/L2R")
    assert "<pdfuaid:part>1</pdfuaid:part>" in properties
    assert reader.metadata is not None and NUMBER in (reader.metadata.title or "")


def test_a_language_without_words_of_ours_gets_an_english_certificate() -> None:
    assert says(certificate_pdf(replace(CERTIFICATE, language="pt-br")), "Certificate of insurance")


def test_a_simple_booking_fits_on_one_page_in_every_language() -> None:
    assert {len(read(certificate_pdf(in_language(language))).pages) for language in LANGUAGES} == {1}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_insured_is_named_with_its_number(language: str) -> None:
    words = said("documents", language)
    article = ((words("certificate.product"), "Laptop Aurora 14"), (words("certificate.serial"), "SN-4711-AX"))

    pdf = certificate_pdf(replace(in_language(language), article=article))

    assert "SN-4711-AX" in text_of(pdf) and len(read(pdf).pages) == 1


def test_twelve_covers_take_several_pages_that_say_their_number() -> None:
    covers = tuple(replace(COVER, title=f"Cover {place}") for place in range(1, 13))

    pages = [page.extract_text() for page in read(certificate_pdf(replace(CERTIFICATE, covers=covers))).pages]

    assert len(pages) > 1
    assert all(f"{place} / {len(pages)}" in text for place, text in enumerate(pages, 1))
    assert all(any(f"Cover {place}" in text for text in pages) for place in range(1, 13))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_cancelled_booking_says_so(language: str) -> None:
    words = said("documents", language)
    cover = replace(COVER, status="CANCELLED", cancelled_on=None)

    kept = certificate_pdf(in_language(language))
    cancelled = certificate_pdf(replace(in_language(language), status="CANCELLED", covers=(cover,)))

    assert not says(kept, words("certificate.booking_cancelled"))
    assert says(cancelled, words("certificate.booking_cancelled"))


def test_one_cancelled_cover_of_two_says_since_when() -> None:
    cancelled = replace(COVER, title="Spare", status="CANCELLED", cancelled_on="5 November 2026")

    text = text_of(certificate_pdf(replace(CERTIFICATE, covers=(COVER, cancelled))))

    assert text.count("Cancelled on 5 November 2026") == 1
    assert "This insurance is cancelled" not in text


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("language", ["en", "ja", "ar"])
def test_no_text_breaks_a_certificate(language: str, text: str) -> None:
    cover = replace(
        COVER, title=text, subject=text, period=text, benefits=((text, text),), insured=(text,),
        inclusions=((text, text),), exclusions=((text, text),), underwriter_disclaimer=text, wording_link=text,
    )  # fmt: skip
    facts = replace(CERTIFICATE, language=language, partner_title=text, booking_id=text, policyholder_name=text)

    pdf = certificate_pdf(replace(facts, link=text, claims_link=text, claims_email=text, covers=(cover, cover)))

    assert "/StructTreeRoot" in read(pdf).root_object


@pytest.mark.parametrize("text", HOSTILE[1:5])
def test_text_is_printed_as_it_stands_and_never_run(text: str) -> None:
    printed = text_of(certificate_pdf(replace(CERTIFICATE, policyholder_name=text)))

    assert "".join(text.split()) in "".join(printed.split())


def test_what_no_font_can_draw_leaves_a_mark() -> None:
    assert "Ann □ Whitfield" in text_of(
        certificate_pdf(replace(CERTIFICATE, policyholder_name="Ann \N{GRINNING FACE} Whitfield"))
    )


@pytest.mark.parametrize("logo", [None, "", "not a drawing", "<svg>"])
def test_without_a_logo_that_can_be_drawn_the_partner_is_named(logo: str | None) -> None:
    pdf = certificate_pdf(replace(CERTIFICATE, logo_svg=logo))

    assert says(pdf, "Northwind")


def test_without_a_link_there_is_no_code_and_no_empty_way_to_claim() -> None:
    facts = replace(CERTIFICATE, link="", claims_email="", claims_link="")

    text = text_of(certificate_pdf(facts))

    assert "See it online" not in text
    assert "Make a claim" not in text and "Or by e-mail" not in text
    assert "Questions and changes" in text


def test_equal_facts_give_equal_bytes() -> None:
    assert certificate_pdf(CERTIFICATE) == certificate_pdf(CERTIFICATE)


def test_sixteen_threads_at_once_each_get_their_own_certificate() -> None:
    numbers = [f"{NUMBER}-{place:02}" for place in range(16 * 5)]
    asked = [replace(in_language(LANGUAGES[place % 6]), booking_id=number) for place, number in enumerate(numbers)]

    with ThreadPoolExecutor(16) as threads:
        made = list(threads.map(certificate_pdf, asked))

    assert all(number in text_of(pdf) for number, pdf in zip(numbers, made, strict=True))


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "file:///etc",
        "http://[",
        "",
        "https://x.example/\ud800",
        f"https://x.example/{'a' * 3000}",
    ],
)
def test_only_an_address_that_may_be_followed_becomes_a_link(link: str) -> None:
    assert address(link) == ""


def test_an_address_is_shown_as_somebody_would_type_it() -> None:
    assert shown("https://shop.example/help/") == "shop.example/help"
    assert shown(f"https://shop.example/{'a' * 100}") == "shop.example"

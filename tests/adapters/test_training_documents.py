"""A certificate of practice cannot pass for one, in any language; a real one bears no such mark."""

from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader

from app.adapters.documents.certificate import certificate_pdf, drawn_facts
from app.adapters.locales import LANGUAGES, said
from tests.adapters.test_documents import CERTIFICATE


@pytest.mark.parametrize("language", LANGUAGES)
def test_practice_is_written_over_every_page(language: str) -> None:
    facts = replace(CERTIFICATE, language=language, is_training=True)

    assert drawn_facts(facts)["watermark"] == said("documents", language)("certificate.training")
    pages = PdfReader(BytesIO(certificate_pdf(facts))).pages
    assert len(pages) == len(PdfReader(BytesIO(certificate_pdf(replace(facts, is_training=False)))).pages)


def test_the_mark_is_in_the_document_itself() -> None:
    made = PdfReader(BytesIO(certificate_pdf(replace(CERTIFICATE, is_training=True))))

    assert all("TRAINING" in page.extract_text() for page in made.pages)
    assert "TRAINING" not in PdfReader(BytesIO(certificate_pdf(CERTIFICATE))).pages[0].extract_text()

"""A consent says what it was given to; one to nothing shown, or to nothing chosen, is none."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.domain.portal_errors import PortalRefused
from app.services.record_consent import record_consent
from tests.associate import At, tablet
from tests.begun_sale import sale_at
from tests.conftest import Environment
from tests.partner import published_platform

TEXT = {"name": "everywhere-optional", "version": "r1", "hash": "0" * 64, "language": "en"}


@pytest.fixture
def at(sqlite_environment: Environment) -> At:
    return tablet(published_platform(sqlite_environment, "northwind").app)


def test_a_consent_covers_exactly_what_was_chosen(at: At) -> None:
    sale = sale_at(at)
    shown = replace(sale.draft, consent_shown_at=datetime.now(UTC))

    agreed = record_consent(sale.desk(), shown, "phone", (TEXT,))

    assert agreed.has_consent and agreed.consent is not None and agreed.consent.documents == (TEXT,)
    assert not replace(agreed, language="de").has_consent


def test_what_was_not_shown_cannot_be_agreed_to(at: At) -> None:
    sale = sale_at(at)

    with pytest.raises(PortalRefused) as refused:
        record_consent(sale.desk(), sale.draft, "phone", (TEXT,))

    assert refused.value.key == "consent_unseen"


def test_without_a_cover_there_is_nothing_to_agree_to(at: At) -> None:
    sale = sale_at(at)
    nothing = replace(sale.draft, lines=(), consent_shown_at=datetime.now(UTC))

    with pytest.raises(PortalRefused) as refused:
        record_consent(sale.desk(), nothing, "paper", (TEXT,))

    assert refused.value.key == "nothing_chosen"

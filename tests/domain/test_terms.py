"""What the law of a place adds to a policy's own terms: days to cancel, and days between information and sale."""

import pytest

from app.domain.terms import Jurisdiction, Terms

TERMS = Terms(
    cooling_off_days=28,
    refund="pro_rata",
    refund_fee=0,
    modification="none",
    modification_fee=0,
    is_renewable=False,
    renews_automatically=False,
    notice_days=30,
    instalments=(),
    jurisdictions=(
        Jurisdiction("AU", None, 14, 4),
        Jurisdiction("US", "CA", 60, 2),
        Jurisdiction("GB", None, 45),
    ),
)

# Where the customer lives, the days to cancel, and the days before the sale.
PLACES = [
    ("AU", None, 28, 4),
    ("AU", "NSW", 28, 4),
    ("US", "CA", 60, 2),
    ("US", "WA", 28, 0),
    ("US", None, 28, 0),
    ("GB", None, 45, 0),
    ("FR", None, 28, 0),
]


@pytest.mark.parametrize(("country", "region", "cancellation", "deferred"), PLACES)
def test_the_region_goes_before_the_country_and_the_longer_days_count(
    country: str, region: str | None, cancellation: int, deferred: int
) -> None:
    assert TERMS.cooling_off_in(country, region) == cancellation
    assert TERMS.deferred_in(country, region) == deferred

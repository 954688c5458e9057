"""The partners' signature: the contract's test vectors, and everything that looks nearly right."""

import base64
import hmac
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest

from app.domain.errors import AccessDenied, CredentialsMissing
from app.domain.signature import (
    Authorization,
    authorization,
    check_date,
    check_form,
    check_signature,
    signature_of,
    signed_headers,
    signed_text,
)

OURS = "(request-target): get /xcover/partners/LLODT/bookings/\ndate: Sat, 21 Nov 2026 09:00:00 GMT"
VECTORS = [
    (
        "hmac-sha256",
        "test_api_secret",
        "date: Sun, 29 Aug 2021 12:07:26 GMT",
        "bfxytCfvFqito27v0%2FKcN1jBJsgnCReimKXdAWwoi0k%3D",
    ),
    (
        "hmac-sha512",
        "efgh",
        "date: Tue, 01 Jan 2019 00:00:00 GMT",
        "f6RnwuCiDBJiAgi7fbc4cXEeKF%2BPKiIA%2BQbKVHqQmu3KHemhLg2wV5FDceUEbzPurmnqQi5H7W9Ot1om0o7W3A%3D%3D",
    ),
    ("hmac-sha256", "example-secret", OURS, "IZyz5XMcIc0aXvTOPPZMb9RdbNvco86tGCDjcuDYfK0%3D"),
    (
        "hmac-sha384",
        "example-secret",
        OURS,
        "iIeMcs8b2jkoEfQKgmv%2BQEM7xIbjiIwDCKaECNRius2sw4s%2Bv7bJXddrXON45Cuo",
    ),
    (
        "hmac-sha512",
        "example-secret",
        OURS,
        "RdtW7B1MJGpVhN0q5SdCliIF0pKOjo6uyzZKdsdbJm9bwoakrFcfHNvZiL7J1AgbF8VL7Eb9q5jKggpz5XF1nA%3D%3D",
    ),
]
ALGORITHM, SECRET, TEXT, SIGNATURE = VECTORS[1]
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
DAY = timedelta(hours=24)


def given(signature: str, algorithm: str = ALGORITHM) -> Authorization:
    return Authorization("key", algorithm, ("date",), signature)


@pytest.mark.parametrize(("algorithm", "secret", "text", "signature"), VECTORS)
def test_the_contracts_vectors_are_made_and_accepted(algorithm: str, secret: str, text: str, signature: str) -> None:
    assert signature_of(secret, algorithm, text) == signature

    check_signature(given(signature, algorithm), secret, text)


def test_the_text_to_sign_is_a_line_a_header_in_the_listed_order() -> None:
    date = "Sat, 21 Nov 2026 09:00:00 GMT"
    path = "/xcover/partners/LLODT/bookings/"

    assert signed_text(("(request-target)", "date"), "GET", path, date) == OURS
    assert signed_text(("date", "(request-target)"), "GET", path, date).startswith("date: ")
    assert signed_text(("date",), "POST", path, date) == f"date: {date}"


@pytest.mark.parametrize(
    "signature",
    [
        SIGNATURE.replace("%2B", "%2b").replace("%3D", "%3d"),
        SIGNATURE.replace("%3D", "="),
        SIGNATURE.replace("%2B", "+"),
    ],
    ids=["lower-case escapes", "raw equals signs", "raw plus signs"],
)
def test_every_way_of_escaping_that_clients_use_is_accepted(signature: str) -> None:
    check_signature(given(signature), SECRET, TEXT)


@pytest.mark.parametrize(
    ("signature", "rule"),
    [
        (SIGNATURE.replace("%2B", "-").replace("%2F", "_"), "must be base64"),
        (SIGNATURE.replace("%2B", " "), "must be base64"),
        (SIGNATURE.replace("%3D%3D", ""), "must be base64"),
        (SIGNATURE[:40], "must be 64 bytes long for hmac-sha512, this one has"),
        (SIGNATURE[:41], "must be base64"),
        ("", "must be 64 bytes long for hmac-sha512, this one has 0"),
        (quote(base64.b64encode(b"x" * 32).decode(), safe=""), "this one has 32"),
        (quote(base64.b64encode(b"x" * 65).decode(), safe=""), "this one has 65"),
        ("%FF%FE", "must be base64"),
        ("١٢٣٤", "must be base64"),
        (SIGNATURE + "%0A", "must be base64"),
    ],
)
def test_a_signature_of_the_wrong_form_is_told_what_is_wrong(signature: str, rule: str) -> None:
    with pytest.raises(AccessDenied) as refused:
        check_signature(given(signature), SECRET, TEXT)

    assert rule in refused.value.errors["Authorization"]["signature"][0]


@pytest.mark.parametrize(
    ("secret", "text"), [("other", TEXT), (SECRET, TEXT + " "), (SECRET, TEXT.upper()), (SECRET + "\n", TEXT)]
)
def test_a_signature_of_something_else_is_refused_without_a_hint(secret: str, text: str) -> None:
    with pytest.raises(AccessDenied) as refused:
        check_signature(given(SIGNATURE), secret, text)

    assert refused.value.errors is None
    assert refused.value.message == "You do not have permission to access this url"


def test_the_secret_is_used_as_its_utf8_bytes() -> None:
    digest = hmac.digest("geheim-ß-秘密".encode(), TEXT.encode(), "sha256")

    made = signature_of("geheim-ß-秘密", "hmac-sha256", TEXT)

    assert made == quote(base64.b64encode(digest).decode(), safe="")


@pytest.mark.parametrize(
    ("header", "headers"),
    [
        ('Signature keyId="k",algorithm="hmac-sha512",signature="s"', ("date",)),
        ('Signature keyId="k",algorithm="hmac-sha512",headers="date",signature="s"', ("date",)),
        (
            'Signature keyId="k",algorithm="hmac-sha512",headers="(request-target) date",signature="s"',
            ("(request-target)", "date"),
        ),
        ('signature keyId="k", algorithm="HMAC-SHA512", headers="Date", signature="s"', ("date",)),
        (
            'SIGNATURE headers="date (request-target)",signature="s",algorithm="hmac-sha512",keyId="k"',
            ("date", "(request-target)"),
        ),
    ],
)
def test_the_authorization_header_is_read_in_every_form_clients_send(header: str, headers: tuple[str, ...]) -> None:
    found = authorization(header)

    assert (found.key_id, found.algorithm, found.signature, found.headers) == ("k", "hmac-sha512", "s", headers)
    check_form(found, sha1_allowed=False)


@pytest.mark.parametrize("header", [None, "", "Basic abc", "Bearer keyId=", "Signature", 'Signature keyId=""', "keyId"])
def test_a_request_without_credentials_is_told_so(header: str | None) -> None:
    with pytest.raises(CredentialsMissing):
        authorization(header)


@pytest.mark.parametrize("algorithm", ["", "hmac-md5", "sha512", "hmac-sha1", "hmac-sha3", "rsa-sha256", "none"])
def test_an_algorithm_we_do_not_speak_is_refused_with_those_we_do(algorithm: str) -> None:
    with pytest.raises(AccessDenied) as refused:
        check_form(given("s", algorithm), sha1_allowed=False)

    said = refused.value.errors["Authorization"]["algorithm"][0]
    assert said == "must be one of hmac-sha256, hmac-sha384, hmac-sha512"


def test_sha1_works_only_where_the_operator_has_switched_it_on() -> None:
    check_form(given("s", "hmac-sha1"), sha1_allowed=True)
    check_signature(given(signature_of(SECRET, "hmac-sha1", TEXT), "hmac-sha1"), SECRET, TEXT)

    with pytest.raises(AccessDenied):
        check_form(given("s", "hmac-sha1"), sha1_allowed=False)


@pytest.mark.parametrize("headers", ["", "host date", "(request-target)", "digest", "date host", "(created) date"])
def test_a_list_of_headers_that_we_cannot_check_is_refused(headers: str) -> None:
    found = authorization(f'Signature keyId="k",algorithm="hmac-sha512",headers="{headers}",signature="s"')

    with pytest.raises(AccessDenied) as refused:
        check_form(found, sha1_allowed=False)

    assert "headers" in refused.value.errors["Authorization"]


@pytest.mark.parametrize("headers", [("date",), ("(request-target)", "date")])
@pytest.mark.parametrize("algorithm", ["hmac-sha256", "hmac-sha384", "hmac-sha512"])
def test_what_we_sign_we_accept(headers: tuple[str, ...], algorithm: str) -> None:
    made = signed_headers("k", SECRET, algorithm, headers, ("POST", "/x/partners/NWIND/offers/"), NOW)

    found = authorization(made["Authorization"])
    check_form(found, sha1_allowed=False)
    check_date(made["Date"], NOW, timedelta(seconds=1))
    check_signature(found, SECRET, signed_text(found.headers, "POST", "/x/partners/NWIND/offers/", made["Date"]))
    assert made["X-Api-Key"] == found.key_id
    assert made["Date"] == "Sat, 21 Nov 2026 09:00:00 GMT"


@pytest.mark.parametrize(
    "date",
    [
        "Sat, 21 Nov 2026 09:00:00 GMT",
        "Sat, 21 Nov 2026 09:00:00 +0000",
        "21 Nov 2026 09:00:00 GMT",
        "Sat, 21 Nov 2026 20:00:00 +1100",
        "Fri, 20 Nov 2026 22:00:00 GMT",
        "Sun, 22 Nov 2026 09:00:00 GMT",
        "Fri, 20 Nov 2026 09:00:00 GMT",
    ],
)
def test_a_date_within_the_window_is_accepted(date: str) -> None:
    check_date(date, NOW, DAY)


@pytest.mark.parametrize(
    ("date", "skew"),
    [
        ("Sun, 22 Nov 2026 09:00:01 GMT", DAY),
        ("Fri, 20 Nov 2026 08:59:59 GMT", DAY),
        ("Sat, 21 Nov 2026 09:05:01 GMT", timedelta(minutes=5)),
        ("Mon, 01 Jan 0001 00:00:00 GMT", DAY),
    ],
)
def test_a_date_outside_the_window_is_told_the_window(date: str, skew: timedelta) -> None:
    with pytest.raises(AccessDenied) as refused:
        check_date(date, NOW, skew)

    assert refused.value.errors == {
        "Date": [f"must be within {int(skew.total_seconds())} seconds of the server's clock"]
    }


@pytest.mark.parametrize(
    "date",
    [
        "2026-11-21T09:00:00Z",
        "1795251600",
        "yesterday",
        " ",
        ", ,",
        "Sat, 21 Nov 2026 09:00:00",
        "Sat, 32 Nov 2026 09:00:00 GMT",
        "Sat, 21 Nov 99999 09:00:00 GMT",
        "Sat, 21 Nov 2026 09:00:00 +999999999999999999999",
        "Sat, 21 Nov 2026 99999999999999999999:00:00 GMT",
    ],
)
def test_what_is_no_date_is_told_the_form_and_never_breaks_the_server(date: str) -> None:
    with pytest.raises(AccessDenied) as refused:
        check_date(date, NOW, DAY)

    assert refused.value.errors == {"Date": ["must look like Thu, 04 Nov 2021 18:07:11 GMT"]}


@pytest.mark.parametrize("date", [None, ""])
def test_a_request_without_a_date_is_told_so(date: str | None) -> None:
    with pytest.raises(AccessDenied) as refused:
        check_date(date, NOW, DAY)

    assert refused.value.errors == {"Date": ["This header is required."]}

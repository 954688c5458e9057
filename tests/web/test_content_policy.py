"""What a page's own policy would block of the widget. The verdicts were compared with Chromium's."""

import pytest

from app.web.widget.content_policy import NEEDS, TYPES, Checked, Finding, Guest, checked, matches
from app.web.widget.policy_text import PolicyUnreadable, pasted
from app.web.widget.snippets import host_policy, nonce_policy, stub_texts

ORIGIN = "https://cover.example"
INTEGRITY = "sha384-oqVuAfXRKap7fdgcCY5uykM6+R9GqQ8K/uxy9rx7HNQlGYl1kPzQho1wx4JwY8wC"
GUEST = Guest(
    ORIGIN,
    f"{ORIGIN}/widget/1.0.0/awning.js",
    f"{ORIGIN}/widget/1.0.0/panel.css",
    stub_texts(ORIGIN, "cards"),
    INTEGRITY,
)
HASHES = " ".join(GUEST.stub_hashes)
STUB, MODULE, TAG, OFFER, STYLE = (need.what for need in NEEDS)
ALL = {STUB, MODULE, TAG, OFFER, STYLE}


def blocked(text: str, guest: Guest = GUEST) -> set[str]:
    return {finding.what for finding in checked(text, guest).findings if finding.verdict == "blocked"}


def found(result: Checked, what: str) -> Finding:
    return next(finding for finding in result.findings if finding.what == what)


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("default-src 'none'", ALL),
        ("default-src *", {STUB}),
        ("default-src * 'unsafe-inline'", set()),
        ("default-src 'self'", ALL),
        ("img-src 'none'", set()),
        ("default-src 'none'; script-src https: 'unsafe-inline'", {OFFER, STYLE}),
        ("script-src 'none'; script-src-elem https: 'unsafe-inline'", set()),
        ("script-src https: 'unsafe-inline'; script-src-elem 'none'", {STUB, MODULE, TAG}),
        ("script-src-attr 'none'", set()),
        ("style-src https:; style-src-elem 'self'", {STYLE}),
        ("style-src-attr 'none'", set()),
        ("connect-src 'self'", {OFFER}),
        ("script-src", {STUB, MODULE, TAG}),
        ("script-src 'nonce-abc'", set()),
        ("script-src 'nonce-abc' 'unsafe-inline' 'strict-dynamic'", set()),
        ("script-src 'nonce-'", {STUB, MODULE, TAG}),
        ("script-src https: 'unsafe-inline' 'sha256-AAAA'", {STUB}),
        ("script-src https: 'unsafe-inline' 'strict-dynamic'", {STUB, MODULE, TAG}),
        (f"script-src {HASHES}", {MODULE, TAG}),
        (f"script-src {HASHES} {ORIGIN}", set()),
        # Measured: what runs by its hash hands on no trust.
        (f"script-src {HASHES} {ORIGIN} 'strict-dynamic'", {MODULE, TAG}),
        (f"script-src '{INTEGRITY}'", {STUB, MODULE}),
        (f"script-src 'SHA384-{INTEGRITY[7:].replace('+', '-').replace('/', '_')}' 'strict-dynamic'", {STUB, MODULE}),
        ("script-src 'NONCE-abc' 'Strict-Dynamic'", set()),
        ("SCRIPT-SRC 'nonce-abc'", set()),
        ("script-src 'none' 'nonce-abc'", set()),
        ("style-src 'strict-dynamic' 'nonce-abc'", {STYLE}),
        # The first of two counts.
        ("connect-src 'none'; connect-src *", {OFFER}),
        ("sandbox allow-forms", {"Every script of the page, and the origin it asks from"}),
        ("sandbox allow-scripts allow-same-origin", set()),
    ],
)
def test_a_policy_blocks_what_a_browser_would_block(policy: str, expected: set[str]) -> None:
    assert blocked(policy) == expected


@pytest.mark.parametrize(
    ("source", "does_match"),
    [
        ("*", True),
        ("https:", True),
        ("http:", True),
        ("data:", False),
        ("wss:", False),
        ("cover.example", True),
        ("COVER.example", True),
        ("https://cover.example", True),
        ("http://cover.example", True),
        ("wss://cover.example", False),
        ("other.example", False),
        ("*.example", True),
        ("*.cover.example", False),
        ("https://*", True),
        ("*:443", True),
        ("*:8443", False),
        ("cover.example:443", True),
        ("cover.example:80", False),
        ("cover.example:*", True),
        ("cover.example:8443", False),
        ("https://cover.example:80", False),
        ("http://cover.example:80", True),
        ("cover.example/", True),
        ("cover.example/widget/", True),
        ("cover.example/widget", False),
        ("cover.example/widget/offers", True),
        ("cover.example/%77idget/", True),
        ("cover.example/WIDGET/", False),
        ("cover.example/widget/offers/", False),
        ("cover.example/other/", False),
        ("'self'", False),
        ("self", False),
        ("'https://cover.example'", False),
        ("not a source", False),
        ("", False),
    ],
)
def test_a_source_matches_an_address_as_browsers_match_it(source: str, does_match: bool) -> None:
    assert matches(source, f"{ORIGIN}/widget/offers") is does_match


def test_self_is_the_pages_own_origin() -> None:
    assert matches("'self'", "https://shop.example/widget/a", "https://shop.example:443")
    assert matches("'self'", "https://shop.example/widget/a", "http://shop.example")
    assert not matches("'self'", "http://shop.example/widget/a", "https://shop.example")
    assert not matches("'self'", "https://shop.example:8443/widget/a", "https://shop.example")


def test_a_port_is_part_of_an_address() -> None:
    assert matches("127.0.0.1:8000", "http://127.0.0.1:8000/widget/offers")
    assert not matches("http://127.0.0.1", "http://127.0.0.1:8000/widget/offers")
    assert matches("[::1]:8000", "http://[::1]:8000/widget/offers")


def test_a_path_that_lets_in_the_offer_alone_still_blocks_the_choice() -> None:
    finding = found(checked(f"connect-src {ORIGIN}/widget/offers", GUEST), OFFER)

    assert finding.verdict == "blocked"
    assert finding.why == f"The list matches some of its addresses, and not {ORIGIN}/widget/offers/ID/selection."


def test_each_of_several_policies_has_to_let_it_in() -> None:
    result = checked(f"connect-src *; script-src 'nonce-abc', connect-src 'self' {ORIGIN}, connect-src 'none'", GUEST)

    rows = [(finding.policy, finding.verdict) for finding in result.findings if finding.what == OFFER]
    assert rows == [("Policy 1", "ok"), ("Policy 2", "ok"), ("Policy 3", "blocked")]
    assert result.revised == (f"connect-src {ORIGIN}",)


def test_what_is_only_reported_is_not_blocked() -> None:
    result = checked("Content-Security-Policy-Report-Only: default-src 'none'; sandbox", GUEST)

    assert {finding.verdict for finding in result.findings} == {"reported"}
    assert result.blocked == 0
    assert result.revised == ()


@pytest.mark.parametrize(
    ("policy", "verdict"),
    [
        ("require-trusted-types-for 'script'", "ok"),
        ("require-trusted-types-for 'script'; trusted-types awning other", "ok"),
        ("require-trusted-types-for 'script'; trusted-types *", "ok"),
        ("require-trusted-types-for 'script'; trusted-types other", "blocked"),
        ("require-trusted-types-for 'script'; trusted-types", "blocked"),
        ("require-trusted-types-for 'script'; trusted-types 'none'", "blocked"),
        ("trusted-types other", "ok"),
        ("require-trusted-types-for; trusted-types other", "ok"),
        ("require-trusted-types-for 'script', trusted-types other", "blocked"),
        ("Content-Security-Policy-Report-Only: require-trusted-types-for 'script'; trusted-types other", "reported"),
    ],
)
def test_the_name_of_the_trusted_types_policy_has_to_be_on_every_list(policy: str, verdict: str) -> None:
    verdicts = {finding.verdict for finding in checked(policy, GUEST).findings if finding.what == TYPES}

    assert verdicts - {"ok"} == {verdict} - {"ok"}
    assert verdicts


@pytest.mark.parametrize(
    ("header", "verdict"),
    [
        ("Integrity-Policy: blocked-destinations=(script)", "blocked"),
        ("Integrity-Policy: blocked-destinations=(style script), sources=(inline), endpoints=(a)", "blocked"),
        ("Integrity-Policy: blocked-destinations=(script), sources=()", "ok"),
        ("Integrity-Policy: blocked-destinations=(style)", "ok"),
        ("Integrity-Policy-Report-Only: blocked-destinations=(script)", "reported"),
        ("Integrity-Policy: blocked-destinations=script", "ok"),
    ],
)
def test_an_integrity_policy_asks_for_the_import_map(header: str, verdict: str) -> None:
    result = checked(f"Content-Security-Policy: script-src 'nonce-a'\n{header}", GUEST)

    assert result.findings[-1].verdict == verdict


POLICIES = [
    "default-src 'none'",
    "default-src 'self'",
    "default-src 'self' 'unsafe-inline'; require-trusted-types-for 'script'; trusted-types 'none'",
    "script-src 'self' 'sha256-AAAA'; connect-src 'none'; style-src 'self'",
    "script-src 'strict-dynamic' 'unsafe-inline' https:",
    f"script-src {HASHES} 'strict-dynamic'; sandbox",
    "script-src 'self'; script-src-elem 'none'; style-src-elem 'self'",
    "default-src 'none', script-src 'self'",
    nonce_policy(ORIGIN),
    host_policy(ORIGIN, GUEST.stub_hashes),
]


@pytest.mark.parametrize("policy", POLICIES)
def test_the_lines_that_are_proposed_let_everything_in(policy: str) -> None:
    before = checked(policy, GUEST)

    revised = checked(", ".join(before.revised) or policy, GUEST)

    assert {finding.what for finding in revised.findings if finding.verdict == "blocked"} - {TAG} == set()
    for finding in before.findings:
        if finding.what == TAG and finding.change:
            assert TAG not in blocked(finding.change)


def test_a_line_that_is_proposed_keeps_what_was_there_and_leaves_the_default_alone() -> None:
    result = checked("default-src 'self' https://cdn.example; img-src *", GUEST)

    assert found(result, OFFER).directive == "default-src"
    assert found(result, OFFER).change == f"connect-src 'self' https://cdn.example {ORIGIN}"
    assert result.revised[0].startswith("default-src 'self' https://cdn.example; img-src *; script-src 'self'")


@pytest.mark.parametrize(
    "text",
    [
        "Content-Security-Policy: connect-src 'none'",
        "content-security-policy:\n  connect-src\n  'none'",
        "HTTP/2 200\ndate: Sun, 01 Nov 2026 10:00:00 GMT\ncontent-security-policy: connect-src 'none'\nserver: x",
        '<meta http-equiv="Content-Security-Policy" content="connect-src \'none\'">',
        "<meta http-equiv='content-security-policy' content='connect-src &#39;none&#39;'/>",
        "add_header Content-Security-Policy \"connect-src 'none'\" always;",
        "Header always set Content-Security-Policy \"connect-src 'none'\"",
        ";;connect-src   'none' ; ;",
        "script-src\nhttps: 'unsafe-inline';\nconnect-src 'none'",
    ],
)
def test_a_policy_is_read_in_whatever_form_it_is_pasted(text: str) -> None:
    assert blocked(text) == {OFFER}


@pytest.mark.parametrize(
    ("text", "remark"),
    [
        ("scrpt-src 'self'; img-src *", "scrpt-src is no directive that browsers know; they ignore it. Did you mean"),
        ("img-src *; foo bar", "foo is no directive that browsers know; they ignore it."),
        ("img-src self", "img-src: self needs single quotes: 'self'."),
        ("img-src nonce-abc", "img-src: nonce-abc needs single quotes: 'nonce-abc'."),
        ("img-src 'a.example'", "img-src: 'a.example' has quotes it must not have: a.example."),
        ("img-src ???", "img-src: ??? is no source that browsers know; they ignore it."),
        ("img-src 'none' a.example", "img-src: 'none' counts only when it stands alone; here browsers ignore it."),
        ("img-src a; img-src b", "img-src stands there twice: browsers take the first and ignore the second."),
        ("img-src *; script-src ‘self’", "“script-src ‘self’” has a character outside ASCII"),
        ("<meta http-equiv=Content-Security-Policy content='img-src *; sandbox'>", "Browsers ignore sandbox in a meta"),
    ],
)
def test_what_browsers_ignore_is_said(text: str, remark: str) -> None:
    (said,) = pasted(text).remarks

    assert said.startswith(remark)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "Paste a policy first"),
        (" \n\t ", "Paste a policy first"),
        ("hello world", "A policy is a list of directives with semicolons between them"),
        ("<script>alert(1)</script>", "There is no directive that browsers know"),
        ("script-src 'self'\x00", "U+0000"),
        ("a" * 20_001, "at most 20000 characters"),
        (",,,;;;", "A policy is a list of directives"),
        ("x-frame-options: DENY", "A policy is a list of directives"),
    ],
)
def test_what_is_no_policy_is_refused_by_the_rule_it_breaks(text: str, rule: str) -> None:
    with pytest.raises(PolicyUnreadable, match="(?s)" + rule.replace("+", r"\+")):
        checked(text, GUEST)

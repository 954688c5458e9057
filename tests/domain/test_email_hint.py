"""A mistyped mail address is asked about, a right one never."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.email_hint import KNOWN, email_hint


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ana@gmial.com", "ana@gmail.com"),
        ("ana@gmai.com", "ana@gmail.com"),
        ("ana@gmaill.com", "ana@gmail.com"),
        ("ana@gmail.con", "ana@gmail.com"),
        ("ana@gmail.co", "ana@gmail.com"),
        ("ana@gmail,com", "ana@gmail.com"),
        ("ana@gmailcom", "ana@gmail.com"),
        ("ana@gmail..com", "ana@gmail.com"),
        ("Ana.K@GMIAL.com", "Ana.K@gmail.com"),
        ("ana@hotmial.com", "ana@hotmail.com"),
        ("ana@hotnial.com", "ana@hotmail.com"),
        ("ana@yaho.co.uk", "ana@yahoo.co.uk"),
        ("ana@yahoo.co.ku", "ana@yahoo.co.uk"),
        ("ana@outlok.de", "ana@outlook.de"),
        ("ana@t-onlin.de", "ana@t-online.de"),
        ("ana@btintrenet.com", "ana@btinternet.com"),
        ("ana@acme.con", "ana@acme.com"),
        ("ana@acme.example.cmo", "ana@acme.example.com"),
        ("ana@charity.ogr", "ana@charity.org"),
        (" ana@gmail.comm ", "ana@gmail.com"),
    ],
)
def test_a_usual_mistake_gets_a_question(typed: str, meant: str) -> None:
    assert email_hint(typed) == meant


@pytest.mark.parametrize("domain", sorted(KNOWN))
def test_a_well_known_host_is_never_doubted(domain: str) -> None:
    assert email_hint(f"ana@{domain}") is None
    assert email_hint(f"ana@{domain.upper()}") is None


@pytest.mark.parametrize(
    "domain",
    ["outlook.hu", "yahoo.pt", "hotmail.cz", "gmx.li", "aon.com", "live.fi", "ge.com", "love.com", "acme.co", "acme.io"]
    + ["university.ac.uk", "firm.example", "mall.com", "awning.example", "g.cn", "bücher.example", "sub.gmail.example"],
)
def test_an_address_that_may_well_be_right_is_left_alone(domain: str) -> None:
    assert email_hint(f"ana@{domain}") is None


@pytest.mark.parametrize("text", ["", "ana", "@gmial.com", "ana@", "a@b@gmial.com", "@", "x" * 300 + "@gmial.com"])
def test_what_is_no_address_gets_no_hint(text: str) -> None:
    assert email_hint(text) is None


@given(st.text(max_size=80))
def test_a_hint_is_never_what_was_typed_and_is_right_itself(text: str) -> None:
    hint = email_hint(f"ana@{text}")

    assert hint is None or (hint != f"ana@{text}" and email_hint(hint) is None)

"""What strangers put into the snippet builder's address stays text."""

import pytest

from tests.partner import Partner, published_platform


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Partner:
    folder = tmp_path_factory.mktemp("builder")
    settings = {"AWNING_MODE": "demo", "AWNING_VAR": str(folder), "AWNING_LOG": "off"}
    return published_platform(settings | {"DATABASE_URL": f"sqlite:///{folder}/own.db"}, "northwind")


@pytest.mark.parametrize("query", ["endpoint=1", "_method=PUT", "_scheme=x", "_external=1", "key=%22%3E%3Cimg"])
def test_no_query_gets_into_the_making_of_our_own_addresses(demo: Partner, query: str) -> None:
    answer = demo.client.get(f"/docs/widget?{query}")

    assert answer.status_code == 200
    assert 'action="/docs/widget/policy?' in answer.text
    assert "<img" not in answer.text


@pytest.mark.parametrize("text", ['{"a": NaN}', '{"a": ' + "[" * 900 + "]" * 900 + "}"], ids=["no number", "too deep"])
def test_a_request_that_no_snippet_could_hold_is_refused_in_words(demo: Partner, text: str) -> None:
    answer = demo.client.get("/docs/widget", query_string={"request": text})

    assert answer.status_code == 200
    assert "This cannot be read as JSON" in answer.text

"""What the check says of links, names, limits and words, and the reasons it gives where a price cannot be computed."""

from pathlib import Path

import pytest

from app.catalog.examples import ExampleFails, offers_for
from app.catalog.source import read_folder
from tests.catalog.folders import CATALOG, Folder, compiled_folder, copied

PLUS = "products/renters-contents-plus.yaml"
MANCHESTER = "examples/house-in-manchester.yaml"
WORDING = "wording/renters_contents.en.html"


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return copied("hearthside", tmp_path)


def said(folder: Folder) -> list[tuple[str, int, str]]:
    return [(mistake.file, mistake.line, mistake.message) for mistake in folder.mistakes()]


def test_a_link_is_not_followed(folder: Folder, tmp_path: Path) -> None:
    (tmp_path / "secret.html").write_text("<p>secret</p>", encoding="utf-8")
    for name, target in (("secret.en.html", "secret.html"), ("gone.en.html", "gone.html")):
        (folder.path / "files" / name).symlink_to(tmp_path / target)
    (folder.path / "more").symlink_to(tmp_path, target_is_directory=True)

    reason = "is a link; a folder holds its own files"
    assert said(folder) == [("files/gone.en.html", 1, reason), ("files/secret.en.html", 1, reason), ("more", 1, reason)]
    assert "files/secret.en.html" not in read_folder(folder.path).files


@pytest.mark.parametrize("name", ["files/terms.html", "wording/terms.html", "files/terms.EN.html", "files/a/b.en.html"])
def test_a_document_that_no_language_would_find_is_a_mistake(folder: Folder, name: str) -> None:
    folder.write(name, "<p>x</p>\n")

    assert said(folder) == [(name, 1, "must be called NAME.LANGUAGE.html")]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("minimum: 69.00", "minimum: -69.00", "less than the minimum of 0"),
        ("maximum: 780.00", "maximum: -780.00", "less than the minimum of 0"),
        ("service, amount: 6.00", "service, amount: -6.00", "less than the minimum of 0"),
        ('fund, when: context.property.country == "FR", amount: 6.50', "fund, amount: -6.50", "minimum of 0"),
        ("rate: 0.10}", "rate: 10}", "greater than the maximum of 1"),
        ("commission: {rate: 0.22}", "commission: {rate: 22}", "greater than the maximum of 1"),
        ("commission: {rate: 0.22}", "commission: {rate: -0.22}", "less than the minimum of 0"),
        ("limit: 300, excess: 0", "limit: 300, excess: -1", "less than the minimum of 0"),
        ("minimum: 69.00", "minimum: 781.00", "pricing.minimum: is larger than the maximum, 780"),
    ],
)
def test_a_number_that_no_price_can_have_is_a_mistake(folder: Folder, old: str, new: str, message: str) -> None:
    line = folder.change(PLUS, old, new)

    [found] = [mistake for mistake in said(folder) if mistake[:2] == (PLUS, line)]

    assert message in found[2]


def test_an_example_must_be_able_to_fill_the_words_of_what_it_prices(folder: Folder) -> None:
    folder.change(PLUS, "{money: sum_insured}", "{text: context.property.region}")
    line = folder.line_of(MANCHESTER, "request:")

    found = [mistake for mistake in said(folder) if mistake[0] == MANCHESTER]

    reason = "cover_limit calculation failed. Expression: context.property.region: context.property.region is missing"
    assert found == [(MANCHESTER, line, f"request: the words of renters-contents-plus cannot be filled: {reason}")]


def test_an_offer_that_no_example_leads_to_is_named(folder: Folder) -> None:
    folder.remove("examples/studio-in-leipzig.yaml")

    assert ("offers/renters-liability-only.yaml", 1, "no example leads to it") in said(folder)


def test_the_variants_of_an_experiment_share_an_example(tmp_path: Path) -> None:
    named = {file.data["offer"] for _, file in read_folder(CATALOG / "northwind").under("examples", ".yaml")}
    assert "audio-cover-long" not in named

    assert copied("northwind", tmp_path).mistakes() == []


def test_a_price_that_cannot_be_computed_is_said_with_the_reason(folder: Folder) -> None:
    folder.change(MANCHESTER, "on: 2026-11-01", "on: 2020-01-01")

    [found] = [message for file, _, message in said(folder) if file == MANCHESTER]

    assert found.startswith("offer: no product of the offer can be priced: ")
    assert "calculation failed. Expression: to_policy_currency(" in found
    assert "GBP" in found.rpartition("): ")[2]


def test_a_golden_row_that_has_no_price_is_said_with_the_reason(folder: Folder) -> None:
    row = "apartment-in-paris,context.contents_value=149000000,renters-contents-plus,1.00,0.00,1.00,0.10\n"
    line = folder.append("golden.csv", row)

    [(file, at, message)] = said(folder)

    assert (file, at) == ("golden.csv", line)
    assert 'base_rate calculation failed. Expression: rate("contents_rates", "plus", ' in message
    assert "No rate available for the supplied parameters (contents_rates: plus, apartment, 1.49e+08)" in message


def test_html_that_would_change_is_shown_where_it_would(folder: Folder) -> None:
    line = folder.change(WORDING, "is your contract with", "is your <i>contract</i> with")

    [(_, at, message)] = said(folder)

    shown = message.removeprefix("the sanitizer would change this HTML: ")
    assert at == line
    assert "is your <i>contract</i> with" in shown
    assert len(shown) <= 80


def test_a_condition_that_fails_is_told_as_a_sentence(folder: Folder) -> None:
    conditions = ("renters-bundle", "renters-liability-only", "campus-room")
    for name in conditions:
        text = (folder.path / "offers" / f"{name}.yaml").read_text(encoding="utf-8")
        (folder.path / "offers" / f"{name}.yaml").write_text(
            "\n".join(_with_condition(text.splitlines())) + "\n", encoding="utf-8"
        )
    request = read_folder(folder.path).files[MANCHESTER].data["request"]

    with pytest.raises(ExampleFails) as refused:
        offers_for(compiled_folder(folder.path), request, "2026-11-01")

    said = str(refused.value)
    reason = "context.property.region is missing. Expression: context.property.region == 'X'"
    assert said.startswith("The condition of an offer could not be computed. campus-room: ")
    assert f"renters-bundle: {reason}; " in said
    assert not set("{}[]") & set(said)


def _with_condition(lines: list[str]) -> list[str]:
    """The lines of an offer with a condition that needs a field the request does not have."""
    kept = [line for line in lines if not line.startswith(("when:", "  context", "  && "))]
    return ["when: context.property.region == 'X'", *kept]

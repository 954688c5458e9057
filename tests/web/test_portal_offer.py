"""The offer at the counter: an answer in one tap, recorded; nothing preselected; everything in words."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from app.adapters.portal_tables import asks
from app.adapters.tables import events, trails
from app.domain.drafts import Draft
from tests.associate import At, tablet
from tests.contract import stored_rows
from tests.offering import answered, book, camera, chosen, draft_of, is_it_covered, plans, questions, sale
from tests.partner import Partner

DATABASES = ("sqlite",)


@pytest.fixture
def at(northwind: Partner) -> At:
    return tablet(northwind.app, subsidiary="NORTHWIND-UK")


def happened(at: At, draft: Draft, number: int = 0) -> list[str]:
    offer = draft.lines[number].offer
    assert offer is not None
    return [str(row.name) for row in stored_rows(at.app, events, trail_id=offer.id)]


def state_of(at: At, draft: Draft) -> str:
    offer = draft.lines[0].offer
    assert offer is not None
    (row,) = stored_rows(at.app, trails, id=offer.id)
    return str(row.state)


def test_not_today_is_one_tap_and_on_record_as_opted_out(at: At) -> None:
    path = sale(at)

    recorded = answered(at, at.get(f"{path}/offer"), "no")

    assert recorded.location == f"{path}/declined"
    assert draft_of(at, path).status == "declined"
    assert state_of(at, draft_of(at, path)) == "OPTED_OUT"
    assert "on record" in at.follow(recorded).text


def test_what_is_covered_and_what_is_not_stands_beside_each_price(at: At) -> None:
    page = at.get(f"{sale(at)}/offer")

    for said in ("£64.57", "Drops and knocks", "Loss and theft", "21 November", "Policy wording", "Cover is optional"):
        assert said.replace("21 November", str(datetime.now(UTC).year)) in page.text


def test_nothing_is_preselected_and_every_answer_is_a_button_of_the_same_kind(at: At) -> None:
    page = at.get(f"{sale(at)}/offer")

    assert "checked" not in page.html
    assert page.html.count('<button class="answer" name="answer"') == 4


def test_a_plan_opens_what_can_be_added_and_a_second_no_goes_on_to_the_customer(at: At) -> None:
    path = sale(at)

    follow_up = at.follow(answered(at, at.get(f"{path}/offer"), plans(at, path)[1]))
    assert "You can add this as well" in follow_up.text
    done = answered(at, follow_up, "no")

    assert done.location == f"{path}/customer"
    (line,) = draft_of(at, path).wanted
    assert line.offer is not None
    assert (line.offer.titles, line.offer.total) == (("2 years",), "£64.57")


def test_a_default_for_a_group_that_is_not_open_is_refused(at: At) -> None:
    path = sale(at)
    form = questions(at.get(f"{path}/offer"))[0]

    refused = at.send(f"{path}/offer", {**form.fields, "group": "upsell", "answer": plans(at, path)[3]})

    assert refused.status == 422
    assert "answered already" in refused.text
    assert not draft_of(at, path).lines[0].is_decided


def test_a_product_of_another_offer_is_refused(at: At) -> None:
    path, other = sale(at), sale(at)
    at.get(f"{other}/offer")
    page = at.get(f"{path}/offer")

    assert answered(at, page, plans(at, other)[0]).status == 422


def test_a_double_tap_is_one_answer(at: At) -> None:
    path = sale(at)
    page = at.get(f"{path}/offer")

    first, second = answered(at, page, "no"), answered(at, page, "no")

    assert first.location == second.location == f"{path}/declined"
    assert happened(at, draft_of(at, path)).count("opted_out") == 1


def test_a_second_tablet_is_told_that_the_sale_has_changed(at: At) -> None:
    path = sale(at)
    colleague = at.beside()
    theirs = colleague.get(f"{path}/offer")
    answered(at, at.get(f"{path}/offer"), plans(at, path)[0])

    told = answered(colleague, theirs, "no")

    assert told.status == 422
    assert "changed on another tablet" in told.text
    assert "Added: 1 year" in told.text


def test_opening_the_page_is_on_record_once_and_a_prefetch_is_not(at: At) -> None:
    path = sale(at)
    at.get(f"{path}/offer", Sec_Purpose="prefetch")
    assert "seen" not in happened(at, draft_of(at, path))

    at.get(f"{path}/offer")
    at.get(f"{path}/offer")

    assert happened(at, draft_of(at, path)).count("seen") == 1


def test_every_article_that_was_offered_counts_as_asked(at: At) -> None:
    path = sale(at, camera(), book())
    at.get(f"{path}/offer")

    draft = draft_of(at, path)
    (row,) = stored_rows(at.app, asks, draft_id=draft.id)
    assert draft.lines[0].offer is not None
    assert (row.line, row.offer_id) == (draft.lines[0].id, draft.lines[0].offer.id)


def test_the_answers_name_their_article_where_there_are_several(at: At) -> None:
    one, two = at.get(f"{sale(at)}/offer"), at.get(f"{sale(at, camera(), camera())}/offer")

    assert "answers-for" not in one.html
    assert len(re.findall(r'<p class="answers-for small" id="for-[^"]+">[^<]+</p>', two.html)) == 2


def test_an_article_without_an_offer_is_explained_and_the_others_go_on(at: At) -> None:
    path = sale(at, book(), camera())

    page = at.get(f"{path}/offer")

    assert "no cover for this kind of product" in page.text
    assert len(questions(page)) == 1
    assert answered(at, page, "no").location == f"{path}/declined"


def test_where_nothing_can_be_covered_the_sale_ends_without_a_question(at: At) -> None:
    path = sale(at, book())
    page = at.get(f"{path}/offer")
    form = next(form for form in page.forms if form.action == f"{path}/offer" and "language" not in form.names)

    ended = at.send(f"{path}/offer", {**form.fields, "answer": "nothing"})

    assert ended.location == f"{path}/declined"
    assert draft_of(at, path).status == "dropped"


def test_a_decision_can_be_changed_before_the_sale_is_over(at: At) -> None:
    path = sale(at)
    chosen(at, path)
    page = at.get(f"{path}/offer")
    again = next(form for form in page.forms if form.fields.get("line") and "group" not in form.fields)

    reopened = at.follow(at.send(f"{path}/offer", {**again.fields, "answer": "again"}))

    assert len(questions(reopened)) == 1
    assert not draft_of(at, path).wanted


def test_a_price_that_ended_is_made_again_and_both_prices_are_told(at: At) -> None:
    with time_machine.travel(datetime.now(UTC) - timedelta(days=31)):
        earlier = at.beside()
        path = sale(earlier)
        chosen(earlier, path)
        before = draft_of(at, path).lines[0].offer

    page = at.get(f"{path}/offer")

    after = draft_of(at, path).lines[0].offer
    assert before is not None
    assert after is not None
    assert before.id != after.id
    assert not after.decision
    assert "The price has ended" in page.text
    assert "price is the same as before" in page.text or "before, £" in page.text
    (row,) = stored_rows(at.app, asks, draft_id=draft_of(at, path).id)
    assert row.offer_id == after.id


def test_another_store_has_no_such_sale(at: At) -> None:
    path = sale(at)

    assert at.elsewhere().get(f"{path}/offer").status == 404
    assert at.abroad(country="GB").get(f"{path}/offer").status == 404


def test_training_has_no_sales_of_the_shop(at: At) -> None:
    path = sale(at)

    assert at.beside(is_training=True).get(f"{path}/offer").status == 404


@pytest.mark.parametrize(
    ("question", "said"), [("It fell into water", "Spills"), ("zeppelin", "does not say anything")]
)
def test_is_it_covered_is_answered_from_the_wording_or_honestly_not(at: At, question: str, said: str) -> None:
    page = is_it_covered(at, sale(at), question)

    assert page.status == 200
    assert said in page.text
    assert any("/pds/" in link for link in page.links)


def test_a_question_stands_in_no_address_and_changes_nothing_of_the_sale(at: At) -> None:
    path = sale(at)
    before = draft_of(at, path)

    block, earlier = is_it_covered(at.htmx, path, "water"), at.get(f"{path}/offer?ask=zeppelin")

    assert block.answer.headers["HX-Push-Url"] == "false"
    assert '<main id="step"' in block.html and "<header" not in block.html
    assert all("water" not in form.action for form in block.forms)
    assert all("ask=" not in link for link in block.links)
    assert "zeppelin" not in earlier.html
    assert questions(earlier) and draft_of(at, path).lines[0].id == before.lines[0].id


def test_the_questions_customers_ask_most_are_one_tap_each(at: At) -> None:
    path = sale(at)
    page = at.get(f"{path}/offer")

    (asking,) = [form for form in page.forms if "ask" in form.names]
    cases = re.findall('<button name="ask" value="([^"]+)"', page.html)
    answer = at.send(f"{path}/offer", {"token": asking.fields["token"], "ask": cases[0]})

    assert len(cases) > 3
    assert cases[0] in answer.text and answer.status == 200


def test_a_card_number_in_a_question_is_refused_and_not_shown(at: At) -> None:
    refused = is_it_covered(at, sale(at), "is 4111 1111 1111 1111 covered")

    assert refused.status == 422
    assert "4111 1111" not in refused.html
    assert "looks like a card number" in refused.text


def test_a_question_without_the_forms_token_is_not_answered(at: At) -> None:
    path = sale(at)

    refused = at.send(f"{path}/offer", {"ask": "It fell into water"})

    assert refused.status == 422
    assert "Spills" not in refused.text.partition("Is it covered")[2]


def test_the_associate_reads_their_own_language_and_can_show_the_customers(northwind: Partner) -> None:
    at = tablet(northwind.app, language="de", subsidiary="NORTHWIND-UK")
    path = sale(at, language="ja")

    own, theirs = at.get(f"{path}/offer"), at.get(f"{path}/offer?view=customer")

    assert "2 Jahre" in own.text
    assert "Nicht abgedeckt" in own.text
    assert "2年間" in theirs.text
    assert "補償されないもの" in theirs.text
    assert "£64.57" in own.text
    assert "£64.57" in theirs.text


def test_another_language_of_the_customer_makes_the_offer_again_and_asks_again(at: At) -> None:
    path = sale(at)
    chosen(at, path)

    changed = at.follow(at.post(f"{path}/offer", language="fr"))

    offer = draft_of(at, path).lines[0].offer
    assert offer is not None
    assert (offer.language, offer.decision) == ("fr", "")
    assert "ask again" in changed.text


def test_where_the_law_asks_for_days_in_between_nothing_can_be_bought_today(northwind: Partner) -> None:
    at = tablet(northwind.app, country="AU", currency="AUD", region="NSW")
    path = sale(at)

    page = at.get(f"{path}/offer")
    assert "can sell you the cover after 4 days" in page.text
    assert page.html.count('class="answer"') == 2

    refused = answered(at, page, plans(at, path)[0])

    assert refused.status == 422
    assert "lets this cover be sold from" in refused.text
    assert draft_of(at, path).lines[0].offer.quote_ids == ()
    assert answered(at, at.get(f"{path}/offer"), "no").location == f"{path}/declined"


def test_htmx_gets_the_block_alone(at: At) -> None:
    page = at.htmx.get(f"{sale(at)}/offer")

    assert "<header" not in page.html
    assert '<main id="step"' in page.html


def test_who_is_not_trained_where_the_law_asks_for_it_takes_no_answer(at: At) -> None:
    trained = at.elsewhere(country="US", region="WA", currency="USD", trained=("us-training",))
    path = sale(trained)
    trained.get(f"{path}/offer")
    colleague = trained.beside()

    refused = answered(colleague, colleague.get(f"{path}/offer"), plans(trained, path)[0])

    assert refused.status == 422 and "asks for training before selling" in refused.text
    assert not draft_of(trained, path).lines[0].is_decided

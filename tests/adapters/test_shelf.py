"""The shelf: what is published is sold at once here, soon everywhere, and for ever as it was when an offer was made."""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select, text, update

from app.adapters.database import Database
from app.adapters.migrating import migrate
from app.adapters.publishing import publish_folder
from app.adapters.shelf import Shelf
from app.adapters.tables import publications, releases
from app.catalog.golden import golden_table
from app.catalog.release import Release, release_of
from app.catalog.source import read_folder
from app.domain.errors import PartnerNotFound
from tests.conftest import Environment
from tests.contract import offer_of, stored_offer
from tests.partner import CATALOG, example, publish, published_platform
from tests.waiting import eventually

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
HEARTHSIDE = CATALOG / "hearthside"


@pytest.fixture
def database(empty_database_url: str) -> Iterator[Database]:
    database = Database(empty_database_url, pool_size=6)
    migrate(database)
    yield database
    database.close()


@pytest.fixture
def dearer(tmp_path: Path) -> Path:
    """Hearthside with another minimum premium: the next release."""
    copy = tmp_path / "hearthside"
    shutil.copytree(HEARTHSIDE, copy)
    product = copy / "products" / "renters-contents-basic.yaml"
    written = product.read_text()
    assert "\n  minimum: " in written
    product.write_text(written.replace("\n  minimum: ", "\n  minimum: 1000 + ", 1))
    (copy / "golden.csv").write_text(golden_table(read_folder(copy)))
    return copy


def release(folder: Path = HEARTHSIDE, code: str | None = None) -> Release:
    return release_of(read_folder(folder), code)


def rows(database: Database) -> tuple[int, int]:
    with database.reading() as connection:
        return tuple(  # type: ignore[return-value]
            connection.scalar(select(func.count()).select_from(table)) for table in (releases, publications)
        )


def test_what_is_published_is_in_force_at_once_in_the_same_process(database: Database, dearer: Path) -> None:
    shelf = Shelf(database, refresh_seconds=300, capacity=10)
    with pytest.raises(PartnerNotFound):
        shelf.catalog("HRTHS")

    first, second = release(), release(dearer)
    assert shelf.publish(first, NOW)
    assert shelf.catalog("HRTHS").release_id == first.id
    assert shelf.publish(second, NOW)
    assert shelf.catalog("HRTHS").release_id == second.id


def test_another_process_sees_it_when_it_looks_again(database: Database, dearer: Path) -> None:
    here, there = Shelf(database, 300, 10), Shelf(database, 0, 10)
    here.publish(release(), NOW)
    assert there.catalog("HRTHS").release_id == release().id

    here.publish(release(dearer), NOW)

    assert there.catalog("HRTHS").release_id == release(dearer).id


def test_until_then_it_sells_what_it_knows(database: Database, dearer: Path) -> None:
    here, patient = Shelf(database, 300, 10), Shelf(database, 300, 10)
    here.publish(release(), NOW)
    assert patient.catalog("HRTHS").release_id == release().id

    here.publish(release(dearer), NOW)

    assert patient.catalog("HRTHS").release_id == release().id


def test_a_new_partner_is_looked_for_sooner(database: Database) -> None:
    here, patient = Shelf(database, 300, 10), Shelf(database, 300, 10)
    assert patient.partner_codes() == []

    here.publish(release(), NOW)

    def sold() -> bool:
        try:
            return patient.catalog("HRTHS").code == "HRTHS"
        except PartnerNotFound:
            return False

    eventually(sold)


def test_publishing_the_same_content_twice_changes_nothing(database: Database, dearer: Path) -> None:
    shelf = Shelf(database, 0, 10)

    assert [shelf.publish(release(), NOW) for _ in range(3)] == [True, False, False]
    assert rows(database) == (1, 1)
    assert shelf.publish(release(dearer), NOW)
    assert shelf.publish(release(), NOW), "going back is a publication of its own"
    assert rows(database) == (2, 3)
    assert shelf.catalog("HRTHS").release_id == release().id


def test_a_release_is_named_by_its_content_and_its_partner(dearer: Path) -> None:
    assert release().id == release().id
    assert len({release().id, release(dearer).id, release(code="OTHER").id}) == 3


def test_a_page_of_a_release_comes_back_exactly_as_it_was_published(database: Database) -> None:
    shelf, published = Shelf(database, 0, 10), release()
    shelf.publish(published, NOW)

    for name, page in published.pages["files"].items():
        assert Shelf(database, 0, 10).page(published.id, name) == (published.document["partner"], page)
    assert Shelf(database, 0, 10).page(published.id, "nothing.html") is None
    assert Shelf(database, 0, 10).page("0" * 64, "summary.en.html") is None


def test_an_offer_keeps_the_release_it_was_made_with(sqlite_environment: Environment, dearer: Path) -> None:
    partner = published_platform(sqlite_environment, "hearthside")
    body = example("hearthside", "apartment-in-paris")
    before = offer_of(partner.create_offer(body))

    publish(partner.app, dearer)
    after = offer_of(partner.create_offer(body))

    prices = [one["products"][0]["details"]["finance"]["price"]["total_amount"] for one in (before, after)]
    assert prices[1] > prices[0] + 900
    assert stored_offer(partner.app, before["id"]).release_id == release().id
    assert stored_offer(partner.app, after["id"]).release_id == release(dearer).id
    assert partner.get(f"offers/{before['id']}/").json == before
    assert before["offer_config_id"] == after["offer_config_id"] or before["products"] != after["products"]


def broken_copies(into: Path) -> list[Path]:
    changes = {
        "offers/renters-bundle.yaml": "when: 'context.nothing.here > 1'\n",
        "products/renters-liability.yaml": "policy: {}\n",
        "words/fr.yaml": "offers: {}\n",
        "schemas/hearthside-renters.v1.json": "{not json",
        "rates/premium_tax.csv": "country\n",
        "golden.csv": "example,change,product,net,tax,total\n",
    }
    copies = []
    for number, (name, written) in enumerate(changes.items()):
        copy = into / f"broken-{number}"
        shutil.copytree(HEARTHSIDE, copy)
        (copy / name).write_text(written)
        copies.append(copy)
    return copies


def test_a_broken_release_can_never_be_published(database: Database, tmp_path: Path) -> None:
    shelf = Shelf(database, 0, 10)
    shelf.publish(release(), NOW)

    for folder in broken_copies(tmp_path):
        mistakes, found, is_new = publish_folder(database, folder, None, NOW, shelf)

        assert (bool(mistakes), found, is_new) == (True, None, False), folder

    assert rows(database) == (1, 1)
    assert shelf.catalog("HRTHS").release_id == release().id


@pytest.mark.parametrize("code", ["short", "toolong", "lower", "ÄÖÜAB", "AB-CD", "", "٣٤٥٦٧"])
def test_a_code_that_is_no_partner_code_is_a_mistake(database: Database, code: str) -> None:
    mistakes, found, _ = publish_folder(database, HEARTHSIDE, code or "     ", NOW)

    assert found is None
    assert "five capital letters or digits" in str(mistakes[0])


def test_a_small_shelf_serves_many_partners_to_many_threads(database: Database) -> None:
    shelf = Shelf(database, 300, capacity=1)
    codes = ["ONE11", "TWO22", "SIX66"]
    for code in codes:
        shelf.publish(release(code=code), NOW)

    def ask(number: int) -> str:
        return shelf.catalog(codes[number % 3]).code

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(ask, range(240))) == [codes[number % 3] for number in range(240)]


WAITING = """
SELECT count(*) FROM pg_locks
WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


def waiting(database: Database) -> int:
    """How many transactions wait for another one."""
    with database.reading() as connection:
        return connection.scalar(text(WAITING)) or 0


def test_requests_that_arrive_while_the_first_look_is_under_way_find_the_partner_too(database: Database) -> None:
    if database.is_sqlite:
        pytest.skip("readers of SQLite wait for nobody, so the look cannot be held up")
    Shelf(database, 0, 10).publish(release(), NOW)
    starting = Shelf(database, 300, 10)

    with ThreadPoolExecutor(2) as requests:
        with database.engine.begin() as holding:
            holding.execute(text("LOCK TABLE publication IN ACCESS EXCLUSIVE MODE"))
            first = requests.submit(starting.catalog, "HRTHS")
            eventually(lambda: waiting(database) == 1)
            second = requests.submit(starting.catalog, "HRTHS")
            eventually(lambda: second.done() or second.running())
            early = second.exception() if second.done() else None
        assert first.result().code == "HRTHS"
        assert early is None
        assert second.result().code == "HRTHS"


DELAY = """
CREATE FUNCTION held() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.partner_code = 'SLOWP' THEN PERFORM pg_advisory_xact_lock(4711); END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER held BEFORE INSERT ON publication FOR EACH ROW EXECUTE FUNCTION held();
"""


def test_a_publication_that_commits_after_a_later_one_is_not_lost(database: Database) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite has one writer at a time")
    with database.writing() as connection:
        connection.exec_driver_sql(DELAY)
    server, publishing = Shelf(database, 0, 10), Shelf(database, 0, 10)
    slow, quick = release(code="SLOWP"), release(code="QUICK")

    with ThreadPoolExecutor(2) as operators:
        with database.engine.begin() as holding:
            holding.execute(text("SELECT pg_advisory_xact_lock(4711)"))
            first = operators.submit(publishing.publish, slow, NOW)
            eventually(lambda: waiting(database) == 1)
            second = operators.submit(publishing.publish, quick, NOW)
            # Either the second is through, or it waits its turn behind the first.
            eventually(lambda: second.done() or waiting(database) == 2)
            server.partner_codes()
        assert first.result()
        assert second.result()

    server.partner_codes()
    assert server.partner_codes() == ["QUICK", "SLOWP"]


def test_a_release_that_no_longer_compiles_is_the_only_one_that_fails(database: Database) -> None:
    shelf = Shelf(database, 0, 10)
    shelf.publish(release(), NOW)
    shelf.publish(release(code="BROKE"), NOW)
    with database.writing() as connection:
        lost = update(releases).where(releases.c.partner_code == "BROKE").values(document=b"not a document")
        connection.execute(lost)

    with pytest.raises(Exception, match="header"):
        shelf.catalog("BROKE")

    assert shelf.catalog("HRTHS").code == "HRTHS"

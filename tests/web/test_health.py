"""What load balancers and operators ask: alive, ready, and how is it doing."""

from datetime import UTC, datetime

from sqlalchemy import text

from app.adapters.migrating import migrate
from tests.conftest import Environment
from tests.partner import CATALOG, Partner, example, publish, running_app, unmigrated_app


def test_alive_says_nothing_of_the_database(sqlite_environment: Environment) -> None:
    nowhere = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"}

    answer = unmigrated_app(sqlite_environment | nowhere).test_client().get("/healthz")

    assert (answer.status_code, answer.json) == (200, {"status": "ok"})


def test_a_server_is_ready_only_with_migrations_applied_and_something_published(
    empty_environment: Environment,
) -> None:
    app = unmigrated_app(empty_environment)
    client = app.test_client()

    fresh = client.get("/readyz")
    assert (fresh.status_code, fresh.headers["Retry-After"]) == (503, "1")
    assert fresh.json["checks"]["migrations"] == "pending: run awning migrate"

    migrate(app.extensions["awning"].database)
    empty = client.get("/readyz")
    assert empty.status_code == 503
    assert empty.json["checks"] == {
        "database": "ok",
        "migrations": "ok",
        "catalog": "nothing published: run awning catalog publish",
    }

    publish(app, CATALOG / "hearthside")
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json == {"status": "ok", "checks": {"database": "ok", "migrations": "ok", "catalog": "ok"}}
    assert "Retry-After" not in ready.headers


def test_a_database_of_another_version_is_not_ready(empty_environment: Environment) -> None:
    app = running_app(empty_environment)
    with app.extensions["awning"].database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    answer = app.test_client().get("/readyz")

    assert answer.status_code == 503
    assert answer.json["checks"]["migrations"].startswith("pending")


def test_without_its_database_a_server_is_not_ready_and_says_why(sqlite_environment: Environment) -> None:
    nowhere = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"}

    answer = unmigrated_app(sqlite_environment | nowhere).test_client().get("/readyz")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    assert answer.json["status"] == "not ready"
    assert answer.json["checks"]["database"] == "does not answer"


def sample(partner: Partner, start: str) -> float:
    lines = partner.client.get("/metrics").text.splitlines()
    return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(start))


def test_metrics_count_requests_by_route_and_offers_by_mode_and_never_by_partner(hearthside: Partner) -> None:
    requests = 'awning_requests_total{method="POST",route="/x/partners/<code>/offers/",status="200"}'
    offers = 'awning_offers_created_total{mode="live"}'
    before = sample(hearthside, requests), sample(hearthside, offers)

    hearthside.create_offer(example("hearthside", "apartment-in-paris"))
    hearthside.create_offer({})

    assert (sample(hearthside, requests), sample(hearthside, offers)) == (before[0] + 1, before[1] + 1)
    assert hearthside.code not in hearthside.client.get("/metrics").text


def test_metrics_name_no_address_that_a_stranger_made_up(hearthside: Partner) -> None:
    mark = f"made-up-{datetime.now(UTC):%H%M%S%f}"

    hearthside.client.get(f"/{mark}")
    hearthside.client.get(f"/x/partners/{mark}/offers/")

    assert mark not in hearthside.client.get("/metrics").text


def test_metrics_are_in_the_form_prometheus_reads(hearthside: Partner) -> None:
    answer = hearthside.client.get("/metrics")

    assert answer.content_type.startswith("text/plain; version=")
    assert "awning_request_seconds_bucket" in answer.text

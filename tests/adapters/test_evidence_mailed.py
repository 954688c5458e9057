"""A mail that has left is in its booking's trail, once."""

from datetime import UTC, datetime

from app.adapters import tables
from app.adapters.evidence_mailed import evidence_of_mail
from app.services.deliver import Due
from tests.conftest import Environment
from tests.evidence import rows, sold


def test_a_mail_that_has_left_is_recorded_once_however_often_it_is_told(empty_environment: Environment) -> None:
    platform = sold(empty_environment)
    on_mailed = evidence_of_mail(platform.database)
    first, second = (
        Due(name, "mail", "NWIND", "live", platform.changed, "confirmation", None, "{}", 1, datetime.now(UTC))
        for name in ("one", "two")
    )

    for due in (first, first, second, first):
        on_mailed(due, f"<{due.id}@cover.example>")

    mailed = rows(platform.database, tables.events, tables.events.c.name == "mailed")
    assert [event["actor"] for event in mailed] == ["awning", "awning"]
    assert ['"outbox":"one"' in event["facts"] for event in mailed] == [True, False]
    assert '"message_id":"<one@cover.example>"' in mailed[0]["facts"]
    assert platform.breaks() == []

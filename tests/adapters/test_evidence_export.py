"""What is given out of one customer's evidence: complete, checkable by a stranger, and itself on record."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import jsonschema
import orjson
import pytest
from pypdf import PdfReader

from app.adapters import tables
from app.adapters.documents.evidence import evidence_pdf
from app.adapters.evidence_dossier import dossier, subject_of
from app.adapters.evidence_export import export_json, export_of
from app.adapters.evidence_pages import evidence_facts
from app.domain.errors import BookingNotFound, OfferNotFound
from app.domain.evidence import Happening
from tests.conftest import KINDS, environment_of
from tests.evidence import Sold, changed_row, put_in, rows, sold, taken_out

SCHEMA = json.loads((Path(tables.__file__).parent / "evidence_export.schema.json").read_text(encoding="utf-8"))
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module", params=KINDS)
def platform(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sold]:
    var = tmp_path_factory.mktemp("export")
    url = f"sqlite:///{var}/own.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("new_postgresql")()
    made = sold(environment_of(url, var))
    made.seal()
    for offer in (made.seen, made.offers[made.changed]):
        made.record(
            offer, Happening("viewed", "customer", {"page": "certificate", "words": 'naïve "日本" \u2028 \x7f \x01'})
        )
    made.seal()
    yield made
    made.database.close()


def exported(platform: Sold, wanted: str) -> dict[str, Any]:
    found = export_of(
        dossier(platform.database, platform.secret, subject_of(platform.database, wanted)), "operator:ann", NOW
    )
    read: dict[str, Any] = json.loads(export_json(found))
    jsonschema.Draft202012Validator(SCHEMA).validate(read)
    return read


def hashed(*parts: str) -> str:
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def test_a_stranger_recomputes_every_hash_of_an_export_by_the_guide_alone(platform: Sold) -> None:
    """Plain Python and /docs/evidence: nothing of ours is asked."""
    found = exported(platform, platform.changed)

    offer = found["offer"]
    names = ("id", "partner_code", "mode", "created_at", "release_id", "request", "answer", "terms")
    assert offer["hash"] == hashed(*(offer[name] for name in names))
    previous = offer["hash"]
    for number, event in enumerate(found["events"], 1):
        assert (event["previous"], event["number"]) == (previous, number)
        names = ("previous", "trail_id", "number", "at", "name", "actor", "facts")
        previous = hashed(*(str(event[name]) for name in names))
        assert event["hash"] == previous
    assert (found["head"]["number"], found["head"]["hash"]) == (len(found["events"]), previous)
    last = [event for event in found["events"] if event["name"] in ("confirmed", "modified", "cancelled")][-1]
    assert json.loads(last["facts"])["state"] == hashed(found["booking"]["state"]) == found["booking"]["state_hash"]
    sealed = set()
    for seal in found["seals"]:
        for one in seal["covered"]:
            event = found["events"][one["number"] - 1] if one["number"] else None
            own = (
                hashed("event", event["trail_id"], str(event["number"]), event["hash"])
                if event
                else hashed("offer", offer["id"], offer["hash"])
            )
            assert own == one["leaf"]
            for side, step in one["way"]:
                own = hashed("pair", step, own) if side == "left" else hashed("pair", own, step)
            assert own == seal["hash"]
            sealed.add(one["number"])
    assert sealed == {None, 1, 2, 3, 4}
    for document in found["release"]["documents"]:
        text = json.dumps(document["text"], ensure_ascii=False).encode()
        assert document["hash"] == hashlib.sha256(text).hexdigest()


def test_an_export_says_what_was_shown_chosen_and_done_since(platform: Sold) -> None:
    found = exported(platform, platform.changed)

    assert found["verification"] == {"is_whole": True, "breaks": []}
    answer = json.loads(found["offer"]["answer"])
    assert found["shown"]["content"] == answer["content"]
    assert found["shown"]["language"] == "en"
    first = found["shown"]["products"][0]
    assert (first["quote_id"], first["price"]) == (answer["products"][0]["id"], "US$41.18")
    assert first["files"] == answer["products"][0]["details"]["files"]
    assert found["chosen"]["facts"]["total"] == "US$41.18"
    assert [event["name"] for event in found["since"]] == ["modified", "modified", "viewed"]
    names = [(document["kind"], document["name"]) for document in found["release"]["documents"]]
    assert names[0] == ("files", "summary.en.html")
    assert ("wording", "device_protection.en") in names
    assert not any(name.endswith((".de", ".ja")) for _, name in names)
    assert found["release"]["policy_versions"]["device-protection-1y"] == first["policy_version_id"]


def test_a_declined_offer_has_evidence_without_a_booking(platform: Sold) -> None:
    found = exported(platform, platform.declined.upper())

    assert (found["booking"], found["chosen"], found["since"]) == (None, None, [])
    assert found["subject"]["booking_id"] is None
    assert [event["name"] for event in found["shown"]["panel"]] == ["opted_out"]
    assert found["head"]["state"] == "OPTED_OUT"


def test_an_offer_nobody_looked_at_has_its_first_link(platform: Sold) -> None:
    found = exported(platform, platform.ignored)

    assert (found["events"], found["head"]) == ([], None)
    assert found["verification"]["is_whole"]
    assert [one["number"] for seal in found["seals"] for one in seal["covered"]] == [None]


def test_a_booking_is_found_by_its_offer_too(platform: Sold) -> None:
    by_offer, by_booking = (
        exported(platform, platform.offers[platform.cancelled]),
        exported(platform, platform.cancelled.lower()),
    )

    assert by_offer == by_booking
    assert [event["name"] for event in by_offer["since"]] == ["cancelled"]


def test_keys_come_in_one_order_so_that_two_exports_can_be_compared(platform: Sold) -> None:
    one, other = (exported(platform, wanted) for wanted in (platform.changed, platform.ignored))

    assert list(one) == list(other) == list(SCHEMA["properties"])
    assert list(one["shown"]) == list(other["shown"])


@pytest.mark.parametrize(("wanted", "refused"), [("AAAAA-AAAAA-INS", BookingNotFound), ("nothing", OfferNotFound)])
def test_what_is_not_there_is_not_exported(platform: Sold, wanted: str, refused: type[Exception]) -> None:
    with pytest.raises(refused):
        subject_of(platform.database, wanted)


@pytest.mark.parametrize(
    ("table", "column", "value", "said"),
    [
        (
            tables.offers,
            "answer",
            "not JSON",
            "offer {offer}: it is not what was offered: its hash does not fit its columns",
        ),
        (tables.events, "facts", "not JSON", "event {offer} event 1: (confirmed) is not what was written"),
        (tables.bookings, "state", "not JSON", "booking {booking}: state cannot be read"),
        (tables.releases, "document", b"x", "release {release}: its document cannot be read"),
    ],
)
def test_broken_evidence_is_exported_with_what_is_broken_in_it(
    platform: Sold, table: Any, column: str, value: Any, said: str
) -> None:
    offer = platform.offers[platform.changed]
    keys = {"event": "trail_id", "booking": "offer_id"}
    there = rows(platform.database, table)
    row = next(one for one in there if table is tables.releases or one[keys.get(table.name, "id")] == offer)
    changed_row(platform.database, table, row, **{column: value})

    found = exported(platform, platform.changed)
    pdf = evidence_pdf(evidence_facts(found))

    changed_row(platform.database, table, row, **{column: row[column]})
    names = {"offer": offer, "booking": platform.changed, "release": found["release"]["id"]}
    assert said.format(**names) in found["verification"]["breaks"]
    assert not found["verification"]["is_whole"]
    assert pdf.startswith(b"%PDF")


def test_a_trail_that_is_gone_is_exported_as_broken(platform: Sold) -> None:
    offer = platform.offers[platform.changed]
    (trail,) = rows(platform.database, tables.trails, tables.trails.c.id == offer)
    taken_out(platform.database, tables.trails, trail)

    found = exported(platform, platform.changed)

    put_in(platform.database, tables.trails, trail)
    assert found["head"] is None
    assert f"event {offer} event 1: (confirmed) has no trail" in found["verification"]["breaks"]


def test_the_pages_say_the_same_as_the_json(platform: Sold) -> None:
    found = exported(platform, platform.cancelled)

    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(evidence_pdf(evidence_facts(found)))).pages)

    read = " ".join(text.split())
    for said in (
        platform.cancelled,
        "US$41.18",
        "Cover was cancelled.",
        "yes: every hash was worked out again and fits",
    ):
        assert said in read, said
    assert found["events"][-1]["hash"][:8] in read
    assert orjson.loads(found["events"][0]["facts"])["quotes"][0]["title"] in read

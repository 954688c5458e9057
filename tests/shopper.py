"""A shopper's browser at a partner's page, as the server sees it: an origin, a publishable key, and simple requests."""

from dataclasses import dataclass, replace
from typing import Any

import orjson
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.adapters.tables import events
from tests.contract import stored_rows
from tests.partner import Partner, example, with_key

SHOP = "https://shop.example"
FOLDERS = {"NWIND": "northwind", "HRTHS": "hearthside", "MRDTR": "meridian"}


@dataclass(frozen=True)
class Shopper:
    partner: Partner
    key: str
    origin: str | None = SHOP

    @property
    def client(self) -> FlaskClient:
        return self.partner.client

    def at(self, origin: str | None) -> "Shopper":
        return replace(self, origin=origin)

    def sends(self, path: str, body: Any, **headers: str) -> TestResponse:
        given = {"Content-Type": "text/plain;charset=UTF-8"} | ({"Origin": self.origin} if self.origin else {})
        data = body if isinstance(body, bytes) else orjson.dumps(body)
        return self.client.post(path, data=data, headers=given | headers)

    def asks(self, body: Any = None, **attributes: str) -> TestResponse:
        """What the element asks for, with its attributes in the query."""
        query = {"key": self.key} | attributes
        wanted = example(FOLDERS[self.partner.code], "camera") if body is None else body
        text = "&".join(f"{name.replace('_', '-')}={value}" for name, value in query.items())
        return self.sends(f"/widget/offers?{text}", wanted)

    def shown(self, body: Any = None, **attributes: str) -> dict[str, Any]:
        answer = self.asks(body, **attributes)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json
        return found

    def chooses(self, shown: dict[str, Any], *quote_ids: str, **more: Any) -> TestResponse:
        """These products; without one, none of them."""
        decision = "accepted" if quote_ids else "declined"
        body = {"session": shown["session"], "decision": decision, "quote_ids": list(quote_ids)} | more
        return self.sends(f"/widget/offers/{shown['offer']['id']}/selection", body)

    def reports(self, shown: dict[str, Any], *names: str, beacon: str = "beacon-1", **more: Any) -> TestResponse:
        body = {"session": shown["session"], "id": beacon, "events": [{"name": name} for name in names]} | more
        return self.sends(f"/widget/offers/{shown['offer']['id']}/events", body)

    def trail(self, shown: dict[str, Any]) -> list[str]:
        return [row.name for row in stored_rows(self.partner.app, events, trail_id=shown["offer"]["id"])]


def shopper_of(partner: Partner, *origins: str, **wishes: Any) -> Shopper:
    key = with_key(partner.app, partner.code, "publishable", origins=origins or (SHOP,), **wishes)
    return Shopper(partner, key.key_id, (origins or (SHOP,))[0])

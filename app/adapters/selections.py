"""Selection tokens: what a shopper chose in a panel, signed by us, carried through the partner's checkout."""

from dataclasses import asdict

from itsdangerous import BadSignature, URLSafeSerializer

from app.adapters.encryption import derived_key
from app.domain.errors import BodyInvalid
from app.domain.selection import Selection


class Selections:
    def __init__(self, root: str) -> None:
        self._serializer = URLSafeSerializer(derived_key(root, "selection-tokens"), salt="selection")

    def token(self, selection: Selection) -> str:
        return str(self._serializer.dumps(asdict(selection)))

    def selection(self, token: str) -> Selection:
        try:
            found = self._serializer.loads(token)
        except BadSignature as problem:
            rule = "This is not a token of ours, or it was changed."
            raise BodyInvalid(errors={"selection_token": [rule]}) from problem
        return Selection(**{**found, "quote_ids": tuple(found["quote_ids"])})

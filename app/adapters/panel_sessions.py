"""Panel sessions: what the server gave a page together with an offer, signed, so that nothing of it need be stored."""

from dataclasses import asdict

from itsdangerous import BadSignature, URLSafeSerializer

from app.adapters.encryption import derived_key
from app.domain.errors import PanelSessionRefused
from app.domain.panel_session import PanelSession


class PanelSessions:
    def __init__(self, root: str) -> None:
        self._serializer = URLSafeSerializer(derived_key(root, "panel-sessions"), salt="session")

    def text(self, session: PanelSession) -> str:
        return str(self._serializer.dumps(list(asdict(session).values())))

    def session(self, text: str) -> PanelSession:
        try:
            return PanelSession(*self._serializer.loads(text))
        except BadSignature as problem:
            rule = "This is not a session of ours, or it was changed."
            raise PanelSessionRefused(rule, errors={"session": [rule]}) from problem

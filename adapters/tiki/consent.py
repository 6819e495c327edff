"""How a Tiki seller lets us in: a code for a public app; an in-house app is the seller's own and needs nobody."""

from collections.abc import Mapping
from urllib.parse import urlencode

from adapters.tiki.client import Client
from connector.ports import Connection, Granted

_SCOPES = "offline product order inventory"  # `offline` is what gives refresh tokens


class Consent:
    """ports.Consent. The channel setting `app` says which kind the app is; Tiki fixes it when the app is made."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._client = Client(connection)

    @property
    def asks(self) -> bool:
        return not self._client.in_house

    def link(self, state: str, redirect: str) -> str:
        secrets = self._connection.vault.credentials()
        page = secrets.get("auth_url")
        query = {
            "response_type": "code",
            "client_id": secrets["client_id"].get_secret_value(),
            "redirect_uri": redirect,
            "scope": _SCOPES,
            "state": state,
        }
        base = page.get_secret_value() if page else str(self._connection.channel.settings["auth_url"])
        return f"{base}?{urlencode(query)}"

    def exchange(self, answer: Mapping[str, str], redirect: str) -> Granted:
        client = self._client
        tokens = client.exchange(answer["code"], redirect) if self.asks else client.by_credentials()
        return Granted(tokens, {"seller_id": client.seller(tokens.access)})

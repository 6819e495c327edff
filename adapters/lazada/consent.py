"""How a Lazada seller lets us in: the authorize page, then a code that is good once."""

from collections.abc import Mapping
from urllib.parse import urlencode

from adapters.lazada.client import Client
from connector.ports import Connection, Granted

_KEPT = ("seller_id", "short_code")  # what pushes and the seller centre call the shop


class Consent:
    """ports.Consent. The redirect must be the callback address that the app is registered with."""

    asks = True

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def link(self, state: str, redirect: str) -> str:
        secrets = self._connection.vault.credentials()
        page = secrets.get("authorize_url")
        query = {
            "response_type": "code",
            "force_auth": "true",
            "redirect_uri": redirect,
            "client_id": secrets["app_key"].get_secret_value(),
            "state": state,
        }
        base = page.get_secret_value() if page else str(self._connection.channel.settings["authorize_url"])
        return f"{base}?{urlencode(query)}"

    def exchange(self, answer: Mapping[str, str], redirect: str) -> Granted:
        tokens, seller = Client(self._connection).exchange(answer["code"])
        return Granted(tokens, {name: str(seller[name]) for name in _KEPT if seller.get(name)})

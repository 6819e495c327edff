"""How a Shopee seller lets us in: the portal's link, then a code for one shop or for a main account over several."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlencode

from adapters.shopee.client import Client
from connector.domain.problem import Problem
from connector.errors import Refused
from connector.ports import Connection, Granted, Tokens


class Consent:
    """ports.Consent."""

    asks = True

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def link(self, state: str, redirect: str) -> str:
        secrets = self._connection.vault.credentials()
        portal = secrets.get("auth_url")
        query = {
            "partner_id": secrets["partner_id"].get_secret_value(),
            "auth_type": "seller",
            "redirect_uri": redirect,
            "response_type": "code",
            "state": state,
        }
        base = portal.get_secret_value() if portal else str(self._connection.channel.settings["auth_url"])
        return f"{base}?{urlencode(query)}"

    def exchange(self, answer: Mapping[str, str], redirect: str) -> Granted:
        if answer.get("shop_id"):
            shop = answer["shop_id"]
            tokens, _ = Client(self._connection).exchange(answer["code"], shop_id=int(shop))
        else:
            account = int(answer.get("main_account_id") or 0)
            main, shops = Client(self._connection).exchange(answer["code"], main_account_id=account)
            shop = self._chosen(shops)
            # A main account's token opens no shop until it has been refreshed for it.
            tokens = Client(self._connection, shop).renew(main)
        return Granted(self._ending(tokens, shop), {"shop_id": shop})

    def _ending(self, tokens: Tokens, shop: str) -> Tokens:
        return replace(tokens, consent_until=Client(self._connection, shop).consent_end(tokens.access))

    def _chosen(self, shops: Sequence[str]) -> str:
        """The shop we know, else the only one there is."""
        known = self._connection.vault.credentials().get("shop_id")
        fitting = [shop for shop in shops if known is None or known.get_secret_value() == shop]
        if len(fitting) == 1:
            return fitting[0]
        ids = ", ".join(shops) or "–"
        vi = f"Tài khoản chính có các shop {ids}. Ghi shop_id của gian hàng này vào tệp khóa rồi cấp quyền lại."
        en = f"The main account has the shops {ids}. Put this shop's shop_id into its credentials, then consent again."
        raise Refused((Problem("which_shop", "listing", vi, en),), code="which_shop")

"""Calls to Tiki with a bearer token: an in-house app asks for one again, a public app refreshes its pair."""

from base64 import b64encode
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from pydantic import SecretStr

from adapters import tokens
from adapters.http import Http, Reply
from adapters.tiki.errors import trouble
from connector.errors import NeedsConsent, OutcomeUnknown, Refused, Retry
from connector.ports import Connection, Tokens


class Client:
    """`get` and `send` answer the decoded body or raise what to do next."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.settings = connection.channel.settings
        self.http = Http(connection)
        self._own: Tokens | None = None
        self.warehouse = ""  # ours, once it has been looked up
        self.under_way = 0  # requests of the present batch that are in review
        # The gateway in front of Tiki is said to turn away the default names of HTTP libraries.
        self._agent = str(self.settings.get("user_agent", "ocop-connector"))

    def get(self, path: str, endpoint: str, params: Mapping[str, Any] | None = None, *, as_app: bool = False) -> Any:
        return self._call("GET", path, endpoint, bucket="read", writes=False, params=params, as_app=as_app)

    def send(self, method: str, path: str, endpoint: str, body: Mapping[str, Any]) -> Any:
        return self._call(method, path, endpoint, bucket="write", writes=True, json=body)

    def ask(self, path: str, endpoint: str, body: Mapping[str, Any], *, as_app: bool = False) -> Any:
        """A POST that changes nothing which we must not change twice. `as_app`: with a public app's own token."""
        return self._call("POST", path, endpoint, bucket="read", writes=False, json=body, as_app=as_app)

    def _call(
        self, method: str, path: str, endpoint: str, *, bucket: str, writes: bool, as_app: bool = False, **how: Any
    ) -> Any:
        """One call, and a second with a new token if the first was turned away for its token."""
        ask_for = self._own_token if as_app and not self.in_house else self._token
        token = ask_for()
        for last in (False, True):
            reply = self._request(method, path, endpoint, token, bucket=bucket, writes=writes, **how)
            if reply.status == 401 and not last:
                token = ask_for(rejected=token)
                continue
            wrong = trouble(reply)
            if wrong is not None:
                if isinstance(wrong, Retry) and reply.status in (429, 403):
                    self.connection.throttle.hit(bucket, wrong.after)
                raise wrong
            return reply.json()
        raise AssertionError("unreachable")

    def _request(self, method: str, path: str, endpoint: str, token: SecretStr, **how: Any) -> Reply:
        headers = {"Authorization": f"Bearer {token.get_secret_value()}", "User-Agent": self._agent}
        url = self._address("base_url", self.connection.channel.base_url) + path
        return self.http.send(method, url, endpoint=endpoint, headers=headers, **how)

    def _token(self, rejected: SecretStr | None = None) -> SecretStr:
        leeway = timedelta(seconds=float(self.settings.get("token_leeway_seconds", 300)))
        return tokens.fresh(self.connection, self._grant, leeway, rejected=rejected, anew=self.in_house)

    def _own_token(self, rejected: SecretStr | None = None) -> SecretStr:
        """The app's own, which belongs to no seller and is kept in memory only."""
        soon = self.connection.clock.now() + timedelta(minutes=5)
        own = self._own
        if own is None or own.access == rejected or (own.access_until is not None and own.access_until < soon):
            own = self._own = self.by_credentials()
        return own.access

    def _grant(self, held: Tokens) -> Tokens:
        """A new token: by the refresh token where one is held, by the credentials alone for an in-house app."""
        if held.refresh is not None:
            refresh = {"grant_type": "refresh_token", "refresh_token": held.refresh.get_secret_value()}
            try:
                return self._ask(refresh)
            except NeedsConsent:
                if not self.in_house:
                    raise
        return self.by_credentials()

    @property
    def in_house(self) -> bool:
        """One seller's own app: its credentials alone are the consent."""
        return str(self.settings.get("app", "in_house")) == "in_house"

    def by_credentials(self) -> Tokens:
        return self._ask({"grant_type": "client_credentials", "scope": ""})

    def exchange(self, code: str, redirect: str) -> Tokens:
        """The first pair for a code; the redirect must be the one the code was asked with."""
        return self._ask({"grant_type": "authorization_code", "code": code, "redirect_uri": redirect})

    def seller(self, access: SecretStr) -> str:
        """The id of the seller whom a token belongs to."""
        reply = self._request("GET", "/v2/sellers/me", "sellers/me", access, bucket="read", writes=False)
        wrong = trouble(reply)
        if wrong is not None:
            raise wrong
        return str(reply.json().get("id") or "")

    def _ask(self, form: Mapping[str, str]) -> Tokens:
        secrets = self.connection.vault.credentials()
        client_id, secret = secrets["client_id"].get_secret_value(), secrets["client_secret"].get_secret_value()
        form = {**form, "client_id": client_id}
        headers = {"User-Agent": self._agent}
        if self.settings.get("client_auth", "basic") == "post":
            form["client_secret"] = secret
        else:
            headers["Authorization"] = "Basic " + b64encode(f"{client_id}:{secret}".encode()).decode()
        url = self._address("token_url", str(self.settings.get("token_url", "")))
        try:
            reply = self.http.send(
                "POST", url, endpoint="oauth2/token", bucket="token", writes=True, data=form, headers=headers
            )
            wrong = trouble(reply)
            if wrong is not None:
                raise wrong
            body = reply.json()
        except OutcomeUnknown as error:
            raise Retry(str(error), code=error.code) from None  # asking again gives another token
        except Refused as error:
            raise NeedsConsent(str(error), code=error.code) from None
        return self._tokens(body)

    def _tokens(self, body: Mapping[str, Any]) -> Tokens:
        """`expires_in` alone says how long; the refresh token's life is unknown, and each use replaces it."""
        refresh = body.get("refresh_token")
        until = self.connection.clock.now() + timedelta(seconds=int(body["expires_in"]))
        return Tokens(SecretStr(str(body["access_token"])), SecretStr(str(refresh)) if refresh else None, until)

    def _address(self, name: str, default: str) -> str:
        secrets = self.connection.vault.credentials()
        return (secrets[name].get_secret_value() if name in secrets else default).rstrip("/")

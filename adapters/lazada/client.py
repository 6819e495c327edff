"""Signed calls to Lazada with a token that is renewed when needed, over the one HTTP seam."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from pydantic import SecretStr

from adapters import tokens
from adapters.http import Http, lost, unwell
from adapters.lazada import codes
from adapters.lazada.errors import Answer
from adapters.lazada.sign import sign
from connector.errors import NeedsConsent, OutcomeUnknown, Retry
from connector.ports import Connection, Tokens


class Client:
    """`call` gives the platform's answer whatever it says; `read` and `write` raise what is no success."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.http = Http(connection)

    def read(self, path: str, params: Mapping[str, str], *, bucket: str = "read") -> Any:
        answer = self.call(path, params, writes=False, bucket=bucket)
        if not answer.ok:
            raise answer.trouble()
        return answer.data

    def write(self, path: str, params: Mapping[str, str], *, bucket: str = "write", files: Any = None) -> Answer:
        answer = self.call(path, params, writes=True, bucket=bucket, files=files)
        if not answer.ok:
            raise answer.trouble()
        return answer

    def call(self, path: str, params: Mapping[str, str], *, writes: bool, bucket: str, files: Any = None) -> Answer:
        """One call, and a second with a new token if the first was turned away for its token."""
        token = self._token()
        answer = self._send(path, params, token, writes=writes, bucket=bucket, files=files)
        if answer.code in codes.DEAD_TOKEN:
            token = self._token(rejected=token)
            answer = self._send(path, params, token, writes=writes, bucket=bucket, files=files)
        self._heed(answer, bucket)
        return answer

    def _heed(self, answer: Answer, bucket: str) -> None:
        """Throttling and a dead consent concern the whole shop, so they are raised and not left to the caller."""
        if answer.ok:
            return
        trouble = answer.trouble()
        if isinstance(trouble, Retry) and trouble.code in codes.TOO_FAST:
            self.connection.throttle.hit(bucket, trouble.after)
            trouble.throttled = True
            raise trouble
        if isinstance(trouble, NeedsConsent):
            raise trouble

    def _token(self, rejected: SecretStr | None = None) -> SecretStr:
        minutes = float(self.connection.channel.settings.get("refresh_leeway_minutes", 30))
        return tokens.fresh(self.connection, self._refresh, timedelta(minutes=minutes), rejected=rejected)

    def _refresh(self, held: Tokens) -> Tokens:
        assert held.refresh is not None
        return self._tokens(self._auth("refresh", {"refresh_token": held.refresh.get_secret_value()}), held.refresh)

    def exchange(self, code: str) -> tuple[Tokens, Mapping[str, Any]]:
        """The first pair for a code, and the Vietnamese seller it is of."""
        body = self._auth("create", {"code": code})
        sellers = body.get("country_user_info") or body.get("country_user_info_list") or []
        ours = (each for each in sellers if str(each.get("country")).lower() == "vn")
        return self._tokens(body, None), next(ours, {})

    def _auth(self, what: str, params: Mapping[str, str]) -> Mapping[str, Any]:
        """/auth/token/create or refresh: answered flat, without `data`."""
        secrets, settings = self.connection.vault.credentials(), self.connection.channel.settings
        base = secrets["auth_url"].get_secret_value() if "auth_url" in secrets else settings["auth_url"]
        path = f"/auth/token/{what}"
        try:
            body = self._body(base.rstrip("/"), path, params, writes=True, bucket="token", files=None)
        except OutcomeUnknown as error:
            # A refresh may be repeated: the refresh token stays good until its own end.
            raise Retry(str(error), code=error.code) from None
        answer = Answer.of(path, body, writes=False)
        if not answer.ok:
            raise answer.trouble()
        return body

    def _tokens(self, body: Mapping[str, Any], held: SecretStr | None) -> Tokens:
        """The new pair. The refresh token's end does not move with a refresh, so it is the consent's; 0 means it can
        be used no more."""
        now = self.connection.clock.now()
        left = now + timedelta(seconds=int(body.get("refresh_expires_in") or 0))
        access_until = now + timedelta(seconds=int(body["expires_in"]))
        refresh = body.get("refresh_token")
        return Tokens(
            access=SecretStr(str(body["access_token"])),
            refresh=SecretStr(str(refresh)) if refresh else held,
            access_until=access_until,
            refresh_until=left,
            consent_until=max(left, access_until),
        )

    def _send(self, path: str, params: Mapping[str, str], token: SecretStr, **how: Any) -> Answer:
        body = self._body(self._base(), path, {**params, "access_token": token.get_secret_value()}, **how)
        return Answer.of(path, body, writes=how["writes"])

    def _body(
        self, base: str, path: str, params: Mapping[str, str], *, writes: bool, bucket: str, files: Any
    ) -> Mapping[str, Any]:
        secrets = self.connection.vault.credentials()
        signed = {
            name: value for name, value in params.items() if value
        }  # SDKs disagree on how empty values are signed
        partner = str(self.connection.channel.settings.get("partner_id", ""))
        signed |= {"partner_id": partner} if partner else {}
        signed |= {
            "app_key": secrets["app_key"].get_secret_value(),
            "timestamp": str(int(self.connection.clock.now().timestamp() * 1000)),
            "sign_method": "sha256",
        }
        signed["sign"] = sign(secrets["app_secret"].get_secret_value(), path, signed)
        where: dict[str, Any] = {"data": signed, "files": files} if writes else {"params": signed}
        method = "POST" if writes else "GET"
        reply = self.http.send(method, base + path, endpoint=path, bucket=bucket, writes=writes, **where)
        trouble = unwell(reply)
        if trouble is not None:
            if reply.status == 429 and isinstance(trouble, Retry):
                self.connection.throttle.hit(bucket, trouble.after)
            raise trouble
        body = reply.json()
        if not isinstance(body, Mapping):
            raise lost(f"{path}: not an object", writes=writes)
        return body

    def _base(self) -> str:
        secrets = self.connection.vault.credentials()
        base = secrets["base_url"].get_secret_value() if "base_url" in secrets else self.connection.channel.base_url
        return base.rstrip("/")

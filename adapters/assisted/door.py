"""The login of a seller centre: one session for all workers of a shop, renewed by one of them when it ends."""

import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import SecretStr

from adapters.assisted.settings import Centre
from adapters.http import Http, Reply, retry_after, unwell
from connector.errors import NeedsConsent, Retry
from connector.ports import Connection, Tokens


@dataclass(frozen=True, slots=True)
class Session:
    """A login as it is kept, sealed like any token: the cookie, and the form token where there is one."""

    cookie: str = field(default="", repr=False)
    token: str = field(default="", repr=False)

    def sealed(self) -> Tokens:
        return Tokens(SecretStr(json.dumps([self.cookie, self.token])))

    @classmethod
    def of(cls, tokens: Tokens | None) -> "Session | None":
        return None if tokens is None else cls(*json.loads(tokens.access.get_secret_value()))


class Door:
    """Requests that go out with the shop's session."""

    def __init__(self, connection: Connection, centre: Centre, http: Http) -> None:
        self._connection, self._centre, self._http = connection, centre, http

    @property
    def username(self) -> str:
        """Who goes in."""
        given = self._connection.vault.credentials().get("username")
        return given.get_secret_value() if given else "-"

    def call(
        self,
        method: str,
        path: str,
        endpoint: str,
        *,
        writes: bool,
        data: Mapping[str, str] | None = None,
        files: Any = None,
    ) -> Reply:
        """Once more if the session had ended: an answer that only sends to the login has done nothing."""
        bucket = "write" if writes else "read"
        session = self._session()
        reply = self._send(method, path, endpoint, bucket, session, writes=writes, data=data, files=files)
        if self._logged_out(reply, session):
            session = self._session(stale=session)
            reply = self._send(method, path, endpoint, bucket, session, writes=writes, data=data, files=files)
        return reply

    def _logged_out(self, reply: Reply, session: Session) -> bool:
        """Sent to the login, or a form whose token belongs to another session."""
        sent_away = reply.status == 302 and (reply.headers.get("Location") or "").endswith(self._centre.login_path)
        return sent_away or (reply.status == 400 and bool(session.token))

    def _session(self, stale: Session | None = None) -> Session:
        kept = Session.of(self._connection.vault.tokens())
        if kept is not None and kept != stale:
            return kept
        with self._connection.vault.lease():
            kept = Session.of(self._connection.vault.tokens())  # another worker may have logged in while we waited
            if kept is not None and kept != stale:
                return kept
            session = self._login()
            self._connection.vault.save(session.sealed())
            return session

    def _login(self) -> Session:
        centre, form = self._centre, self._credentials()
        before = self._with_token(self._page("GET", centre.login_path)) if centre.token_field else Session()
        reply = self._page("POST", centre.login_path, before, form)
        session = Session(_cookie(reply, centre.cookie))
        if reply.status not in (302, 303) or not session.cookie:
            raise NeedsConsent(
                "kênh người bán không nhận tên hoặc mật khẩu / the seller centre refuses username or password",
                code="login",
            )
        if centre.token_path:
            return self._with_token(self._page("GET", centre.token_path, session), session.cookie)
        return session

    def _credentials(self) -> dict[str, str]:
        secrets = self._connection.vault.credentials()
        if not {"username", "password"} <= set(secrets):
            raise NeedsConsent(
                "kênh người bán: chưa có username, password / seller centre: username, password are missing",
                code="login",
            )
        return {
            self._centre.username_field: secrets["username"].get_secret_value(),
            self._centre.password_field: secrets["password"].get_secret_value(),
        }

    def _with_token(self, reply: Reply, cookie: str = "") -> Session:
        """The form token that a page carries, with the cookie it set."""
        found = re.search(self._centre.token, reply.body.decode("utf-8", "replace"))
        if found is None:
            raise Retry("login: the page carries no form token", after=60, code="token")
        return Session(_cookie(reply, self._centre.cookie) or cookie, html.unescape(found[1]))

    def _page(
        self, method: str, path: str, session: Session | None = None, form: Mapping[str, str] | None = None
    ) -> Reply:
        return self._send(method, path, "login", "login", session or Session(), writes=False, data=form)

    def _send(
        self,
        method: str,
        path: str,
        endpoint: str,
        bucket: str,
        session: Session,
        *,
        writes: bool,
        data: Mapping[str, str] | None,
        files: Any = None,
    ) -> Reply:
        if data is not None and self._centre.token_field:
            data = {self._centre.token_field: session.token, **data}
        reply = self._http.send(
            method,
            self._base + path,
            endpoint=endpoint,
            bucket=bucket,
            writes=writes,
            data=data,
            files=files,
            headers={"Cookie": f"{self._centre.cookie}={session.cookie}"} if session.cookie else {},
        )
        trouble = unwell(reply)
        if reply.status == 429:
            self._connection.throttle.hit(bucket, retry_after(reply))
        if trouble is not None:
            raise trouble
        return reply

    @property
    def _base(self) -> str:
        given = self._connection.vault.credentials().get("base_url")
        return (given.get_secret_value() if given else self._connection.channel.base_url).rstrip("/")


def _cookie(reply: Reply, name: str) -> str:
    found = re.search(rf"(?:^|[,;\s]){re.escape(name)}=([^;,\s]*)", reply.headers.get("Set-Cookie") or "")
    return found[1] if found else ""

"""The carrier that does in a seller centre what a person does there: log in, upload, fetch. All pages are data."""

import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import SecretStr

from adapters.assisted.carriers import Delivery
from adapters.assisted.errors import Reason
from adapters.assisted.pack import Pack
from adapters.assisted.settings import Centre
from adapters.assisted.template import Template
from adapters.http import Http, Reply, retry_after, unwell
from connector.errors import NeedsConsent, OutcomeUnknown, Refused, Retry
from connector.ports import Connection, Tokens

_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Session:
    """A login as it is kept: shared by all workers of the shop, sealed like any token."""

    cookie: str = field(repr=False)
    token: str = field(default="", repr=False)

    def sealed(self) -> Tokens:
        return Tokens(SecretStr(json.dumps([self.cookie, self.token])))

    @classmethod
    def of(cls, tokens: Tokens | None) -> "Session | None":
        return None if tokens is None else cls(*json.loads(tokens.access.get_secret_value()))


class SellerCentre:
    """One login per session, one upload per pack, one download per result or export."""

    def __init__(self, connection: Connection, centre: Centre, template: Template) -> None:
        self._connection, self._centre, self._template = connection, centre, template
        self.http = Http(connection)

    def send(self, pack: Pack) -> str:
        centre, upload = self._centre, self._template.uploads[pack.kind]
        fields = {centre.kind_field: upload.name}
        if centre.version_field:
            fields[centre.version_field] = str(self._template.version)
        files = {centre.workbook_field: (f"{pack.name}.xlsx", pack.workbook, _WORKBOOK)}
        if pack.picture_zip:
            files[centre.pictures_field] = (f"{pack.name}.zip", pack.picture_zip, "application/zip")
        reply = self._call("POST", centre.upload_path, "upload", writes=True, data=fields, files=files)
        if 400 <= reply.status < 500:
            words = f"trang nhập hàng trả lời {reply.status}"
            raise Refused((Reason(str(reply.status), words).problem(),), code=str(reply.status))
        ticket = re.search(centre.upload_id, reply.headers.get("Location") or "")
        if ticket is None:
            raise OutcomeUnknown(f"upload: HTTP {reply.status} without the number of an upload")
        return ticket[1]

    def find(self, pack: str) -> str | None:
        page = html.unescape(self._read(self._centre.history_path, "history").body.decode("utf-8", "replace"))
        named = {row["name"]: row["id"] for row in re.finditer(self._centre.history_row, page)}
        return named.get(f"{pack}.xlsx")

    def result(self, pack: str, ticket: str) -> Delivery | None:
        at = self._connection.clock.now()
        return Delivery(self._workbook(self._centre.result_path.format(id=ticket), "result"), at, "ket_qua")

    def export(self) -> Delivery:
        path = self._centre.export_path
        taken_at = self._connection.clock.now()
        if self._centre.export_create_path:
            made = self._call("POST", self._centre.export_create_path, "export_create", writes=False, data={})
            found = re.search(self._centre.export_id, made.headers.get("Location") or "")
            if found is None:
                raise Retry(f"export_create: HTTP {made.status} without the number of an export", code=str(made.status))
            path = path.format(id=found[1])
        return Delivery(self._workbook(path, "export"), taken_at, "danh_sach")

    def on_sale(self, listing_id: str) -> bool:
        """The shop's own public page of it opens."""
        path = self._centre.product_path
        return bool(path) and self._call("GET", path.format(id=listing_id), "product_page", writes=False).status < 400

    def withdraw(self, pack: str) -> None:
        """Nothing lies about: what was not uploaded at once never is."""

    def _workbook(self, path: str, endpoint: str) -> bytes:
        reply = self._read(path, endpoint)
        if not (reply.headers.get("Content-Type") or "").startswith(_WORKBOOK):
            raise Retry(f"{endpoint}: an answer that is no workbook", code="no_workbook")
        return reply.body

    def _read(self, path: str, endpoint: str) -> Reply:
        reply = self._call("GET", path, endpoint, writes=False)
        if reply.status != 200:
            raise Retry(f"{endpoint}: HTTP {reply.status}", after=30, code=str(reply.status))
        return reply

    def _call(self, method: str, path: str, endpoint: str, *, writes: bool, **body: Any) -> Reply:
        """Logged in, and once more if the session had ended: a page that only sends to the login did nothing."""
        session = self._session()
        reply = self._send(method, path, endpoint, session, writes=writes, **body)
        if self._logged_out(reply, session):
            reply = self._send(method, path, endpoint, self._session(stale=session), writes=writes, **body)
        return reply

    def _logged_out(self, reply: Reply, session: Session) -> bool:
        sent_away = reply.status == 302 and (reply.headers.get("Location") or "").endswith(self._centre.login_path)
        return sent_away or (reply.status == 400 and bool(session.token) and reply.endpoint != "login")

    def _send(
        self,
        method: str,
        path: str,
        endpoint: str,
        session: Session,
        *,
        writes: bool,
        data: Mapping[str, str] | None = None,
        files: Any = None,
    ) -> Reply:
        if data is not None and self._centre.token_field:
            data = {self._centre.token_field: session.token, **data}
        reply = self.http.send(
            method,
            self._base + path,
            endpoint=endpoint,
            bucket="write" if writes else "read",
            writes=writes,
            data=data,
            files=files,
            headers={"Cookie": f"{self._centre.cookie}={session.cookie}"},
        )
        return self._well(reply, "write" if writes else "read")

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
        centre, secrets = self._centre, self._connection.vault.credentials()
        if not {"username", "password"} <= set(secrets):
            raise NeedsConsent(
                "kênh người bán: chưa có username, password / seller centre: username, password are missing",
                code="login",
            )
        form = {
            centre.username_field: secrets["username"].get_secret_value(),
            centre.password_field: secrets["password"].get_secret_value(),
        }
        before = Session("")
        if centre.token_field:
            before = self._opened(self._page("GET", centre.login_path, before), "")
        reply = self._page("POST", centre.login_path, before, form)
        cookie = _cookie(reply, centre.cookie)
        if reply.status not in (302, 303) or not cookie:
            raise NeedsConsent(
                "kênh người bán không nhận tên hoặc mật khẩu / the seller centre refuses username or password",
                code="login",
            )
        session = Session(cookie)
        return self._opened(self._page("GET", centre.token_path, session), cookie) if centre.token_path else session

    def _page(self, method: str, path: str, session: Session, form: Mapping[str, str] | None = None) -> Reply:
        if form is not None and self._centre.token_field:
            form = {self._centre.token_field: session.token, **form}
        headers = {"Cookie": f"{self._centre.cookie}={session.cookie}"} if session.cookie else {}
        reply = self.http.send(
            method, self._base + path, endpoint="login", bucket="login", writes=False, data=form, headers=headers
        )
        return self._well(reply, "login")

    def _opened(self, reply: Reply, cookie: str) -> Session:
        """The form token that a page carries, with the cookie it set."""
        found = re.search(self._centre.token, reply.body.decode("utf-8", "replace"))
        if found is None:
            raise Retry("login: the page carries no form token", after=60, code="token")
        return Session(_cookie(reply, self._centre.cookie) or cookie, html.unescape(found[1]))

    def _well(self, reply: Reply, bucket: str) -> Reply:
        trouble = unwell(reply)
        if trouble is None:
            return reply
        if reply.status == 429:
            self._connection.throttle.hit(bucket, retry_after(reply))
        raise trouble

    @property
    def _base(self) -> str:
        given = self._connection.vault.credentials().get("base_url")
        return (given.get_secret_value() if given else self._connection.channel.base_url).rstrip("/")


def _cookie(reply: Reply, name: str) -> str:
    found = re.search(rf"(?:^|[,;\s]){re.escape(name)}=([^;,\s]*)", reply.headers.get("Set-Cookie") or "")
    return found[1] if found else ""

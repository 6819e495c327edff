"""The carrier that does in a seller centre what a person does there: log in, upload, fetch. All pages are data."""

import html
import re
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlencode

from adapters.assisted.carriers import Delivery
from adapters.assisted.door import Door
from adapters.assisted.errors import Reason
from adapters.assisted.pack import Pack
from adapters.assisted.settings import Centre
from adapters.assisted.sheet import VIETNAM
from adapters.assisted.template import Template
from adapters.http import Http, Reply
from connector.errors import OutcomeUnknown, Refused, Retry
from connector.ports import Connection

_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class SellerCentre:
    """One login per session, one upload per pack, one download per result or export."""

    def __init__(self, connection: Connection, centre: Centre, template: Template) -> None:
        self._centre, self._template, self._clock = centre, template, connection.clock
        self.http = Http(connection)
        self._door = Door(connection, centre, self.http)
        self.who = f"{connection.channel.name}: {self._door.username}"

    def send(self, pack: Pack) -> str:
        centre, upload = self._centre, self._template.uploads[pack.kind]
        fields = {centre.kind_field: upload.name}
        if centre.version_field:
            fields[centre.version_field] = str(self._template.version)
        files = {centre.workbook_field: (f"{pack.name}.xlsx", pack.workbook, _WORKBOOK)}
        if pack.picture_zip:
            files[centre.pictures_field] = (f"{pack.name}.zip", pack.picture_zip, "application/zip")
        reply = self._door.call("POST", centre.upload_path, "upload", writes=True, data=fields, files=files)
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
        at = self._clock.now()
        return Delivery(self._workbook(self._centre.result_path.format(id=ticket), "result"), at, "ket_qua")

    def export(self) -> Delivery:
        centre, taken_at = self._centre, self._clock.now()
        path = self._made(centre.export_create_path, centre.export_path, "export_create", {})
        return Delivery(self._workbook(path, "export"), taken_at, "danh_sach")

    def orders(self, since: datetime) -> Delivery:
        centre, taken_at = self._centre, self._clock.now()
        first = {centre.orders_from: since.astimezone(VIETNAM).strftime(centre.orders_date)}
        if centre.orders_create_path:
            path = self._made(centre.orders_create_path, centre.orders_path, "order_export", first)
        else:
            path = f"{centre.orders_path}?{urlencode(first)}"
        return Delivery(self._workbook(path, "order_export"), taken_at, "don_hang")

    def _made(self, create: str, path: str, endpoint: str, data: Mapping[str, str]) -> str:
        """The path of an export, which some centres must first be told to make."""
        if not create:
            return path
        made = self._door.call("POST", create, endpoint, writes=False, data=data)
        found = re.search(self._centre.export_id, made.headers.get("Location") or "")
        if found is None:
            raise Retry(f"{endpoint}: HTTP {made.status} without the number of an export", code=str(made.status))
        return path.format(id=found[1])

    def on_sale(self, listing_id: str) -> bool:
        """The shop's own public page of it opens."""
        path = self._centre.product_path
        return (
            bool(path) and self._door.call("GET", path.format(id=listing_id), "product_page", writes=False).status < 400
        )

    def withdraw(self, pack: str) -> bool:
        """Nothing lies about: what was uploaded is over there, what was not never will be."""
        return False

    def _workbook(self, path: str, endpoint: str) -> bytes:
        reply = self._read(path, endpoint)
        if not (reply.headers.get("Content-Type") or "").startswith(_WORKBOOK):
            raise Retry(f"{endpoint}: an answer that is no workbook", code="no_workbook")
        return reply.body

    def _read(self, path: str, endpoint: str) -> Reply:
        reply = self._door.call("GET", path, endpoint, writes=False)
        if reply.status != 200:
            raise Retry(f"{endpoint}: HTTP {reply.status}", after=30, code=str(reply.status))
        return reply

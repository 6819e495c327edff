"""The carrier that does in a seller centre what a person does there: log in, upload, fetch. All pages are data."""

import html
import re

from adapters.assisted.carriers import Delivery
from adapters.assisted.door import Door
from adapters.assisted.errors import Reason
from adapters.assisted.pack import Pack
from adapters.assisted.settings import Centre
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
        path = self._centre.export_path
        taken_at = self._clock.now()
        if self._centre.export_create_path:
            made = self._door.call("POST", self._centre.export_create_path, "export_create", writes=False, data={})
            found = re.search(self._centre.export_id, made.headers.get("Location") or "")
            if found is None:
                raise Retry(f"export_create: HTTP {made.status} without the number of an export", code=str(made.status))
            path = path.format(id=found[1])
        return Delivery(self._workbook(path, "export"), taken_at, "danh_sach")

    def on_sale(self, listing_id: str) -> bool:
        """The shop's own public page of it opens."""
        path = self._centre.product_path
        return (
            bool(path) and self._door.call("GET", path.format(id=listing_id), "product_page", writes=False).status < 400
        )

    def withdraw(self, pack: str) -> None:
        """Nothing lies about: what was not uploaded at once never is."""

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

"""A partner's HTTP drop as a place of exchange: PUT, GET, DELETE with a token. Our own design; nobody offers it yet.

GET folder/ answers a JSON list of {"name", "modified"}; files lie under folder/name. There is no rename: a move is a
copy and then a removal, so that a file is twice rather than nowhere if the line breaks between.
"""

from datetime import UTC, datetime
from urllib.parse import quote

from adapters.assisted.carriers import File
from adapters.assisted.settings import Drop
from adapters.http import Http, Reply, retry_after, unwell
from connector.errors import NeedsConsent, OutcomeUnknown, Retry
from connector.ports import Connection


class HttpPlace:
    def __init__(self, connection: Connection, drop: Drop) -> None:
        self._connection, self._http = connection, Http(connection)
        given = connection.vault.credentials().get("drop_url")
        self._url = (given.get_secret_value() if given else drop.url).rstrip("/")
        self.who = f"http {self._url.partition('://')[2].partition('/')[0]}"

    def names(self, folder: str) -> list[File]:
        reply = self._call("GET", f"{folder}/", writes=False)
        if reply.status == 404:
            return []
        try:
            told = [(str(one["name"]), datetime.fromisoformat(one["modified"])) for one in reply.json()]
        except (KeyError, TypeError, ValueError) as error:
            raise Retry(f"{self.who}: danh sách lạ / a strange list of {folder}", after=60, code="drop") from error
        return [File(name, at if at.tzinfo else at.replace(tzinfo=UTC)) for name, at in told]

    def read(self, folder: str, name: str) -> bytes:
        reply = self._call("GET", f"{folder}/{quote(name)}", writes=False)
        if reply.status != 200:
            raise Retry(f"{self.who}: {folder}/{name}: HTTP {reply.status}", after=60, code=str(reply.status))
        return reply.body

    def write(self, folder: str, name: str, content: bytes) -> None:
        reply = self._call("PUT", f"{folder}/{quote(name)}", writes=True, data=content)
        if reply.status not in (200, 201, 204):
            raise Retry(f"{self.who}: {folder}/{name}: HTTP {reply.status}", after=300, code=str(reply.status))

    def move(self, name: str, source: str, target: str) -> bool:
        if name not in {file.name for file in self.names(source)}:
            return False
        self.write(target, name, self.read(source, name))
        gone = self._call("DELETE", f"{source}/{quote(name)}", writes=True)
        if gone.status not in (200, 204, 404):
            raise OutcomeUnknown(f"{self.who}: {source}/{name}: HTTP {gone.status}")
        return gone.status != 404

    def _call(self, method: str, path: str, *, writes: bool, data: bytes | None = None) -> Reply:
        token = self._connection.vault.credentials().get("drop_token")
        if token is None or not self._url:
            raise NeedsConsent(
                "http: chưa có drop_url hoặc drop_token / drop_url or drop_token is missing", code="login"
            )
        bucket = "write" if writes else "read"
        headers = {"Authorization": f"Bearer {token.get_secret_value()}"}
        reply = self._http.send(
            method,
            f"{self._url}/{path}",
            endpoint=f"drop_{method.lower()}",
            bucket=bucket,
            writes=writes,
            data=data,
            headers=headers,
        )
        if reply.status in (401, 403):
            raise NeedsConsent(f"{self.who}: token không được nhận / the token is refused", code="login")
        if reply.status == 429:
            self._connection.throttle.hit(bucket, retry_after(reply))
        if (trouble := unwell(reply)) is not None:
            raise trouble
        return reply

"""Partners that carry: a real SFTP server and a real HTTP drop on loopback, the same files, the same receipts."""

import io
import json
import logging
import os
import socket
import stat
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import paramiko
import pytest
from pydantic import SecretStr

from adapters.assisted.carriers import Place
from adapters.assisted.drop import HttpPlace
from adapters.assisted.settings import Drop, Server
from adapters.assisted.sftp import SftpPlace
from connector.domain.listing import State
from connector.errors import NeedsConsent, Retry
from connector.ports import Connection
from tests.adapters.test_assisted_folder import ASSISTED, HONEY, Person, published
from tests.builders import MemoryVault, a_connection
from tests.contract.shop import Shop, desired_on
from tests.running import Running, _started, sandbox  # noqa: F401  (fixtures)

USER, PASSWORD, TOKEN = "ocop", "mat-khau-sftp", "the-bao-mat"
FOLDERS = ("outbox", "inbox", "taken")

logging.getLogger("paramiko").setLevel(logging.CRITICAL)  # its threads tell of closed connections after the test


# ---- a real SFTP server on loopback


class Files(paramiko.SFTPServerInterface):
    """A folder of this machine, as any SFTP server shows one."""

    def __init__(self, server: "Door", *args: Any, **kwargs: Any) -> None:
        super().__init__(server, *args, **kwargs)
        self._root = server.root

    def _at(self, path: str) -> Path:
        return self._root / self.canonicalize(path).lstrip("/")

    def list_folder(self, path: str) -> Any:
        try:
            found = sorted(self._at(path).iterdir())
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)
        return [paramiko.SFTPAttributes.from_stat(one.stat(), one.name) for one in found]

    def stat(self, path: str) -> Any:
        try:
            return paramiko.SFTPAttributes.from_stat(self._at(path).stat())
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)

    lstat = stat

    def open(self, path: str, flags: int, attr: Any) -> Any:
        try:
            handle = paramiko.SFTPHandle(flags)
            if flags & os.O_WRONLY:
                handle.writefile = self._at(path).open("wb")  # type: ignore[attr-defined]
            else:
                handle.readfile = self._at(path).open("rb")  # type: ignore[attr-defined]
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)
        return handle

    def posix_rename(self, oldpath: str, newpath: str) -> int:
        try:
            self._at(oldpath).replace(self._at(newpath))
        except OSError as error:
            return int(paramiko.SFTPServer.convert_errno(error.errno or 0))
        return paramiko.SFTP_OK

    def mkdir(self, path: str, attr: Any) -> int:
        try:
            self._at(path).mkdir()
        except OSError as error:
            return int(paramiko.SFTPServer.convert_errno(error.errno or 0))
        return paramiko.SFTP_OK


class Door(paramiko.ServerInterface):
    def __init__(self, root: Path, key: paramiko.PKey) -> None:
        self.root, self._key = root, key

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return paramiko.OPEN_SUCCEEDED

    def check_auth_password(self, username: str, password: str) -> int:
        good = (username, password) == (USER, PASSWORD)
        return paramiko.AUTH_SUCCESSFUL if good else paramiko.AUTH_FAILED

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        good = username == USER and key.asbytes() == self._key.asbytes()
        return paramiko.AUTH_SUCCESSFUL if good else paramiko.AUTH_FAILED

    def get_allowed_auths(self, username: str) -> str:
        return "password,publickey"


@dataclass
class Sftp:
    port: int
    root: Path
    host_key: paramiko.PKey
    user_key: paramiko.RSAKey
    seen: list[str]

    @property
    def line(self) -> str:
        return f"{self.host_key.get_name()} {self.host_key.get_base64()}"

    @property
    def private(self) -> str:
        out = io.StringIO()
        self.user_key.write_private_key(out)
        return out.getvalue()

    def secrets(self, **changes: str) -> dict[str, str]:
        told = {
            "sftp_host": "127.0.0.1",
            "sftp_port": str(self.port),
            "sftp_user": USER,
            "sftp_password": PASSWORD,
            "sftp_host_key": self.line,
        }
        return {name: value for name, value in (told | changes).items() if value}


@pytest.fixture(scope="module")
def keys() -> tuple[paramiko.RSAKey, paramiko.RSAKey]:
    return paramiko.RSAKey.generate(2048), paramiko.RSAKey.generate(2048)


@pytest.fixture
def sftp(tmp_path: Path, keys: tuple[paramiko.RSAKey, paramiko.RSAKey]) -> Iterator[Sftp]:
    root = tmp_path / "partner"
    for name in FOLDERS:
        (root / name).mkdir(parents=True)
    host_key, user_key = keys
    transports: list[paramiko.Transport] = []
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        made = Sftp(listening.getsockname()[1], root, host_key, user_key, [])
        ended = threading.Event()

        def serve() -> None:
            while not ended.is_set():
                try:
                    client, _ = listening.accept()
                except OSError:
                    return
                transport = paramiko.Transport(client)
                transport.add_server_key(host_key)
                transport.set_subsystem_handler("sftp", paramiko.SFTPServer, Files)
                transports.append(transport)
                try:
                    transport.start_server(server=Door(root, user_key))
                except (paramiko.SSHException, EOFError, ConnectionError):  # in words or by hanging up
                    made.seen.append("turned away")

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield made
        ended.set()
        listening.shutdown(socket.SHUT_RDWR)
    for transport in transports:
        transport.close()
    thread.join(5)


# ---- a real HTTP drop on loopback


@pytest.fixture
def drop(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    root = tmp_path / "drop"
    for name in FOLDERS:
        (root / name).mkdir(parents=True)

    class Handler(BaseHTTPRequestHandler):
        def _begin(self) -> Path | None:
            if self.headers.get("Authorization") != f"Bearer {TOKEN}":
                self._answer(401)
                return None
            return root / unquote(self.path.lstrip("/"))

        def _answer(self, status: int, body: bytes = b"") -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            path = self._begin()
            if path is None:
                return
            if path.is_dir():
                told = [
                    {"name": one.name, "modified": datetime.fromtimestamp(one.stat().st_mtime, UTC).isoformat()}
                    for one in path.iterdir()
                ]
                self._answer(200, json.dumps(told).encode())
            else:
                self._answer(200, path.read_bytes()) if path.exists() else self._answer(404)

        def do_PUT(self) -> None:
            path, body = self._begin(), self.rfile.read(int(self.headers["Content-Length"]))
            if path is not None:
                path.parent.mkdir(exist_ok=True)
                path.write_bytes(body)
                self._answer(201)

        def do_DELETE(self) -> None:
            path = self._begin()
            if path is not None:
                path.unlink()
                self._answer(204)

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}", root
        server.shutdown()


def connected(
    shop_sandbox: Running, secrets: dict[str, str], platform: str = "postmart", **settings: Any
) -> Connection:
    made = a_connection(platform, shop_sandbox, settings=settings)
    hidden = {name: SecretStr(value) for name, value in secrets.items()}
    return replace(made, vault=MemoryVault({**made.vault.credentials(), **hidden}))


@pytest.fixture(params=["sftp", "sftp with a key", "http"])
def partner(request: pytest.FixtureRequest, sandbox: Running) -> tuple[Place, Path]:  # noqa: F811
    """A place as we see it, and the partner's own folder behind it."""
    if request.param == "http":
        url, root = request.getfixturevalue("drop")
        return HttpPlace(connected(sandbox, {"drop_token": TOKEN}), Drop(url=url)), root
    served: Sftp = request.getfixturevalue("sftp")
    by_key = {"sftp_password": "", "sftp_key": served.private} if "key" in request.param else {}
    return SftpPlace(connected(sandbox, served.secrets(**by_key)), Server(folder="/")), served.root


def test_a_file_arrives_whole_under_its_name(partner: tuple[Place, Path]) -> None:
    place, root = partner
    content = os.urandom(300_000)
    place.write("outbox", "gói một.zip", content)
    assert (root / "outbox" / "gói một.zip").read_bytes() == content
    assert [file.name for file in place.names("outbox")] == ["gói một.zip"]
    assert abs(place.names("outbox")[0].at.timestamp() - (root / "outbox" / "gói một.zip").stat().st_mtime) < 2


def test_what_the_partner_brings_is_read(partner: tuple[Place, Path]) -> None:
    place, root = partner
    (root / "inbox" / "don_hang.xlsx").write_bytes(b"orders")
    assert place.read("inbox", "don_hang.xlsx") == b"orders"
    with pytest.raises(Retry):
        place.read("inbox", "khac.xlsx")


def test_only_what_still_lies_there_can_be_taken_back(partner: tuple[Place, Path]) -> None:
    place, root = partner
    place.write("outbox", "goi.zip", b"pack")
    assert place.move("goi.zip", "outbox", "withdrawn")
    assert (root / "withdrawn" / "goi.zip").read_bytes() == b"pack"
    assert not (root / "outbox" / "goi.zip").exists()
    assert not place.move("goi.zip", "outbox", "withdrawn")


def test_a_folder_that_nobody_made_is_empty(partner: tuple[Place, Path]) -> None:
    place, _ = partner
    assert place.names("withdrawn") == []


# ---- who is let in, and to whom we talk


def test_another_host_key_is_never_talked_to(sftp: Sftp, sandbox: Running) -> None:  # noqa: F811
    other = paramiko.RSAKey.generate(1024)
    place = SftpPlace(
        connected(sandbox, sftp.secrets(sftp_host_key=f"ssh-rsa {other.get_base64()}")), Server(folder="/")
    )
    with pytest.raises(NeedsConsent) as stopped:
        place.write("outbox", "goi.zip", b"pack")
    assert stopped.value.code == "host_key"
    assert list((sftp.root / "outbox").iterdir()) == []


def test_without_a_pinned_host_key_nothing_is_sent(sftp: Sftp, sandbox: Running) -> None:  # noqa: F811
    with pytest.raises(NeedsConsent, match="ssh-keyscan"):
        SftpPlace(connected(sandbox, sftp.secrets(sftp_host_key="")), Server(folder="/")).names("inbox")


def test_a_wrong_password_or_token_stops_the_shop_and_is_told_without_it(
    sftp: Sftp,
    drop: tuple[str, Path],
    sandbox: Running,  # noqa: F811
) -> None:
    places: list[Place] = [
        SftpPlace(connected(sandbox, sftp.secrets(sftp_password="sai-mat-khau")), Server(folder="/")),
        HttpPlace(connected(sandbox, {"drop_token": "sai-mat-khau"}), Drop(url=drop[0])),
        HttpPlace(connected(sandbox, {}), Drop(url=drop[0])),
    ]
    for place in places:
        with pytest.raises(NeedsConsent) as stopped:
            place.names("inbox")
        assert stopped.value.code == "login"
        assert "sai-mat-khau" not in str(stopped.value) + repr(place.__dict__)


def test_a_server_that_is_away_is_asked_again_later(sandbox: Running) -> None:  # noqa: F811
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
    host_key = paramiko.RSAKey.generate(1024)
    secrets = {"sftp_host": "127.0.0.1", "sftp_port": str(port), "sftp_user": USER, "sftp_password": PASSWORD}
    place = SftpPlace(connected(sandbox, secrets | {"sftp_host_key": f"ssh-rsa {host_key.get_base64()}"}), Server())
    with pytest.raises(Retry):
        place.names("inbox")
    with pytest.raises(Retry):
        HttpPlace(connected(sandbox, {"drop_token": TOKEN}), Drop(url=f"http://127.0.0.1:{port}")).names("inbox")


# ---- the whole way


@dataclass
class Partner(Person):
    """Fetches packs from the partner's own folder, carries them in a browser and leaves what comes back there."""

    root: Path = Path()

    @property
    def folder(self) -> Path:
        return self.root


@pytest.fixture(params=["sftp", "http"])
def carried(request: pytest.FixtureRequest, sandbox: Running, tmp_path: Path) -> Partner:  # noqa: F811
    platform = ASSISTED[0]
    served = request.getfixturevalue("sftp" if request.param == "sftp" else "drop")
    shop = Shop.open(platform, sandbox, folder=str(tmp_path / "ours"))
    if request.param == "sftp":
        secrets, own, root = served.secrets(), {"sftp": {"folder": "/"}}, served.root
    else:
        secrets, own, root = {"drop_token": TOKEN}, {"drop": {"url": served[0]}}, served[1]
    ours = {"folder": str(tmp_path / "ours"), "carrier": request.param, **own}
    connection = replace(
        connected(sandbox, secrets, **ours), clock=shop.connection.clock, notebook=shop.connection.notebook
    )
    return Partner(replace(shop, connection=connection, adapter=type(shop.adapter)(connection)), root=root)


def test_what_a_partner_carries_ends_as_any_other_listing_with_the_same_receipts(carried: Partner) -> None:
    shop = carried.shop
    published(shop, carried, desired_on(shop))
    seen = shop.look()
    assert (seen.state, seen.ref.variants.keys()) == (State.LIVE, {HONEY})
    assert shop.plan().ops == ()
    slips = shop.adapter._desk.receipts.all()  # type: ignore[attr-defined]
    assert {slip.what for slip in slips} == {"pack", "result", "export"}
    assert all(slip.who.startswith(("sftp ocop@127.0.0.1", "http 127.0.0.1")) for slip in slips)
    assert stat.S_ISREG((carried.root / "outbox" / f"{next(iter(carried.carried))}.zip").stat().st_mode)

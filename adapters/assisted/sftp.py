"""A partner's SFTP server as a place of exchange. Our own design: no platform is known to offer one.

The host key is pinned: a server with another key is never talked to. Secrets come from the shop's vault.
"""

import io
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

import paramiko

from adapters.assisted.carriers import File
from adapters.assisted.settings import Server
from connector.errors import NeedsConsent, OutcomeUnknown, Retry
from connector.ports import Connection

_MOST = 64 * 1024 * 1024
_KEYS = (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey)
_LOST = (paramiko.SSHException, OSError, EOFError)


class SftpPlace:
    """One connection for each thing that is done: seldom, and nothing is left open."""

    def __init__(self, connection: Connection, server: Server) -> None:
        self._connection, self._server = connection, server
        secrets = connection.vault.credentials()
        self._secrets = {name: value for name, value in secrets.items() if name.startswith("sftp_")}
        self._host = self._secret("sftp_host") or server.host
        self.who = f"sftp {self._secret('sftp_user')}@{self._host}"

    def names(self, folder: str) -> list[File]:
        with self._session(writes=False) as sftp:
            try:
                found = sftp.listdir_attr(self._path(folder))
            except FileNotFoundError:
                return []
        return [
            File(one.filename, datetime.fromtimestamp(one.st_mtime or 0, UTC))
            for one in sorted(found, key=lambda one: one.filename)
            if stat.S_ISREG(one.st_mode or 0) and not one.filename.startswith(".")
        ]

    def read(self, folder: str, name: str) -> bytes:
        with self._session(writes=False) as sftp, sftp.open(self._path(folder, name), "rb") as file:
            content = file.read(_MOST + 1)
        if len(content) > _MOST:
            raise Retry(f"{folder}/{name}: quá lớn / too big", after=600, code="too_big")
        return content

    def write(self, folder: str, name: str, content: bytes) -> None:
        """Under a hidden name first, then renamed."""
        half = self._path(folder, f".{name}.half")
        with self._session(writes=True) as sftp:
            with suppress(OSError):
                sftp.mkdir(self._path(folder))
            sftp.putfo(io.BytesIO(content), half)
            sftp.posix_rename(half, self._path(folder, name))

    def move(self, name: str, source: str, target: str) -> bool:
        with self._session(writes=True) as sftp:
            with suppress(OSError):
                sftp.mkdir(self._path(target))
            try:
                sftp.posix_rename(self._path(source, name), self._path(target, name))
            except FileNotFoundError:
                return False
        return True

    def _path(self, *parts: str) -> str:
        return "/".join((self._server.folder.rstrip("/"), *parts))

    def _secret(self, name: str) -> str:
        return self._secrets[name].get_secret_value() if name in self._secrets else ""

    @contextmanager
    def _session(self, *, writes: bool) -> Iterator[paramiko.SFTPClient]:
        self._connection.throttle.take("write" if writes else "read")
        with paramiko.SSHClient() as client:
            self._open(client)
            try:
                with client.open_sftp() as sftp:
                    yield sftp
            except _LOST as error:
                lost = f"sftp {self._host}: {error}"
                raise OutcomeUnknown(lost) if writes else Retry(lost, after=60, code="sftp") from error

    def _open(self, client: paramiko.SSHClient) -> None:
        """Raises NeedsConsent where trying again changes nothing: a strange host key, a wrong password or key."""
        pinned = self._host_key()
        port = int(self._secret("sftp_port") or self._server.port)
        name = self._host if port == 22 else f"[{self._host}]:{port}"
        client.get_host_keys().add(name, pinned.get_name(), pinned)
        client.set_missing_host_key_policy(paramiko.RejectPolicy())
        wait = self._connection.timeout_seconds
        try:
            client.connect(
                self._host,
                port,
                username=self._secret("sftp_user"),
                password=self._secret("sftp_password") or None,
                pkey=self._own_key(),
                allow_agent=False,
                look_for_keys=False,
                timeout=wait,
                banner_timeout=wait,
                auth_timeout=wait,
            )
        except paramiko.BadHostKeyException as error:
            vi = f"sftp {self._host}: khóa máy chủ khác với khóa đã ghi, không gửi gì"
            raise NeedsConsent(f"{vi} / the server shows another host key", code="host_key") from error
        except paramiko.AuthenticationException as error:
            vi = f"sftp {self._host}: tên, mật khẩu hoặc khóa không được nhận"
            raise NeedsConsent(f"{vi} / user, password or key is refused", code="login") from error
        except _LOST as error:
            raise Retry(f"sftp {self._host}: {error}", after=60, code="sftp") from error

    def _host_key(self) -> paramiko.PKey:
        kind, _, rest = self._secret("sftp_host_key").strip().partition(" ")
        if not (self._host and rest):
            vi = "sftp: chưa có sftp_host hoặc sftp_host_key (dạng «ssh-ed25519 AAAA…», lệnh ssh-keyscan)"
            raise NeedsConsent(f"{vi} / sftp_host or sftp_host_key is missing", code="host_key")
        entry = paramiko.hostkeys.HostKeyEntry.from_line(f"{self._host} {kind} {rest}")
        if entry is None or entry.key is None:
            raise NeedsConsent("sftp: sftp_host_key không đọc được / cannot be read", code="host_key")
        return entry.key

    def _own_key(self) -> paramiko.PKey | None:
        text = self._secret("sftp_key")
        if not text:
            return None
        for kind in _KEYS:
            with suppress(paramiko.SSHException, ValueError):
                return kind.from_private_key(io.StringIO(text))
        raise NeedsConsent("sftp: sftp_key không đọc được / cannot be read", code="login")

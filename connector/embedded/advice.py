"""What people read when the embedded servers cannot run as asked: what is wrong and what to do."""

from pathlib import Path


class EmbeddedError(RuntimeError):
    """The embedded servers cannot run here; the message is advice for a person."""


NO_PROGRAMS = (
    "Thiếu PostgreSQL hoặc Valkey nhúng cho máy này: hãy chạy `make setup`, "
    "hoặc đặt DATABASE_URL và REDIS_URL tới máy chủ có sẵn.\n"
    "Embedded PostgreSQL or Valkey is missing for this machine: run `make setup`, "
    "or point DATABASE_URL and REDIS_URL at servers of yours."
)
NO_ACCOUNT = (
    "PostgreSQL không chạy bằng root và máy này không có người dùng `nobody`: "
    "hãy chạy bằng người dùng thường, hoặc đặt DATABASE_URL và REDIS_URL.\n"
    "PostgreSQL does not run as root and this machine has no user `nobody`: "
    "run as an ordinary user, or set DATABASE_URL and REDIS_URL."
)


def not_ours(folder: Path) -> str:
    """A second user of the machine, or a folder made by root."""
    return (
        f"Thư mục {folder} không cho phép ghi, hoặc thuộc về người dùng khác của máy này. "
        "Hãy chạy bằng người dùng đó, chọn thư mục dữ liệu khác, hoặc đặt DATABASE_URL và REDIS_URL.\n"
        f"The folder {folder} may not be written, or belongs to another user of this machine. "
        "Run as that user, choose another data folder, or set DATABASE_URL and REDIS_URL."
    )


def moved(asked: Path, folder: Path, account: str) -> str:
    """Root asked for a folder that the servers' account may not enter."""
    return (
        f"PostgreSQL không chạy bằng root, và người dùng `{account}` không vào được {asked}: "
        f"dữ liệu của máy chủ nhúng nằm ở {folder}.\n"
        f"PostgreSQL does not run as root, and the user `{account}` may not enter {asked}: "
        f"the embedded servers keep their files in {folder}."
    )


def not_started(name: str, setting: str, log: Path, last_lines: str) -> str:
    """A server that ended or did not answer in time."""
    return (
        f"{name} nhúng không khởi động được. Hãy xem {log}, kiểm tra đĩa còn chỗ, hoặc đặt {setting}.\n"
        f"Embedded {name} did not start. See {log}, check for disk space, or set {setting}.\n"
        f"{last_lines}"
    )

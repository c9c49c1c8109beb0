"""The misbehaving proxy does to a connection what its knobs say, and nothing else."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.support.proxy import Mode, Proxy, Weather

pytestmark = pytest.mark.fault


@pytest.fixture
def echo() -> Iterator[tuple[str, int]]:
    """A server that answers every chunk with the same chunk."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_serve, args=(listener,), daemon=True)
        thread.start()
        yield listener.getsockname()
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(5)


heard = bytearray()


def _serve(listener: socket.socket) -> None:
    with listener:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=_echo, args=(connection,), daemon=True).start()


def _echo(connection: socket.socket) -> None:
    with connection:
        try:
            while chunk := connection.recv(65536):
                heard.extend(chunk)
                connection.sendall(chunk)
        except OSError:
            return


@contextmanager
def _through(echo: tuple[str, int], weather: Weather) -> Iterator[tuple[Proxy, socket.socket]]:
    heard.clear()
    with Proxy(echo) as proxy, socket.create_connection(("127.0.0.1", proxy.port), timeout=20) as client:
        client.sendall(b"hello")
        assert client.recv(10) == b"hello"
        proxy.weather = weather
        yield proxy, client


def test_fair_weather_carries_everything(echo: tuple[str, int]) -> None:
    with _through(echo, Weather()) as (proxy, client):
        client.sendall(b"x" * 300_000)
        received = 0
        while received < 300_000:
            received += len(client.recv(65536))
        assert proxy.open_connections == 1


def test_a_delay_delays_both_ways(echo: tuple[str, int]) -> None:
    with _through(echo, Weather(delay=0.1)) as (_, client):
        begun = time.monotonic()
        client.sendall(b"slow")
        assert client.recv(10) == b"slow"
        assert time.monotonic() - begun >= 0.2


def test_a_narrow_line_takes_its_time(echo: tuple[str, int]) -> None:
    with _through(echo, Weather(bytes_per_second=10_000)) as (_, client):
        begun = time.monotonic()
        client.sendall(b"x" * 1000)
        client.recv(1000)
        assert time.monotonic() - begun >= 0.2


def test_a_swallowed_reply_arrives_at_the_server_and_never_comes_back(echo: tuple[str, int]) -> None:
    with _through(echo, Weather(mode=Mode.SWALLOW_REPLIES)) as (proxy, client):
        client.sendall(b"commit")
        with pytest.raises(ConnectionResetError):
            client.recv(10)
        _until_heard(b"hellocommit")
        assert proxy.swallowed == 1


def test_a_connection_is_cut_after_so_many_bytes(echo: tuple[str, int]) -> None:
    with _through(echo, Weather(cut_after=8)) as (_, client):
        client.sendall(b"commit")
        with pytest.raises(ConnectionResetError):
            _read_all(client)
        _until_heard(b"hellocom")


def _until_heard(all_of_it: bytes) -> None:
    """The server reads on a thread of its own."""
    until = time.monotonic() + 10
    while bytes(heard) != all_of_it and time.monotonic() < until:
        time.sleep(0.01)
    assert bytes(heard) == all_of_it


def _read_all(client: socket.socket) -> None:
    while client.recv(10):
        pass


def test_a_reset_breaks_every_connection(echo: tuple[str, int]) -> None:
    with _through(echo, Weather()) as (proxy, client):
        assert proxy.reset() == 1
        with pytest.raises(ConnectionResetError):
            client.recv(10)


def test_a_half_closed_connection_still_carries_what_the_client_says(echo: tuple[str, int]) -> None:
    with _through(echo, Weather()) as (proxy, client):
        proxy.half_close()
        assert client.recv(10) == b""
        client.sendall(b"still here")
        _until_heard(b"hellostill here")


def test_nothing_moves_while_it_is_frozen_and_everything_afterwards(echo: tuple[str, int]) -> None:
    with _through(echo, Weather(mode=Mode.FREEZE)) as (proxy, client):
        client.sendall(b"wait")
        client.settimeout(0.3)
        with pytest.raises(TimeoutError):
            client.recv(10)
        proxy.weather = Weather()
        client.settimeout(20)
        assert client.recv(10) == b"wait"


def test_a_refused_connection_is_reset(echo: tuple[str, int]) -> None:
    # The reset may be there before the caller has finished connecting.
    with (
        _through(echo, Weather(mode=Mode.REFUSE)) as (proxy, _),
        pytest.raises(ConnectionResetError),
        socket.create_connection(("127.0.0.1", proxy.port), timeout=20) as late,
    ):
        late.recv(10)


def test_a_server_that_moved_is_found_by_new_connections(echo: tuple[str, int]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone, Proxy(gone.getsockname()) as proxy:
        proxy.target = echo
        with socket.create_connection(("127.0.0.1", proxy.port), timeout=20) as client:
            client.sendall(b"hello")
            assert client.recv(10) == b"hello"

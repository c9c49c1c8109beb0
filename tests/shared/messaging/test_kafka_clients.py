"""The Kafka library's connections leave nothing behind."""

import asyncio

import pytest
import uvloop
from aiokafka.conn import AIOKafkaConnection, AIOKafkaProtocol
from aiokafka.errors import KafkaConnectionError
from aiokafka.protocol.metadata import MetadataRequest

from shared.messaging import kafka_clients


async def test_a_connection_that_its_broker_closed_is_closed_here_too() -> None:
    kafka_clients.quiet()
    loop = asyncio.get_running_loop()
    closed = loop.create_future()
    broker = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    async with broker:
        host, port = broker.sockets[0].getsockname()
        reader = asyncio.StreamReader()
        transport, _ = await loop.create_connection(lambda: AIOKafkaProtocol(closed, reader, loop=loop), host, port)
        await asyncio.wait_for(closed, 10)
        assert transport.is_closing()


def test_a_connection_that_is_closed_under_the_library_is_broken_and_no_fault_of_the_program() -> None:
    """Otherwise the task that keeps up with who leads which partition dies, and its consumer stands still for ever."""
    kafka_clients.quiet()

    async def send_on_a_closed_one() -> None:
        broker = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
        async with broker:
            host, port = broker.sockets[0].getsockname()
            connection = AIOKafkaConnection(host, port)
            connection._versions = {MetadataRequest.API_KEY: (0, 5)}
            _, connection._writer = await asyncio.open_connection(host, port)
            connection._writer.transport.abort()
            await asyncio.sleep(0.05)
            with pytest.raises(KafkaConnectionError):
                await connection.send(MetadataRequest([]))
            assert not connection.connected()

    uvloop.run(send_on_a_closed_one())

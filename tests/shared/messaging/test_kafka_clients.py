"""The Kafka library's connections leave nothing behind."""

import asyncio

from aiokafka.conn import AIOKafkaProtocol

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

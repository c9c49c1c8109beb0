"""`lounge migrate`: all that must be there before the first process of an installation starts."""

import asyncio

from deploy.lounge.migrate import SERVICES
from deploy.lounge.postgres import GivenPostgres, postgres_server
from deploy.lounge.serve import keep_dsns
from deploy.lounge.settings import LoungeSettings
from deploy.lounge.up import CannotStart, migrated
from shared.messaging.kafka import ensure_topics
from shared.messaging.kafka_clients import DOWN
from shared.messaging.kafka_topics import WrongPartitions


def prepare(settings: LoungeSettings) -> None:
    """Schemas, roles, each service's log-in and, where there is Kafka, its topics. Repeating it changes nothing."""
    home = settings.home.resolve()
    home.mkdir(parents=True, exist_ok=True)
    server = postgres_server(home / "postgres")
    try:
        dsns = migrated(server, home)
    finally:
        server.stop()
    if isinstance(server, GivenPostgres):
        # Those of an embedded server end with it: whoever starts it next writes them.
        keep_dsns(home, dsns)
    if settings.kafka is not None:
        _make_topics(settings.kafka)


def _make_topics(bootstrap: str) -> None:
    try:
        asyncio.run(ensure_topics(bootstrap, SERVICES))
    except WrongPartitions as error:
        raise CannotStart(str(error)) from None
    except DOWN as error:
        raise CannotStart(
            f"数据库已就绪，但 Kafka {bootstrap} 没有应答（{type(error).__name__}）：主题没有建立，请稍后重跑。"
        ) from None

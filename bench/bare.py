"""The anchor of the intake goal: bare FastAPI, one model, one awaited insert."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import asyncpg
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel, Field

from shared.kernel import new_id


class Filing(BaseModel):
    kind: str = Field(max_length=20)
    narrative: str = Field(max_length=20_000)


def bare_app(dsn: str) -> FastAPI:
    pool: list[asyncpg.Pool[Any]] = []

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        pool.append(await asyncpg.create_pool(dsn, min_size=4, max_size=4))
        await pool[0].execute("CREATE TABLE IF NOT EXISTS bare (id uuid PRIMARY KEY, body text NOT NULL)")
        yield
        await pool[0].close()

    app = FastAPI(lifespan=lifespan, telemetry={"tracing": False, "metrics": False, "logs": False})

    @app.post("/filings", status_code=201)
    async def file(body: Filing) -> dict[str, UUID]:
        id = new_id()
        await pool[0].execute("INSERT INTO bare (id, body) VALUES ($1, $2)", id, body.narrative)
        return {"id": id}

    return app


def main() -> None:
    dsn, port = sys.argv[1], int(sys.argv[2])
    config = uvicorn.Config(
        bare_app(dsn), port=port, http="httptools", loop="uvloop", access_log=False, log_level="error"
    )
    asyncio.run(uvicorn.Server(config).serve())


if __name__ == "__main__":
    main()

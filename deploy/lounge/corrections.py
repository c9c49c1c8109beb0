"""`lounge classifier export`: what people corrected, as lines to train on, with the words as the vault gives them."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Any

import httpx2
import orjson
import typer
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TextColumn

from deploy.lounge.issuer import TRAINER, TRAINING_SCOPE
from shared.web.service import read_secret

console = Console()

Page = dict[str, Any]


class ExportRefused(Exception):
    """The desk, or whoever gives out tokens, said no."""


def export(
    output: Annotated[Path, typer.Option("--output", "-o", help="JSONL，给 train 用 (lines for train)")],
    url: Annotated[str, typer.Option("--url", envvar="LOUNGE_URL", help="汇客厅的地址")] = "http://127.0.0.1:8000",
    home: Annotated[
        Path, typer.Option(envvar="LOUNGE_HOME", help="安装目录，令牌密钥在其中 (holds the secret)")
    ] = Path("var"),
    token_url: Annotated[
        str | None, typer.Option(envvar="LOUNGE_TOKEN_URL", help="发放令牌的地址 (where tokens are given out)")
    ] = None,
) -> None:
    """把人工改判过的诉求导出成训练数据：原话当场向保管库取，号码、字母和姓名已去掉；已删除的人不在其中。"""
    try:
        pages = asyncio.run(_all_of(url.rstrip("/"), home, token_url))
    except ExportRefused as refused:
        console.print(f"没有导出：{refused}")
        raise typer.Exit(2) from None
    except httpx2.TransportError:
        console.print(f"连不上 {url}。汇客厅在运行吗？（make up）")
        raise typer.Exit(2) from None
    rows = [row for page in pages for row in page["rows"]]
    write_private(output, b"".join(orjson.dumps(row) + b"\n" for row in rows))
    erased, withheld = (sum(page[name] for page in pages) for name in ("erased", "withheld"))
    console.print(f"{len(rows)} 条写入 {output.name}；{erased} 条原话已删除，{withheld} 条涉及未成年人等，不用于训练。")


def write_private(path: Path, content: bytes) -> None:
    """Readable by its owner only, from its first byte on; delete it after training."""
    descriptor = os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


async def _all_of(url: str, home: Path, token_url: str | None) -> list[Page]:
    async with httpx2.AsyncClient(timeout=60) as http:
        token = await token_of(http, token_url or f"{url}/issuer/token", home)
        columns = (TextColumn("导出改判"), MofNCompleteColumn())
        with Progress(*columns, transient=True, console=console) as progress:
            bar = progress.add_task("", total=None)
            found = []
            async for page in pages_of(http, url, token):
                found.append(page)
                progress.advance(bar, len(page["rows"]) + page["erased"] + page["withheld"])
        return found


async def token_of(http: httpx2.AsyncClient, token_url: str, home: Path) -> str:
    form = {
        "grant_type": "client_credentials",
        "client_id": TRAINER,
        "client_secret": read_secret(home, f"client-{TRAINER}").hex(),
        "scope": TRAINING_SCOPE,
    }
    answer = await http.post(token_url, data=form)
    if answer.status_code != 200:
        raise ExportRefused(f"令牌 {answer.status_code}")
    return str(answer.json()["access_token"])


async def pages_of(http: httpx2.AsyncClient, url: str, token: str) -> AsyncIterator[Page]:
    """Raises ExportRefused."""
    cursor: str | None = None
    while True:
        answer = await http.get(
            f"{url}/routing/v1/training/corrections",
            params={"cursor": cursor} if cursor else {},
            headers={"Authorization": f"Bearer {token}", "Accept-Language": "zh-CN"},
        )
        page: Page = answer.json()
        if answer.status_code != 200:
            raise ExportRefused(f"{answer.status_code} {page.get('title', '')}")
        yield page
        if (cursor := page["next_cursor"]) is None:
            return

"""`lounge status`: what the operators' API tells, as tables for a terminal."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from rich.console import RenderableType
from rich.table import Table

MEGABYTE = 1024 * 1024


def tables(told: Mapping[str, Any]) -> Iterator[RenderableType]:
    yield _readiness(told)
    if processes := told.get("processes"):
        yield _processes(processes, datetime.fromisoformat(told["time"]))
    yield _readers(told)
    parked, age, brokers = told["parked"], told["unsealed_seconds"], told.get("brokers")
    yield f"搁置：等待 {parked['waiting']}，需人处理 {parked['poison']}"
    yield "未封存：无" if age is None else f"未封存：最早的一条已 {age:.0f} 秒"
    if brokers:
        yield f"Kafka：{brokers['asked']} 个节点中 {brokers['answering']} 个应答"


def _readiness(told: Mapping[str, Any]) -> str:
    away = [row["name"] for row in told.get("processes", ()) if not row["answers"]]
    joining = sorted({row["reader"] for row in told["work"] if row["state"] in ("starting", "joining")})
    if not away and not joining:
        return "就绪：每个进程都应答，新记录送得到每个读者"
    return "；".join(
        ["未就绪"]
        + ([f"没有应答的进程：{'、'.join(away)}"] if away else [])
        + ([f"还没有分到分区的读者：{'、'.join(joining)}"] if joining else [])
    )


def _processes(rows: list[Mapping[str, Any]], now: datetime) -> Table:
    table = Table("进程", "PID", "端口", "启动于", "重启", "内存 MB", "应答", title="进程")
    for row in rows:
        memory = f"{row['memory'] / MEGABYTE:.0f}" if row["memory"] else "—"
        since = f"{datetime.fromisoformat(row['since']):%m-%d %H:%M:%S}" if row["since"] else "—"
        answers = "是" if row["answers"] else "[red]否[/red]"
        table.add_row(
            row["name"], str(row["pid"] or "—"), str(row["port"] or "—"), since, str(row["restarts"]), memory, answers
        )
    return table


def _readers(told: Mapping[str, Any]) -> Table:
    """Work is told by reader, lag by position: one reader may keep the positions of several views."""
    table = Table("读者", "来源", "落后", "已办", "其中补取", "状态", title="读者")
    work = {(row["reader"], row["source"]): row for row in told["work"]}
    for row in told["readers"]:
        own = work.pop((row["reader"], row["source"]), None)
        cells = (str(own["applied"]), str(own["pulled"]), own["state"]) if own else ("", "", "")
        table.add_row(row["reader"], row["source"], str(row["lag"]), *cells)
    for row in work.values():
        table.add_row(row["reader"], row["source"], "", str(row["applied"]), str(row["pulled"]), row["state"])
    return table

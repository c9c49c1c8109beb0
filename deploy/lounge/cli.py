"""The command line: `lounge`."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.table import Table
from rich.tree import Tree

from deploy.lounge.classifier import classifier_app
from deploy.lounge.corrections import export
from deploy.lounge.danger import danger_app
from deploy.lounge.verify import audit_app
from deploy.lounge.workdays import workdays_app

app = typer.Typer(help="汇客厅 Lounge", no_args_is_help=True, pretty_exceptions_enable=False)
classifier_app.command()(export)
app.add_typer(classifier_app, name="classifier", help="分流模型：训练、评估、判断")
app.add_typer(danger_app, name="danger", help="危险词网：训练、评估")
app.add_typer(audit_app, name="audit", help="审计日志：离线验证")
app.add_typer(workdays_app, name="workdays", help="工作日历：按国务院通知逐年生成")

Url = Annotated[str, typer.Option("--url", envvar="LOUNGE_URL", help="汇客厅的地址")]
LOCAL = "http://127.0.0.1:8000"

console = Console()


def _stop(sentence: str) -> NoReturn:
    sys.stderr.write(f"{sentence}\n")
    raise typer.Exit(2)


@app.command("up")
def up_command() -> None:
    """启动整个汇客厅（前台运行，Ctrl-C 停止）。设置见 LOUNGE_PORT、LOUNGE_HOME、LOUNGE_DATABASE_URL。"""
    from deploy.lounge.up import up

    _run(up)


def _serve(work: Any) -> None:
    """One process by hand, on LOUNGE_HOST and LOUNGE_PORT."""
    import uvloop

    from deploy.lounge.addresses import Addresses
    from deploy.lounge.composition import BUILDS
    from deploy.lounge.serve import NoAccess
    from deploy.lounge.up import CannotStart, port
    from shared.telemetry.setup import set_up_logs

    def run(settings: Any) -> None:
        set_up_logs(settings.log_level)
        if lacking := Addresses(settings.processes).lacking(BUILDS):
            raise CannotStart(f"LOUNGE_PROCESSES 里缺少这些进程的地址：{'、'.join(lacking)}。")
        with port(settings.host, settings.port) as listener:
            try:
                uvloop.run(work(settings, settings.home.resolve(), listener))
            except NoAccess as error:
                raise CannotStart(f"没有登录所需的账号文件：{error}。请先运行 lounge migrate。") from None

    _run(run)


def _run(work: Any) -> None:
    from pydantic import ValidationError

    from deploy.lounge.settings import LoungeSettings
    from deploy.lounge.up import CannotStart

    try:
        work(LoungeSettings())
    except ValidationError as error:
        fields = "、".join(f"LOUNGE_{str(each['loc'][0]).upper()}" for each in error.errors())
        _stop(f"环境变量的值不合格：{fields}。")
    except CannotStart as error:
        _stop(str(error))


@app.command("cluster")
def cluster_command(
    brokers: Annotated[int, typer.Option(envvar="BROKERS", min=1, max=3, help="Kafka 节点数：1 或 3")] = 1,
) -> None:
    """在一台机器上按真实部署启动：PostgreSQL、Apache Kafka、每个服务各自的进程（前台运行，Ctrl-C 停止）。"""
    from deploy.lounge.cluster import cluster

    _run(lambda settings: cluster(settings, brokers))


@app.command()
def serve(
    service: Annotated[str, typer.Argument(envvar="LOUNGE_SERVICE", help="服务名，例如 intake")],
    part: Annotated[str | None, typer.Option(help="只运行 api 或 readers；不写就两者都运行")] = None,
) -> None:
    """运行一个服务的进程。其他进程的地址见 LOUNGE_PROCESSES，账号见 LOUNGE_HOME 里的 secrets。"""
    from deploy.lounge.composition import BUILDS
    from deploy.lounge.serve import serve_service
    from shared.web import Part

    if service not in BUILDS or part not in (None, Part.API, Part.READERS):
        _stop(f"没有这个服务或部分。服务：{'、'.join(BUILDS)}；部分：api、readers。")
    parts = frozenset({Part(part)} if part else {Part.API, Part.READERS})
    _serve(lambda settings, home, listener: serve_service(settings, home, service, parts, listener))


@app.command()
def relay() -> None:
    """运行编号与转发：给各服务的记录编号，并发往 Kafka。"""
    from deploy.lounge.serve import serve_relay

    _serve(serve_relay)


@app.command()
def gateway() -> None:
    """运行入口：一个地址，按路径转给各服务。"""
    from deploy.lounge.serve import serve_gateway

    _serve(serve_gateway)


@app.command()
def migrate() -> None:
    """建立或更新数据库结构、各服务的账号，以及 Kafka 主题（设了 LOUNGE_KAFKA 时），然后退出。"""
    from deploy.lounge.prepare import prepare

    _run(prepare)
    console.print("数据库结构已是最新。")


@app.command("restored")
def restored_command() -> None:
    """从备份恢复数据库之后、启动任何进程之前运行：历史从新的纪元继续，Kafka 里备份之后的旧记录不再被认作新的。"""
    from deploy.lounge.restored import go_on

    _run(go_on)
    console.print("可以启动了。日志的见证文件也要恢复到同一时刻或更早。")


@app.command()
def replay(
    files: list[Path],
    url: Url = LOCAL,
    report: Annotated[Path | None, typer.Option(help="把结果写成 JSON")] = None,
) -> None:
    """按故事文件逐步走一遍公开接口，打印每一步的结果、在日志里的叶和 trace id。"""
    from dataclasses import asdict

    import orjson

    from deploy.lounge.replay import replay as run

    results = asyncio.run(_connected(run(url, files, leaves=True), url))
    for result in results:
        console.print(f"\n[bold]{result.id}[/bold] {result.title}")
        for step in result.steps:
            mark = "[green]✓[/green]" if step.passed else "[red]✗[/red]"
            seen = f"[dim]{step.milliseconds} ms {step.trace_id or ''}[/dim]"
            leaf = f" 叶 {step.leaf}" if step.leaf is not None else ""
            line = f"  {mark} {step.step:>2} {step.what}{leaf}  {seen} {step.detail}"
            console.print(line, soft_wrap=True)
    passed = sum(result.passed for result in results)
    console.print(f"\n{passed} passed, {len(results) - passed} failed")
    if report is not None:
        report.write_bytes(
            orjson.dumps([asdict(r) | {"passed": r.passed} for r in results], option=orjson.OPT_INDENT_2)
        )
    if passed < len(results):
        raise typer.Exit(1)


@app.command()
def load(
    file: Path,
    limit: Annotated[int | None, typer.Option(help="只读前 N 条")] = None,
    url: Url = LOCAL,
    report: Annotated[Path | None, typer.Option(help="把计数写成 JSON")] = None,
    run: Annotated[str, typer.Option(help="批次名：同一批次重跑不会重复登记")] = "1",
) -> None:
    """把 JSONL 里的来信经公开接口逐条登记，并跟到分流为止。"""
    from deploy.lounge.load import as_json
    from deploy.lounge.load import load as run_load

    result = asyncio.run(_connected(run_load(url, file, limit, run), url))
    console.print_json(as_json(result).decode())
    if report is not None:
        report.write_bytes(as_json(result))
    if result.failed or result.parked or result.accepted != result.triaged + result.waiting_for_person:
        raise typer.Exit(1)


@app.command()
def status(url: Url = LOCAL) -> None:
    """进程、读者的落后、搁置的键、未封存的时间。"""
    from deploy.lounge.status import tables

    answer = asyncio.run(_connected(_call(url, "ops.get_status", {}), url))
    for part in tables(answer):
        console.print(part)


@app.command()
def trace(request: str, url: Url = LOCAL) -> None:
    """打印一件诉求的全部 trace，按时间排列。"""
    answer = asyncio.run(_connected(_call(url, "ops.list_traces", {"request_id": request}), url))
    traces = answer["traces"]
    if not traces:
        _stop("没有这件诉求的 trace。")
    for spans in traces:
        console.print(_tree(spans))
    console.print(f"{len(traces)} traces, {sum(len(spans) for spans in traces)} spans")


@app.command()
def parked(
    action: Annotated[str, typer.Argument(help="list、retry 或 discard")] = "list",
    key: Annotated[str | None, typer.Argument()] = None,
    reason: Annotated[str | None, typer.Option(help="repaired_by_hand、obsolete 或 never_valid")] = None,
    url: Url = LOCAL,
) -> None:
    """搁置的记录：查看、重试，或说明理由后丢弃。"""
    if action == "list":
        answer = asyncio.run(_connected(_call(url, "ops.list_parked", {}), url))
        table = Table("reader", "source", "key", "state", "records", "tries", "reason")
        for row in answer["parked"]:
            cells = ("reader", "source", "key", "state", "records", "tries", "reason")
            table.add_row(*(str(row[cell]) for cell in cells))
        console.print(table if answer["parked"] else "没有搁置的记录。")
        return
    if key is None or action not in ("retry", "discard") or (action == "discard" and reason is None):
        _stop("用法：lounge parked retry KEY，或 lounge parked discard KEY --reason obsolete")
    body = {"reason": reason} if action == "discard" else {}
    console.print_json(data=asyncio.run(_connected(_call(url, f"ops.{action}_parked", {"key": key}, body), url)))


@app.command()
def rebuild(
    view: Annotated[str, typer.Argument(help="服务/视图，例如 routing/worklist")],
    url: Url = LOCAL,
) -> None:
    """从历史重建一个视图，核对校验和后换上。"""
    service, _, name = view.partition("/")
    params = {"service": service, "view": name}
    answer = asyncio.run(_connected(_rebuilt(url, params), url))
    console.print_json(data=answer)
    if answer["state"] != "done":
        _stop("重建没有完成，原来的视图照常使用。原因见读者进程的日志。")
    if not answer["equal"]:
        console.print("注意：重建前后的内容不同，旧表曾被改动。")


async def _rebuilt(url: str, params: dict[str, Any]) -> dict[str, Any]:
    """Starts it and shows how far it is; a view of years may take an hour."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    answer = await _call(url, "ops.rebuild_view", params)
    with Progress(TextColumn("重建 {task.description}"), BarColumn(), MofNCompleteColumn(), transient=True) as progress:
        bar = progress.add_task(params["view"], total=None)
        while answer["state"] == "running":
            progress.update(bar, completed=answer["read"], total=answer["of"])
            await asyncio.sleep(0.3)
            answer = await _call(url, "ops.get_rebuild", params)
    return answer


async def _call(url: str, operation: str, params: dict[str, Any], body: dict[str, Any] | None = None) -> dict[str, Any]:
    from deploy.lounge.client import DeskClient

    async with DeskClient(url) as client:
        response = await client.call(operation, login="operator", params=params, body=body)
    answer: dict[str, Any] = response.json()
    if response.status_code >= 300:
        _stop(f"{response.status_code} {answer.get('title')}：{answer.get('detail')}")
    return answer


async def _connected(work: Any, url: str) -> Any:
    import httpx2

    try:
        return await work
    except httpx2.TransportError:
        _stop(f"连不上 {url}。汇客厅在运行吗？（make up）")


def _tree(spans: list[dict[str, Any]]) -> Tree:
    """One trace as a tree; spans whose parent is not there hang at the top."""
    known = {span["span_id"] for span in spans}
    root = Tree(f"[bold]trace {spans[0]['trace_id']}[/bold]")
    nodes: dict[str | None, Tree] = {None: root}
    for span in sorted(spans, key=lambda each: each["started_ns"]):
        parent = span["parent_id"] if span["parent_id"] in known else None
        mark = " [red]error[/red]" if span["error"] else ""
        links = f" [dim]→ {len(span['links'])} links[/dim]" if span["links"] else ""
        label = f"{span['name']} [dim]{span['milliseconds']} ms[/dim]{mark}{links}"
        nodes[span["span_id"]] = nodes.get(parent, root).add(label)
    return root


def main() -> None:
    app()


if __name__ == "__main__":
    main()

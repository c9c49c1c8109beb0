"""`lounge audit verify`: check a receipt, a proof or a whole exported log without asking the bureau."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from services.audit.log.note import Checkpoint, Verifier, open_checkpoint, parse_checkpoint, parse_note
from services.audit.log.receipt import Verdict, verify_bare_proof, verify_receipt
from services.audit.log.tree import Unproven
from services.audit.log.whole import CHECKPOINT, LogForged, check_log

audit_app = typer.Typer(no_args_is_help=True, help="日志核验 / the audit log")

_MAX_FILE = 10_000_000


class FolderFiles:
    """An exported log on disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, path: str) -> bytes | None:
        try:
            return (self._folder / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None

    def paths(self) -> Iterator[str]:
        for file in (self._folder / "tile").rglob("*"):
            if not file.is_dir():
                yield file.relative_to(self._folder).as_posix()


class Unverified(Exception):
    """Why something was not verified, in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


@audit_app.callback()
def audit() -> None:
    """日志核验 / the audit log"""


@audit_app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="回执、.tlog-proof 证明或导出的日志文件夹 / receipt, proof or folder")],
    key: Annotated[str | None, typer.Option(envvar="LOUNGE_LOG_VKEY", help="日志公钥 / the log's verifier key")] = None,
    key_file: Annotated[Path | None, typer.Option(help="存有日志公钥的文件 / a file with the verifier key")] = None,
    remembered: Annotated[
        Path | None, typer.Option(help="您以前保存的检查点 / a checkpoint you kept earlier (folders only)")
    ] = None,
) -> None:
    """离线核验，不需要联网 / verify offline"""
    console = Console(highlight=False, soft_wrap=True)
    try:
        log = _log_key(file, key, key_file)
        zh, en = _verify_folder(file, log, remembered) if file.is_dir() else _verify_file(file, log, console)
    except Unverified as refusal:
        console.print(f"[bold red]✗ 不成立：[/]{_plain(refusal.zh)}。\nNot verified: {_plain(refusal.en)}.")
        raise typer.Exit(1) from None
    console.print(f"[bold green]✓ 成立：[/]{_plain(zh)}。\nVerified: {_plain(en)}.")


def _plain(words: str) -> str:
    """Nothing of a file that is being judged may colour the judgement."""
    return words.replace("[", "\\[")


def _log_key(file: Path, key: str | None, key_file: Path | None) -> Verifier:
    if key_file and file.is_dir() and key_file.resolve().is_relative_to(file.resolve()):
        raise Unverified(
            "公钥不能取自被核验的文件夹，请用另外得到的公钥",
            "the key must not come from the folder that is being verified",
        )
    text = _read_text(key_file) if key_file else key
    if not text:
        raise Unverified("请用 --key 或 --key-file 给出日志公钥", "give the log's key with --key or --key-file")
    try:
        return Verifier.parse(text)
    except Unproven as reason:
        raise Unverified("这不是可用的日志公钥", f"the key cannot be used: {reason}") from None


def _read_text(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return opened.read(_MAX_FILE).decode()
    except OSError:
        raise Unverified(f"打不开 {file.name}", f"{file.name} cannot be opened") from None
    except UnicodeDecodeError:
        raise Unverified(f"{file.name} 不是文本", f"{file.name} is no text") from None


def _verify_file(file: Path, log: Verifier, console: Console) -> tuple[str, str]:
    written = _read_text(file)
    is_receipt = written.lstrip().startswith("{")
    verdict = verify_receipt(written, log) if is_receipt else verify_bare_proof(written, log)
    for finding in verdict.findings:
        console.print(f"{'✓' if finding.held else '✗'} {_plain(finding.zh)} / {_plain(finding.en)}")
    if verdict.failed:
        raise Unverified(
            "；".join(finding.zh for finding in verdict.failed), "; ".join(finding.en for finding in verdict.failed)
        )
    return _proven(verdict, is_receipt)


def _proven(verdict: Verdict, is_receipt: bool) -> tuple[str, str]:
    head, recorded = verdict.checkpoint, verdict.recorded
    if head is None or recorded is None:
        raise Unverified("没有检查点", "there is no checkpoint")
    what = ("回执所载的事实", "the fact on this receipt") if is_receipt else ("这条记录", "this entry")
    return (
        f"{what[0]}于 {recorded.isoformat()} 记录，是日志 {head.origin} 前 {head.size} 条中的第 {verdict.index} 条",
        f"{what[1]} was recorded at {recorded.isoformat()} as entry {verdict.index} of the first {head.size} "
        f"of {head.origin}",
    )


def _verify_folder(folder: Path, log: Verifier, remembered: Path | None) -> tuple[str, str]:
    files = FolderFiles(folder)
    kept = _kept_checkpoint(remembered, log) if remembered else None
    try:
        with Progress(console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task("核验条目 / entries", total=_claimed_size(files))
            head = check_log(files, log, kept, lambda checked: progress.advance(task, checked))
    except LogForged as forgery:
        raise Unverified(forgery.zh, forgery.en) from None
    return (
        f"日志 {head.origin} 的 {head.size} 条全部完整，没有缺漏、改动或插入",
        f"all {head.size} entries of {head.origin} are whole: nothing missing, changed or inserted",
    )


def _kept_checkpoint(file: Path, log: Verifier) -> Checkpoint:
    try:
        return open_checkpoint(_read_text(file), log)
    except Unproven as reason:
        raise Unverified(
            "您保存的检查点不完整，或者不是由这把公钥签署的", f"your kept checkpoint is not trusted: {reason}"
        ) from None


def _claimed_size(files: FolderFiles) -> int | None:
    """For the progress bar only: nothing is believed yet."""
    try:
        return parse_checkpoint(parse_note(files.read(CHECKPOINT) or b"").text).size
    except Unproven:
        return None

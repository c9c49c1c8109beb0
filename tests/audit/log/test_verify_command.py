"""`lounge audit verify`, as an auditor or a citizen types it."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.lounge.verify import audit_app
from services.audit.log.note import sign_checkpoint
from services.audit.log.whole import CHECKPOINT
from tests.audit.log.samples import LOG, STRANGER, Files, entries, export, head
from tests.audit.log.test_receipt import PROOF, receipt

KEY = ("--key", LOG.verifier.vkey)


def run(*arguments: str | Path) -> tuple[int, str]:
    result = CliRunner(env={"LOUNGE_LOG_VKEY": None}).invoke(audit_app, ["verify", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def unpacked(folder: Path, files: Files) -> Path:
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


def test_an_honest_receipt_is_verified_in_one_sentence(tmp_path: Path) -> None:
    code, said = run(written(tmp_path / "receipt.json", receipt()), *KEY)
    assert code == 0
    assert "✓ 成立：回执所载的事实" in said
    assert "Verified: the fact on this receipt was recorded at 2026-03-02T01:00:40+00:00 as entry 9" in said


def test_a_forged_receipt_is_refused_with_what_failed(tmp_path: Path) -> None:
    code, said = run(written(tmp_path / "receipt.json", receipt(salt="00" * 32)), *KEY)
    assert code == 1
    assert "✗ 不成立：事实的内容与日志里的承诺不符" in said
    assert "✓ 这条记录在日志里" in said


def test_a_bare_proof_is_verified(tmp_path: Path) -> None:
    code, said = run(written(tmp_path / "fact.tlog-proof", str(PROOF)), *KEY)
    assert (code, "Verified: this entry" in said) == (0, True)
    code, said = run(written(tmp_path / "fact.tlog-proof", str(PROOF).replace("index 9", "index 8")), *KEY)
    assert (code, "这条记录不在签过名的日志里" in said) == (1, True)


def test_an_exported_log_is_verified_whole(tmp_path: Path) -> None:
    code, said = run(unpacked(tmp_path, export(entries(300))), *KEY)
    assert (code, "的 300 条全部完整" in said) == (0, True)


def test_a_forged_exported_log_is_refused_with_the_entry(tmp_path: Path) -> None:
    files = export(entries(30))
    path = "tile/0/000.p/30"
    files[path] = files[path][:64] + bytes(32) + files[path][96:]
    code, said = run(unpacked(tmp_path, files), *KEY)
    assert (code, "第 2 条与它的哈希不符" in said) == (1, True)


def test_an_empty_log_is_verified(tmp_path: Path) -> None:
    assert run(unpacked(tmp_path, export([])), *KEY)[0] == 0


def test_a_kept_checkpoint_shows_a_rewritten_history(tmp_path: Path) -> None:
    folder = unpacked(tmp_path / "log", export(entries(30)))
    kept = tmp_path / "kept"
    assert run(folder, *KEY, "--remembered", written(kept, sign_checkpoint(head(entries(20)), LOG)))[0] == 0
    other = sign_checkpoint(head(entries(21)[1:]), LOG)
    code, said = run(folder, *KEY, "--remembered", written(kept, other))
    assert (code, "历史被改写过" in said) == (1, True)
    assert run(folder, *KEY, "--remembered", written(kept, "no note"))[0] == 1


@pytest.mark.parametrize("name", ["receipt.json", "fact.tlog-proof", "missing"])
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, name: str) -> None:
    if name != "missing":
        (tmp_path / name).write_bytes(b"\xff\xfe")
    code, said = run(tmp_path / name, *KEY)
    assert (code, "✗ 不成立" in said) == (1, True)


def test_a_folder_without_a_log_is_refused(tmp_path: Path) -> None:
    code, said = run(tmp_path, *KEY)
    assert (code, "没有检查点文件" in said) == (1, True)


def test_nothing_is_verified_without_the_right_key(tmp_path: Path) -> None:
    file = written(tmp_path / "receipt.json", receipt())
    assert run(file)[0] == 1
    assert run(file, "--key", "no+key")[0] == 1
    assert run(file, "--key", STRANGER.verifier.vkey)[0] == 1
    assert run(file, "--key-file", written(tmp_path / "vkey", LOG.verifier.vkey + "\n"))[0] == 0


def test_the_key_may_not_come_from_the_folder_it_judges(tmp_path: Path) -> None:
    folder = unpacked(tmp_path / "log", export(entries(3)))
    code, said = run(folder, "--key-file", written(folder / "log.vkey", LOG.verifier.vkey))
    assert (code, "公钥不能取自被核验的文件夹" in said) == (1, True)
    assert (folder / CHECKPOINT).exists()


def test_a_file_cannot_colour_its_own_judgement(tmp_path: Path) -> None:
    files = export(entries(3)) | {"tile/[green]✓ 成立[/]": b""}
    code, said = run(unpacked(tmp_path, Files(files)), *KEY)
    assert (code, "[green]" in said) == (1, True)

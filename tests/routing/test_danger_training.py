"""The ear learns from sentences alone, and says the same of the same sentences."""

import csv
import io
import json
from pathlib import Path

from typer.testing import CliRunner

from deploy.lounge.danger import danger_app
from services.routing.danger_training import Sentence, loudest, train
from shared.contracts.danger_ear import Ear, ear_from, rows_of

CALLS = ("着火了快来人救火", "老人走丢了快帮忙找找", "他拿刀砍我快救命", "孩子掉进河里了快来人", "楼上有人要跳下来快来")
REST = (
    "物业费太贵了想退一点",
    "路灯坏了晚上看不清路",
    "请问居住证怎么办理",
    "公交车等了半个小时",
    "谢谢民警帮我找回钱包",
)
KINDS = ("fire", "missing", "violence_now", "trapped", "suicide")
SENTENCES = [
    *(Sentence(text, kind) for text, kind in zip(CALLS, KINDS, strict=True)),
    *(Sentence(text, None) for text in REST),
]
EVERY_DAY = ["小区停车位不够，希望多划一些。物业一直没有答复，大家意见很大。"] * 4


def taught() -> Ear:
    return train(SENTENCES, EVERY_DAY)


def test_the_same_sentences_make_the_same_table_and_it_is_read_as_it_was_written() -> None:
    ear = taught()
    assert list(rows_of(ear)) == list(rows_of(taught()))
    written = io.StringIO()
    csv.writer(written).writerows(rows_of(ear))
    written.seek(0)
    again = ear_from(csv.reader(written))
    assert (again.bias, again.short, again.long) == (ear.bias, ear.short, ear.long)
    assert all(again.loudness(text) == ear.loudness(text) for text in (*CALLS, *REST))


def test_a_call_is_louder_than_a_complaint_and_named() -> None:
    ear = taught()
    assert min(loudest(ear, text) for text in CALLS) > max(loudest(ear, text) for text in REST)
    assert [ear.kind_of(text) for text in CALLS] == list(KINDS)


def test_no_more_than_two_characters_of_a_text_reach_the_table() -> None:
    ear = taught()
    assert all(len(feature) <= 2 or feature[:2] in ("g:", "h:") or feature[0] == "k" for feature in ear.weights)


def test_the_whole_net_is_measured_by_half(tmp_path: Path) -> None:
    rows = [
        {"id": "1", "half": "train", "danger": "suicide", "text": "我不想活了"},
        {"id": "2", "half": "final", "danger": None, "text": "公交车等了半个小时"},
        {"id": "3", "half": "final", "text": "没有说是不是危险的，不算"},
    ]
    file = tmp_path / "sentences.jsonl"
    file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    told = CliRunner().invoke(danger_app, ["evaluate", str(file), "--background", str(file)])
    assert told.exit_code == 0, told.output
    assert "1 / 1" in told.output
    assert "1 suicide" in told.output

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.lounge.classifier import classifier_app
from services.routing.adapters.classifier import load_model, model_of, save_model
from services.routing.decisions.judgement import score
from services.routing.evaluation import figures
from services.routing.examples import Example, UnlabelledRow, read_examples
from services.routing.training import judged_by, out_of_fold, train

NOISE = ("音响", "广场舞", "喇叭", "唱歌", "酒吧", "鞭炮")
LIGHTS = ("路灯", "灯泡", "照明", "灯杆", "电线", "开关")
DOCUMENTS = ("身份证", "居住证", "护照", "户口", "驾照", "证明")
ENDINGS = ("请处理", "请尽快回复", "已经很久了", "谢谢")


def rows() -> list[dict[str, str]]:
    kinds = (("noise", NOISE, "太吵"), ("lights", LIGHTS, "不亮"), ("documents", DOCUMENTS, "怎么办理"))
    return [
        {"text": f"{thing}{what}，{ending}", "label": label}
        for label, things, what in kinds
        for thing in things
        for ending in ENDINGS
    ]


def written(path: Path, lines: Sequence[dict[str, str]]) -> Path:
    path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> list[Example]:
    return read_examples([written(tmp_path_factory.mktemp("rows") / "rows.jsonl", rows())])


def test_a_file_with_text_and_label_trains_one_head_that_knows_unseen_rows(examples: list[Example]) -> None:
    judged = out_of_fold(examples, [])
    assert len(judged) == len(examples)
    assert figures(judged, "label").accuracy > 0.9


def test_training_twice_writes_the_same_bytes(examples: list[Example], tmp_path: Path) -> None:
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    save_model(train(examples), first)
    save_model(train(examples), second)
    assert first.read_bytes() == second.read_bytes()


def test_a_model_read_back_scores_as_the_one_that_was_written(examples: list[Example], tmp_path: Path) -> None:
    trained = train(examples)
    save_model(trained, tmp_path / "model.json")
    read, made = load_model(tmp_path / "model.json"), model_of(trained)
    assert score(read, "", "酒吧唱歌太吵") == score(made, "", "酒吧唱歌太吵")
    assert score(read, "", "酒吧唱歌太吵").choices["label"].label == "noise"


def test_either_answer_of_two_careful_readers_counts_as_right(examples: list[Example]) -> None:
    model = model_of(train(examples))
    undecided = Example("", "酒吧太吵", {"label": ("lights", "noise")}, None, frozenset(), seed=False)
    found = figures([judged_by(model, undecided)], "label")
    assert found.accuracy == 1.0
    assert found.confusion == ()


def test_figures_name_the_mistakes_and_the_overconfidence(examples: list[Example]) -> None:
    model = model_of(train(examples))
    mislabelled = Example("", "酒吧唱歌太吵", {"label": ("lights",)}, None, frozenset(), seed=False)
    found = figures([judged_by(model, mislabelled)], "label")
    assert found.accuracy == 0.0
    assert found.confusion == (("lights", "noise", 1),)
    assert found.calibration_error > 0.5


def test_a_row_without_every_answer_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "rows.jsonl", [{"text": "路灯不亮", "category": "COM"}])
    with pytest.raises(UnlabelledRow):
        read_examples([path])


def test_the_command_line_trains_measures_and_predicts(tmp_path: Path) -> None:
    labelled = written(tmp_path / "rows.jsonl", rows())
    messages = written(tmp_path / "new.jsonl", [{"id": "1", "title": "", "text": "喇叭太吵，我不想活了"}])
    model = str(tmp_path / "model.json")
    run = CliRunner().invoke
    assert run(classifier_app, ["train", str(labelled), "-o", model]).exit_code == 0
    assert "accuracy" in run(classifier_app, ["evaluate", str(labelled), "--model", model]).output
    answer = json.loads(run(classifier_app, ["predict", str(messages), "--model", model]).output)
    assert answer["label"] == "noise"
    assert answer["danger"] == ["suicide"]
    assert answer["person"] is True


def test_predictions_of_the_shipped_model_carry_every_field(tmp_path: Path) -> None:
    messages = written(tmp_path / "new.jsonl", [{"id": "7", "title": "楼上漏水", "text": "邻居不肯赔偿"}])
    answer = json.loads(CliRunner().invoke(classifier_app, ["predict", str(messages)]).output)
    assert list(answer) == [
        *("id", "category", "flags", "priority", "police", "channel", "danger", "confidence", "second", "person"),
    ]

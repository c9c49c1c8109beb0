import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.lounge.classifier import classifier_app
from services.routing.adapters.classifier import load_model, model_of, save_model
from services.routing.decisions.judgement import Choice, Model, score
from services.routing.decisions.second_opinion import rescored
from services.routing.evaluation import Answered, desk_figures, figures
from services.routing.examples import (
    Example,
    Source,
    UnknownRow,
    UnknownSplit,
    UnlabelledRow,
    read_examples,
    read_texts,
    source,
)
from services.routing.training import out_of_fold, train
from shared.contracts.codes import Flag

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


def written(path: Path, lines: Sequence[Mapping[str, object]]) -> Path:
    path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")
    return path


def answered(model: Model, example: Example) -> Answered:
    return Answered(example, dict(score(model, example.title, example.text).choices))


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> list[Example]:
    return read_examples([written(tmp_path_factory.mktemp("rows") / "rows.jsonl", rows())])


def test_a_file_with_text_and_label_trains_one_head_that_knows_unseen_rows(examples: list[Example]) -> None:
    judged = out_of_fold(examples)
    assert len(judged) == len(examples)
    assert sum(item.right("label") for item in judged) > 0.9 * len(judged)


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
    found = figures([answered(model, undecided)], "label")
    assert found.accuracy == 1.0
    assert found.mistakes == ()


def test_figures_name_the_mistakes_and_the_overconfidence(examples: list[Example]) -> None:
    model = model_of(train(examples))
    mislabelled = Example("", "酒吧唱歌太吵", {"label": ("lights",)}, None, frozenset(), seed=False)
    found = figures([answered(model, mislabelled)], "label")
    assert found.accuracy == 0.0
    assert found.mistakes == (("lights", "noise", 1),)
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


def test_rows_kept_apart_are_named_by_a_digest_of_their_id(tmp_path: Path) -> None:
    lines = [{"id": f"m-{number}", "text": "路灯不亮", "label": "lights"} for number in range(60)]
    path = written(tmp_path / "rows.jsonl", lines)
    thirds = read_examples([source(f"{path}@sha256/3")])
    fifths = read_examples([source(f"{path}@crc32/5")])
    assert 10 < sum(example.apart for example in thirds) < 30
    assert 5 < sum(example.apart for example in fifths) < 20
    assert not any(example.apart for example in read_examples([Source(path)]))


@pytest.mark.parametrize("split", ["md5/3", "sha256/1", "sha256", "sha256/x"])
def test_an_unknown_way_of_keeping_rows_apart_is_refused(split: str) -> None:
    with pytest.raises(UnknownSplit):
        source(f"rows.jsonl@{split}")


def test_the_final_half_of_our_own_texts_is_always_kept_apart(tmp_path: Path) -> None:
    lines = [{"id": half, "half": half, "text": "路灯不亮", "label": "lights"} for half in ("train", "final")]
    assert [example.apart for example in read_examples([written(tmp_path / "rows.jsonl", lines)])] == [False, True]


def test_labels_find_their_texts_by_id_and_a_label_without_text_is_refused(tmp_path: Path) -> None:
    texts = written(tmp_path / "texts.jsonl", [{"id": "1", "title": "灯", "text": "路灯不亮"}])
    codes = {"category": "COM", "priority": "P2", "police": "transfer", "channel": "XFER"}
    known = written(tmp_path / "known.jsonl", [{"id": "1", **codes, "second": "URB"}])
    unknown = written(tmp_path / "unknown.jsonl", [{"id": "2", **codes}])
    (example,) = read_examples([known], read_texts([texts]))
    assert (example.title, example.text, example.second) == ("灯", "路灯不亮", "URB")
    with pytest.raises(UnknownRow):
        read_examples([unknown], read_texts([texts]))


def test_a_message_that_two_readers_labelled_is_one_example_with_both_answers(tmp_path: Path) -> None:
    text: dict[str, object] = {"id": "1", "title": "灯", "text": "路灯不亮", "priority": "P2", "police": "transfer"}
    one = written(tmp_path / "one.jsonl", [{**text, "category": "COM", "channel": "XFER"}])
    other = written(
        tmp_path / "other.jsonl", [{**text, "category": "URB", "channel": "XDEP", "second": "COM", "flags": ["MASS"]}]
    )
    (example,) = read_examples([one, source(f"{other}@crc32/2")])
    assert example.answers["category"] == ("COM", "URB")
    assert example.answers["priority"] == ("P2",)
    assert (example.second, example.flags) == (None, frozenset({Flag.MASS}))
    assert example.apart is (zlib.crc32(b"1") % 2 == 0)


def test_a_vector_that_tells_the_labels_apart_is_listened_to(examples: list[Example]) -> None:
    """The words of half of the rows say nothing; their vectors do."""
    mute = [replace(example, text="请处理") if place % 2 else example for place, example in enumerate(examples)]
    labels = sorted({example.answers["label"][0] for example in mute})
    vectors = [tuple(float(label == example.answers["label"][0]) for label in labels) for example in mute]
    model = model_of(train(mute, vectors))
    scored = score(model, "", "请处理")
    for place, label in enumerate(labels):
        heard = rescored(model, scored, [float(place == each) for each in range(len(labels))])
        assert heard.choices["label"].label == label


def test_desk_figures_count_what_left_the_house_and_what_cannot_wait() -> None:
    own = Example("", "", answers_of("own", "P1"), None, frozenset(), seed=False)
    away = Example("", "", answers_of("transfer", "P2"), None, frozenset(), seed=False)
    found = desk_figures(
        [
            Answered(own, choices_of("transfer", "P2")),
            Answered(own, choices_of("transfer", "P2"), person=True),
            Answered(away, choices_of("transfer", "P2")),
            Answered(own, choices_of("own", "P1")),
        ]
    )
    assert found.sent_away == 1
    assert found.persons == 0.25
    assert (found.urgent, found.flagged) == (3, 0.5)
    assert found.urgent_found == pytest.approx(2 / 3)


def answers_of(police: str, priority: str) -> dict[str, tuple[str, ...]]:
    return {"category": ("COM",), "priority": (priority,), "police": (police,), "channel": ("XFER",)}


def choices_of(police: str, priority: str) -> dict[str, Choice]:
    labels = {"category": "COM", "priority": priority, "police": police, "channel": "XFER"}
    return {field: Choice(label, 900, "other", 50) for field, label in labels.items()}

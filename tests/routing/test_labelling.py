"""Labelling by keys: one for a class, Enter for the rest, and nothing but ids and codes is written."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.lounge.classifier import classifier_app
from services.routing.labelling import (
    CATEGORIES,
    CHANNELS,
    POLICE,
    PRIORITIES,
    Key,
    Label,
    Labelling,
    begun,
    press,
    proposed,
    read_labels,
    write_labels,
)
from shared.contracts.codes import Category, Channel, Police, Priority

IDS = ("a", "b", "c")


def after(keys: str, now: Labelling | None = None) -> Labelling:
    at = now or begun(IDS, {})
    for key in keys:
        at = press(at, key)
    return at


def test_a_class_and_enter_label_a_message_with_what_is_usual_for_the_class() -> None:
    at = after("u\r")
    assert at.labels == {"a": proposed("a", Category.URB)}
    assert at.on_table == "b"
    assert (at.labels["a"].police, at.labels["a"].channel) == (Police.OWN, Channel.XDEP)


def test_each_part_of_the_proposal_is_corrected_with_one_key() -> None:
    label = after("d19I?\r").labels["a"]
    assert (label.priority, label.police, label.channel, label.sure) == (
        *(Priority.P1, Police.TRANSFER, Channel.IM, False),
    )


def test_the_second_choice_is_named_behind_a_slash_and_is_never_the_first() -> None:
    assert after("o/d\r").labels["a"].second is Category.DIS
    assert after("o/o\r").labels["a"].second is None


def test_enter_without_a_class_and_unknown_keys_do_nothing() -> None:
    assert after("\r3/?zZ") == begun(IDS, {})


def test_going_back_shows_the_label_that_was_given_and_lets_it_be_changed() -> None:
    at = after("u\r<")
    assert at.draft == proposed("a", Category.URB)
    assert after("2d\r", at).labels["a"].category is Category.DIS


def test_a_skipped_message_stays_unlabelled_and_comes_again_next_time() -> None:
    at = after(" u\r")
    assert at.labels.keys() == {"b"}
    assert begun(IDS, at.labels).on_table == "a"


def test_the_work_goes_on_where_it_stopped() -> None:
    at = after("u\rq")
    assert at.on_table is None
    assert begun(IDS, at.labels).on_table == "b"


def test_when_everything_is_labelled_there_is_nothing_on_the_table_and_one_may_still_go_back() -> None:
    at = after("u\rd\ro\r")
    assert at.on_table is None
    assert at.done == 3
    assert press(at, "u") == at
    assert press(at, Key.BACK).on_table == "c"


def test_every_code_has_one_key_and_no_key_two_codes() -> None:
    keys = [*CATEGORIES, *PRIORITIES, *POLICE, *CHANNELS, *Key]
    assert len(set(keys)) == len(keys)
    assert set(CATEGORIES.values()) == set(Category)
    assert set(PRIORITIES.values()) == set(Priority)
    assert set(POLICE.values()) == set(Police)
    assert set(CHANNELS.values()) == set(Channel)


def test_labels_are_read_as_they_were_written(tmp_path: Path) -> None:
    labels = after("d/o?\ru\r").labels
    write_labels(labels, tmp_path / "labels.jsonl")
    assert read_labels(tmp_path / "labels.jsonl") == labels
    assert read_labels(tmp_path / "absent.jsonl") == {}


@pytest.fixture
def messages(tmp_path: Path) -> Path:
    path = tmp_path / "messages.jsonl"
    rows = [{"id": name, "title": f"路灯{name}", "text": "晚上太黑"} for name in IDS]
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return path


def test_the_terminal_shows_the_message_and_writes_ids_and_codes_only(messages: Path, tmp_path: Path) -> None:
    output = tmp_path / "labels.jsonl"
    run = CliRunner().invoke(classifier_app, ["label", str(messages), "-o", str(output)], input="o\ru\rq")
    assert run.exit_code == 0, run.output
    assert "路灯a" in run.output
    assert "社区公共事项" in run.output
    assert [Label.model_validate_json(line).category for line in output.read_text().splitlines()] == ["COM", "URB"]
    assert "灯" not in output.read_text(encoding="utf-8")


def test_a_second_sitting_begins_with_the_first_unlabelled_message(messages: Path, tmp_path: Path) -> None:
    output = str(tmp_path / "labels.jsonl")
    CliRunner().invoke(classifier_app, ["label", str(messages), "-o", output], input="o\rq")
    again = CliRunner().invoke(classifier_app, ["label", str(messages), "-o", output], input="u\rd\r")
    assert "路灯a" not in again.output
    assert "3/3" in again.output

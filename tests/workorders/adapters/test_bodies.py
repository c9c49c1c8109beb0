"""The registry of other bodies: the delivered one can be read, and a wrong line is named."""

import base64
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.workorders.adapters import bodies
from services.workorders.adapters.bodies import Link, load_registry
from services.workorders.adapters.yaml_nodes import PlaybookInvalid
from services.workorders.transfers.facts import Sees

DELIVERED = Path(bodies.__file__).parents[1] / "bodies.yaml"
KEY = base64.urlsafe_b64encode(bytes(range(32))).rstrip(b"=").decode()
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)

BODY = f"""
version: test-1
bodies:
  - code: URBAN-1
    kind: DEPARTMENT
    name: {{zh: 城市管理局, en: Urban management}}
    valid_from: 2026-03-01
    valid_until: 2026-03-31
    takes: [COM, URB]
    sees: task
    proof: [COM]
    link: push
    url: https://urban.example.org/lounge
    door: PLATFORM
    keys:
      - {{id: urban-2026, ed25519: {KEY}, from: 2026-03-01, until: 2026-03-15}}
"""


def load(tmp_path: Path, text: str) -> bodies.Registry:
    path = tmp_path / "bodies.yaml"
    path.write_text(text, encoding="utf-8")
    return load_registry(path)


def test_the_delivered_registry_can_be_read_and_the_hotline_sees_a_stub() -> None:
    found = load_registry(DELIVERED).on(NOON)
    assert found["HOTLINE-12345"].sees is Sees.STUB  # type: ignore[index]
    assert {body.link for body in found.values()} <= {Link.NONE, Link.PULL}


def test_bodies_and_keys_count_on_their_days_only(tmp_path: Path) -> None:
    registry = load(tmp_path, BODY)
    assert registry.linked("URBAN-1", NOON) is not None
    assert registry.linked("URBAN-1", datetime(2026, 4, 2, tzinfo=UTC)) is None
    assert registry.linked("URBAN-1", datetime(2026, 2, 27, tzinfo=UTC)) is None
    assert registry.of_key("urban-2026", NOON) is not None
    assert registry.of_key("urban-2026", datetime(2026, 3, 16, 4, tzinfo=UTC)) is None
    assert registry.of_key("urban-2025", NOON) is None


@pytest.mark.parametrize(
    ("old", "new", "line", "what"),
    [
        ("kind: DEPARTMENT", "kind: OFFICE", 5, "is no UnitKind"),
        ("takes: [COM, URB]", "takes: [COM, XYZ]", 9, "is no Category"),
        ("proof: [COM]", "proof: [DIS]", 11, "is not taken there"),
        ("url: https://urban.example.org/lounge", "keys: []", 15, "twice"),
        ("url: https://urban.example.org/lounge", "url: ftp://urban.example.org/", 13, "an address is"),
        ("link: push", "link: pull", 13, "push only"),
        (KEY, KEY[:20], 16, "has 32 bytes"),
        ("valid_until: 2026-03-31", "valid_until: 2026-02-01", 8, "ends before"),
        ("sees: task", "sees: all", 10, "is no Sees"),
        ("door: PLATFORM", "door: PLATFORM\n    fee: 1", 15, "not known here"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, old: str, new: str, line: int, what: str) -> None:
    assert old in BODY
    with pytest.raises(PlaybookInvalid, match=what) as wrong:
        load(tmp_path, BODY.replace(old, new))
    assert f"bodies.yaml:{line}:" in str(wrong.value)


def test_one_body_stands_once_for_a_day(tmp_path: Path) -> None:
    again = BODY.split("bodies:\n")[1]
    with pytest.raises(PlaybookInvalid, match="twice for the same days"):
        load(tmp_path, BODY + again.lstrip("\n"))

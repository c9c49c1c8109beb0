"""YAML with the line of every value, for messages that say where a file is wrong."""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

import yaml

S = TypeVar("S", bound=StrEnum)


class PlaybookInvalid(Exception):
    """The file and the line, and what is wrong there."""


class Node:
    """One value of a file."""

    def __init__(self, file: str, node: yaml.Node) -> None:
        self._file = file
        self._node = node

    def wrong(self, what: str) -> PlaybookInvalid:
        return PlaybookInvalid(f"{self._file}:{self._node.start_mark.line + 1}: {what}")

    def text(self) -> str:
        if not isinstance(self._node, yaml.ScalarNode) or not self._node.value:
            raise self.wrong("a text is expected")
        return str(self._node.value)

    def number(self) -> int:
        text = self.text()
        if not (text.isascii() and text.isdigit()):
            raise self.wrong(f"a whole number is expected, not {text!r}")
        return int(text)

    def truth(self) -> bool:
        if self.text() not in ("true", "false"):
            raise self.wrong("true or false is expected")
        return self.text() == "true"

    def day(self) -> date:
        try:
            return date.fromisoformat(self.text())
        except ValueError:
            raise self.wrong("a day is expected, as 2026-01-01") from None

    def one_of(self, kind: type[S]) -> S:
        try:
            return kind(self.text())
        except ValueError:
            raise self.wrong(f"{self.text()!r} is no {kind.__name__}") from None

    def items(self) -> "Iterator[Node]":
        if not isinstance(self._node, yaml.SequenceNode):
            raise self.wrong("a list is expected")
        return (Node(self._file, child) for child in self._node.value)

    def fields(self) -> "dict[str, Node]":
        """Key and value; the same key twice is a mistake that YAML itself would swallow."""
        if not isinstance(self._node, yaml.MappingNode):
            raise self.wrong("named values are expected")
        found: dict[str, Node] = {}
        for key, child in self._node.value:
            name = Node(self._file, key).text()
            if name in found:
                raise Node(self._file, key).wrong(f"{name!r} stands here twice")
            found[name] = Node(self._file, child)
        return found

    def record(self, required: frozenset[str], optional: frozenset[str] = frozenset()) -> "dict[str, Node]":
        found = self.fields()
        if missing := sorted(required - found.keys()):
            raise self.wrong(f"{', '.join(missing)} is missing")
        for name in found.keys() - required - optional:
            raise found[name].wrong(f"{name!r} is not known here")
        return found


def read_yaml(path: Path) -> Node:
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise PlaybookInvalid(f"{path.name}:{line}: {error.problem}") from None
    if node is None:
        raise PlaybookInvalid(f"{path.name}:1: the file is empty")
    return Node(path.name, node)

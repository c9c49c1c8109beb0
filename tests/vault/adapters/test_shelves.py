"""What holds a text never prints it."""

from uuid import UUID

from services.vault.adapters.shelves import Plain
from services.vault.items.safe import Fetched


def test_a_text_on_its_way_in_prints_its_reference_only() -> None:
    assert repr(Plain(UUID(int=1), "narrative", "L3", "楼上漏水")) == f"Plain({UUID(int=1)})"


def test_a_text_on_its_way_out_is_counted_and_not_printed() -> None:
    assert repr(Fetched({UUID(int=1): "楼上漏水"}, {})) == "Fetched(1 texts)"

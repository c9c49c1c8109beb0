"""Published contracts and stored names stay as they are. `make contracts` adds what is new."""

from tests.architecture.goldens import altered, committed_names, committed_schemas, schemas, stored_names


def test_no_published_contract_was_altered() -> None:
    assert altered(committed_schemas(), schemas()) == []


def test_every_contract_has_its_golden() -> None:
    assert sorted(schemas().keys() - committed_schemas().keys()) == []


def test_no_stored_fact_lost_its_name() -> None:
    assert sorted(committed_names() - stored_names()) == []


def test_every_stored_name_is_on_the_list() -> None:
    assert sorted(stored_names() - committed_names()) == []


def test_an_altered_and_a_vanished_contract_are_noticed() -> None:
    present = schemas()
    first, second, *_ = sorted(present)
    later = {name: schema for name, schema in present.items() if name != second} | {first: "{}"}
    assert altered(present, present) == []
    assert altered(present, later) == [first, second]

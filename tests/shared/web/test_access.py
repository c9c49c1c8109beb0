from itertools import combinations

from shared.contracts.codes import Operation, Relation, Role
from shared.web.access import TABLE, access_table
from tests.shared.web.oracle import rows, verdict


def test_every_cell_says_what_an_independent_reading_of_the_table_says() -> None:
    written, table = rows(TABLE), access_table()
    differing = [
        (role, operation, relations)
        for role in Role
        for operation in Operation
        for relations in [frozenset[Relation](), *(frozenset({relation}) for relation in Relation)]
        if table.may(role, operation, relations).effect != verdict(written, role, operation, set(relations))
    ]
    assert differing == []


def test_two_relations_at_once_say_what_the_table_says() -> None:
    written, table = rows(TABLE), access_table()
    differing = [
        (role, operation, pair)
        for role in Role
        for operation in (Operation.READ, Operation.HANDLE, Operation.EXPORT, Operation.FILE)
        for pair in combinations(Relation, 2)
        if table.may(role, operation, frozenset(pair)).effect != verdict(written, role, operation, set(pair))
    ]
    assert differing == []


def test_every_row_of_the_table_decides_somewhere() -> None:
    written, table = rows(TABLE), access_table()
    assert len(table.cells) == len(written) == len(set(written))
    for role, operation, relation, effect in written:
        who = Role.OPERATOR if role == "*" else role
        found = table.may(who, Operation(operation), frozenset({Relation(relation)}))
        assert found.effect == effect or found.effect == "deny"


def test_a_role_that_nobody_knows_may_nothing() -> None:
    for operation in Operation:
        for relation in Relation:
            assert not access_table().may("system", operation, frozenset({relation})).allowed


def test_somebody_with_several_roles_acts_in_the_one_that_may() -> None:
    roles = [Role.TRIAGE_OFFICER, Role.OPERATOR]
    role, decision = access_table().best(roles, Operation.REPLAY_RECORDS, frozenset())
    assert (role, decision.allowed) == (Role.OPERATOR, True)
    role, decision = access_table().best(roles, Operation.SEAL, frozenset())
    assert (role, decision.allowed) == (Role.TRIAGE_OFFICER, False)

from uuid import UUID
from zlib import crc32

from hypothesis import given
from hypothesis import strategies as st

from shared.kernel import LANES, lane_of


@given(st.uuids())
def test_a_lane_is_the_checksum_of_the_canonical_text(key: UUID) -> None:
    assert lane_of(key) == crc32(str(key).lower().encode("ascii")) % 16


def test_lanes_never_change() -> None:
    assert LANES == 16
    assert lane_of(UUID("00000000-0000-4000-8000-000000000001")) == 1
    assert lane_of(UUID("FFFFFFFF-FFFF-4FFF-BFFF-FFFFFFFFFFFF")) == lane_of(
        UUID("ffffffff-ffff-4fff-bfff-ffffffffffff")
    )

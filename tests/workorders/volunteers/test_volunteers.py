"""Who may bring clues: trained, not expired, not struck off."""

from datetime import UTC, date, datetime
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from services.workorders.volunteers.decider import (
    Certificate,
    CertificateEndsBeforeTraining,
    RegisterVolunteer,
    StrikeOffVolunteer,
    VolunteerOfAnotherUnit,
    VolunteerRegistered,
    VolunteerStruckOff,
    VolunteerUnknown,
    volunteer_decider,
)
from shared.kernel import ItemCode, PersonId, UnitCode
from tests.support.machines import Acts, quick
from tests.support.spec import Spec

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
COURIER = PersonId(UUID(int=0xB7))
STATION, OTHER_STATION = UnitCode("STATION-1"), UnitCode("STATION-2")
TRAINED, LAST = date(2026, 1, 10), date(2027, 1, 9)
OFF = date(2026, 6, 1)

volunteer = Spec(volunteer_decider)


def certificate(unit: UnitCode = STATION, until: date = LAST) -> Certificate:
    return Certificate(ItemCode("courier-a"), unit, TRAINED, until)


def register(given: Certificate) -> RegisterVolunteer:
    return RegisterVolunteer(person=COURIER, certificate=given, at=AT)


registered = VolunteerRegistered(person=COURIER, certificate=certificate(), occurred_at=AT)
strike_off = StrikeOffVolunteer(person=COURIER, on=OFF, at=AT)
struck_off = VolunteerStruckOff(person=COURIER, on=OFF, occurred_at=AT)


def test_a_trained_courier_is_certified_until_the_last_day() -> None:
    done = volunteer.when(register(certificate()))
    done.then(registered)
    days = (date(2026, 1, 9), TRAINED, LAST, date(2027, 1, 10))
    assert [done.state.certified_on(day) for day in days] == [False, True, True, False]
    volunteer.given(registered).when(register(certificate())).then_nothing()


def test_who_was_struck_off_is_no_longer_certified_until_trained_again() -> None:
    volunteer.when(strike_off).then_rejected(VolunteerUnknown)
    volunteer.given(registered).when(strike_off).then(struck_off)
    off = volunteer.given(registered, struck_off)
    off.when(strike_off).then_nothing()
    assert not off.state.certified_on(OFF)
    assert off.given(registered).state.certified_on(OFF)


def test_a_certificate_ends_after_the_training() -> None:
    volunteer.when(register(certificate(until=date(2026, 1, 9)))).then_rejected(CertificateEndsBeforeTraining)


def test_the_station_that_trained_somebody_keeps_the_entry() -> None:
    volunteer.given(registered).when(register(certificate(OTHER_STATION))).then_rejected(VolunteerOfAnotherUnit)


class Registry(Acts):
    decider = volunteer_decider

    @rule(unit=st.sampled_from([STATION, OTHER_STATION]), until=st.dates(date(2026, 1, 1), date(2026, 12, 31)))
    def train(self, unit: UnitCode, until: date) -> None:
        self.attempt(register(certificate(unit, until)))

    @rule(day=st.dates(date(2026, 1, 1), date(2026, 12, 31)))
    def strike(self, day: date) -> None:
        self.attempt(StrikeOffVolunteer(person=COURIER, on=day, at=AT))

    @invariant()
    def nobody_untrained_is_certified(self) -> None:
        assert not self.state.certified_on(date(2026, 1, 9))
        assert len({each.certificate.unit for each in self.of(VolunteerRegistered)}) <= 1


TestRegistry = quick(Registry)

"""What the pages say about the place itself: name, desk, hours, emergency numbers, what units are called."""

from datetime import datetime, time
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from services.portal.pages.contexts import EmergencyNumber, HomeView, OpeningHours, ServiceDesk
from shared.kernel import BUREAU_ZONE


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Number(_Part):
    number: str
    name: str
    urgent: bool = False


class Desk(_Part):
    name: str
    address: str
    phone: str


class Hours(_Part):
    days: str
    weekdays: tuple[int, ...]
    opens: time
    closes: time

    @property
    def text(self) -> str:
        return f"{self.opens:%H:%M}–{self.closes:%H:%M}"


class Bureau(_Part):
    name: str
    emergency: tuple[Number, ...]
    desk: Desk
    hours: tuple[Hours, ...]
    units: dict[str, str]
    grids: dict[str, str] = {}
    """What people call the grids where officers and departments act."""

    @classmethod
    def load(cls, path: Path) -> "Bureau":
        return cls.model_validate(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))

    def unit(self, code: str | None) -> str:
        """What people call a unit; its code where the bureau named none."""
        return self.units.get(code, code) if code else ""

    def home(self, now: datetime) -> HomeView:
        local = now.astimezone(BUREAU_ZONE)
        today = next((each for each in self.hours if local.weekday() in each.weekdays), None)
        open_now = today is not None and today.opens <= local.time() < today.closes
        return HomeView(
            emergency=tuple(EmergencyNumber(each.number, each.name, each.urgent) for each in self.emergency),
            hours=tuple(OpeningHours(each.days, each.text) for each in self.hours),
            nearest=ServiceDesk(
                self.desk.name, self.desk.address, self.desk.phone, f"今天 {today.text}" if today else "今天不开"
            ),
            open_now=open_now,
        )

"""What a bureau may set for triage."""

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.kernel import UnitCode
from shared.web import Profile

DEMO_DIRECTORY = Path(__file__).parent / "directory" / "demo.yaml"
DEMO_COUNTY = Path(__file__).parent / "directory" / "county.yaml"


class RoutingSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="LOUNGE_ROUTING_", frozen=True)

    desk: UnitCode = UnitCode("LOUNGE-1")
    """Who looks when nobody else can; used while the directory names no lounge of its own."""
    model: Path | None = None
    """Another trained model than the shipped one."""
    models: Path | None = None
    """Folder of further models, for trials; `models` in the installation's home."""
    second_reading: bool | None = None
    """Whether doubts are read again by the embedding model where it is installed; by itself everywhere but in tests."""
    bureau: Path = DEMO_DIRECTORY
    """Names of units in words. In the demo profile its units, officers and grids are listed too."""
    county: Path = DEMO_COUNTY
    """The gazetteer: what the county's places are called, and in which grids they lie."""
    read_seconds: float = 2.0
    """How long a text may take to come from the vault before a person is asked and it is tried again later."""

    def reads_again(self, profile: Profile) -> bool:
        return profile is not Profile.TEST if self.second_reading is None else self.second_reading

"""What a bureau may set for triage."""

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.kernel import UnitCode

DEMO_DIRECTORY = Path(__file__).parent / "directory" / "demo.yaml"


class RoutingSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="LOUNGE_ROUTING_", frozen=True)

    desk: UnitCode = UnitCode("LOUNGE-1")
    """Who looks when nobody else can; used while the directory names no lounge of its own."""
    model: Path | None = None
    """Another trained model than the shipped one."""
    bureau: Path = DEMO_DIRECTORY
    """Names of units and of places in words. In the demo profile its units, officers and grids are listed too."""
    read_seconds: float = 2.0
    """How long a text may take to come from the vault before a person is asked and it is tried again later."""

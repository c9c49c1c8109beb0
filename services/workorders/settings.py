"""What an installation may set for work orders."""

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict


class WorkordersSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="LOUNGE_WORKORDERS_", frozen=True)

    playbooks: Path = Path(__file__).with_name("playbooks")
    """Folder of playbooks; a bureau may keep its own."""
    units: Path = Path(__file__).with_name("units.yaml")
    """Which units of which kind an order may ask."""
    bodies: Path = Path(__file__).with_name("bodies.yaml")
    """Other bodies: what they take, and how they are reached."""
    connector_key: int = 1
    """Which of the installation's keys signs; the next one is published beside it, so that bodies know it in time."""
    connector_seconds: float = 1.0
    """Between one look at what waits for other bodies and the next."""
    connector_inside: bool = False
    """Whether bodies may have addresses inside, or without TLS: for tests and for bodies in the same house."""
    groups: Path = Path(__file__).with_name("groups") / "book.yaml"
    """What groups and areas are called."""
    lounge_phone: str = "0319-4560110"
    """The number that a broadcast names."""

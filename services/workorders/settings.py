"""What an installation may set for work orders."""

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict


class WorkordersSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="LOUNGE_WORKORDERS_", frozen=True)

    playbooks: Path = Path(__file__).with_name("playbooks")
    """Folder of playbooks; a bureau may keep its own."""

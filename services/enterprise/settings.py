"""What an installation may set for the workstation."""

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict


class EnterpriseSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="LOUNGE_ENTERPRISE_", frozen=True)

    catalogue: Path = Path(__file__).with_name("catalogue.yaml")
    """Checklist, published inspection items, first-offence list; a bureau keeps its own."""

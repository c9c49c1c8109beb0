from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict


class PortalSettings(BaseSettings):
    """LOUNGE_PORTAL_BUREAU and so on."""

    model_config = SettingsConfigDict(env_prefix="LOUNGE_PORTAL_", frozen=True)

    bureau: Path = Path(__file__).with_name("bureau.yaml")
    """What the pages say about the place itself."""
    authorize_url: str = "/issuer/authorize"
    token_url: str = "/issuer/token"  # noqa: S105
    people_url: str = "/issuer/people"
    """Who may be chosen at sign-in and what staff are called; empty where the identity provider has its own page."""
    client_id: str = "portal"

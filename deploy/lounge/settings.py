"""Settings of the all-in-one process: environment, prefix LOUNGE_."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.web import Profile


class LoungeSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="LOUNGE_", frozen=True)

    home: Path = Path("var")
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    profile: Profile = Profile.DEMO
    otlp_endpoint: str | None = None
    log_level: str = "WARNING"
    demo_requests: bool = True
    """Whether an empty demo desk gets requests to look at."""

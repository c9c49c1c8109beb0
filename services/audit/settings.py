"""What a bureau may set for its audit log."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class AuditSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="LOUNGE_AUDIT_", frozen=True)

    origin: str | None = None
    """The log's name on checkpoints, for ever; made of the division code when not set."""
    key_file: Path | None = None
    """The signing key, closed to others; in the installation's own folder for secrets when not set."""
    seal_seconds: float = Field(default=1.0, gt=0, le=30)
    """A checkpoint covers new leaves at the latest after this time."""
    verifications: str = "60/minute"
    """Receipts that one address may have checked."""

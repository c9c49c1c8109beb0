"""What a bureau may set for its front desk."""

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict

from services.intake.adapters.catalogue import OWN


class IntakeSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="LOUNGE_INTAKE_", frozen=True)

    catalogue: Path = OWN
    """What people ask for at the windows."""
    code_prefix: str = "NG"
    """Stands before every follow code: the bureau's own letters."""
    pin_tries: str = "5/15minutes"
    """Wrong tries of one code, and of one address, before it has to wait."""
    filings: str = "6000/minute"
    """Requests that one address may file without signing in."""
    questions: str = "600/minute"
    """Questions that one address may ask of 南小警."""
    hash_threads: int = 2
    """How many PINs are hashed at once; each takes 4 MB."""

"""What a bureau may set for mediation."""

from pydantic_settings import BaseSettings, SettingsConfigDict


class MediationSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="LOUNGE_MEDIATION_", frozen=True)

    code_prefix: str = "TJ"
    """Stands before every invitation code."""
    pin_tries: str = "5/15minutes"
    """Tries of one code, and from one address, before it has to wait."""
    hash_threads: int = 2
    """How many PINs are hashed at once; each takes 16 MB."""

"""What a bureau may set for mediation."""

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict


class MediationSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="LOUNGE_MEDIATION_", frozen=True)

    code_prefix: str = "TJ"
    """Stands before every invitation code."""
    pin_tries: str = "5/15minutes"
    """Tries of one code, and from one address, before it has to wait."""
    hash_threads: int = 2
    """How many PINs are hashed at once; each takes 16 MB."""
    public_url: str = "http://localhost:8000"
    """Where the pages are, as citizens reach them: stands in the QR code of every paper."""
    paper_threads: int = 1
    """How many papers are set at once."""
    fonts: tuple[Path, ...] = ()
    """Folders with fonts of the bureau, for characters that the packaged ones lack."""
    font_families: tuple[str, ...] = ()
    """Their families, in the order in which they are asked."""

"""What an installation may set for the vault."""

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict


class VaultSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="LOUNGE_VAULT_", frozen=True)

    key_file: Path | None = None
    """The wrapping key, mode 0600; in the installation's own folder for secrets when not set."""

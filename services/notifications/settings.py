"""How the bureau reaches people by letter."""

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class NotificationsSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="LOUNGE_NOTIFICATIONS_", frozen=True)

    smtp_host: str | None = None
    """None: nothing is sent, and the delivery state says so."""
    smtp_port: int = 587
    smtp_starttls: bool = True
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    smtp_seconds: float = 20.0
    sender: str = "lounge@localhost"
    sender_name: str = "警务汇客厅"
    follow_url: str | None = None
    """Address of the page where code and PIN open the request; named in letters."""
    post_seconds: float = 2.0
    """How often the postman looks for letters."""

"""How the bureau reaches people by letter."""

from pathlib import Path

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
    revisit_plan: Path = Path(__file__).with_name("visits") / "plan.yaml"
    """Who is visited after the result, and why."""
    agencies: Path | None = None
    """Partner agencies and their contracts; None: the demo's, and in production none."""
    purposes: Path | None = None
    """What they may be told; None: as delivered."""
    partners_inside: bool = False
    """Lets webhooks go to addresses of the own house and over plain http; for tests and the demo."""
    stream_seconds: float = 300.0
    """How long one connection of server-sent events lasts before the agency has to connect anew."""
    partner_kafka: str | None = None
    """Bootstrap servers for the agencies' own topics; None: there are none."""
    partner_kafka_user: str | None = None
    """SASL/SCRAM-SHA-512; None: the listener asks for no name."""
    partner_kafka_password: SecretStr | None = None
    partner_kafka_tls: bool = False

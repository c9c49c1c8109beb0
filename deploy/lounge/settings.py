"""Settings of every process: environment, prefix LOUNGE_. An empty value counts as none: the default holds."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.web import Profile


class LoungeSettings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix="LOUNGE_",
        frozen=True,
        # A compose file or a chart names every setting, also those that nobody filled in.
        env_ignore_empty=True,
    )

    home: Path = Path("var")
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    public_url: str | None = None
    """The address that people use, where it is not the one listened on: behind a proxy, or in a container."""
    profile: Profile = Profile.DEMO
    otlp_endpoint: str | None = None
    log_level: str = "WARNING"
    demo_requests: bool = True
    """Whether an empty demo desk gets requests to look at."""
    kafka: str | None = None
    """Bootstrap servers; without them readers follow the feeds themselves."""
    processes: dict[str, str] = Field(default_factory=dict)
    """Where the others are, as JSON: `{"intake.api": "http://intake:8000", "gateway": …}`."""
    issuer: str | None = None
    """The identity provider's name in its tokens; the gateway's own when not set."""
    jwks: str | None = None
    """Where its keys are."""
    token_url: str | None = None
    """Where services get their own tokens by client credentials."""

    @property
    def url(self) -> str:
        """The address of the whole: all processes must name the same one."""
        return (self.public_url or self.processes.get("gateway") or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def local_url(self) -> str:
        """How this machine reaches what listens on host and port."""
        return f"http://{'127.0.0.1' if self.host == '0.0.0.0' else self.host}:{self.port}"  # noqa: S104

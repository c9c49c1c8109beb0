"""What the environment says to every process."""

import pytest

from deploy.lounge.settings import LoungeSettings


def test_all_processes_name_the_same_address() -> None:
    alone = LoungeSettings(host="0.0.0.0", port=8001)
    assert (alone.url, alone.local_url) == ("http://0.0.0.0:8001", "http://127.0.0.1:8001")
    inside = LoungeSettings(port=8001, processes={"gateway": "http://gateway:8000"})
    assert inside.url == "http://gateway:8000"
    told = LoungeSettings(port=8001, processes=inside.processes, public_url="https://desk.example/")
    assert told.url == "https://desk.example"


def test_what_nobody_filled_in_counts_as_not_said(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ISSUER", "JWKS", "TOKEN_URL", "KAFKA", "PROCESSES", "OTLP_ENDPOINT", "PORT"):
        monkeypatch.setenv(f"LOUNGE_{name}", "")
    assert LoungeSettings() == LoungeSettings(issuer=None, kafka=None, processes={}, port=8000)
    assert LoungeSettings().issuer is None

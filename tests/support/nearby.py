"""HTTP to a desk on this machine. A client that could speak TLS reads the certificates of all authorities first, and
that costs more than the call: whoever polls would do little else."""

from typing import Any

import httpx2


def get(url: str, **how: Any) -> httpx2.Response:
    return _call("GET", url, how)


def post(url: str, **how: Any) -> httpx2.Response:
    return _call("POST", url, how)


def put(url: str, **how: Any) -> httpx2.Response:
    return _call("PUT", url, how)


def _call(method: str, url: str, how: dict[str, Any]) -> httpx2.Response:
    with httpx2.Client(verify=False) as client:
        return client.request(method, url, **how)

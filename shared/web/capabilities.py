"""Capabilities: what a code and PIN open for a while: one request, in one role."""

import re
from uuid import UUID

from itsdangerous import BadSignature, TimestampSigner

from shared.kernel import Actor, PersonId, RequestId
from shared.web.errors import NotSignedIn

PREFIX = "cap."
MINUTES = 30
SPELLING = re.compile(r"cap\.[A-Za-z0-9_/~-]{1,250}")
"""The library overlooks characters that are no base64."""


class Capabilities:
    """Signed with a key that the services share; holds ids and a role, nothing else."""

    def __init__(self, key: bytes) -> None:
        self._signer = TimestampSigner(key, salt="lounge-capability", sep="~")

    def issue(self, role: str, request_id: RequestId, person: PersonId | None = None) -> str:
        return PREFIX + self._signer.sign(f"{role}/{request_id}/{person or ''}").decode()

    def open(self, token: str) -> Actor:
        """Raises NotSignedIn when it is forged or older than 30 minutes."""
        if not SPELLING.fullmatch(token):
            raise NotSignedIn
        try:
            role, request, person = (
                self._signer.unsign(token.removeprefix(PREFIX), max_age=MINUTES * 60).decode().split("/")
            )
            return Actor(
                role=role,
                roles=frozenset({role}),
                about=RequestId(UUID(request)),
                person=PersonId(UUID(person)) if person else None,
            )
        except (BadSignature, ValueError):
            raise NotSignedIn from None

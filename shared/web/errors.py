"""Refusals at the door of a service, before any rule of the desk is asked."""

from shared.kernel import Rejection


class NotSignedIn(Rejection):
    """401: no token, or one that does not hold."""


class NotAllowed(Rejection):
    """403: the access table says no."""


class ApprovalNeeded(Rejection):
    """403: another person has to approve first."""


class KeyMissing(Rejection):
    """400: a command without Idempotency-Key."""


class KeyMalformed(Rejection):
    """400: an anonymous Idempotency-Key that is no random UUID, or one that is too long."""


class TooManyTries(Rejection):
    """429: slow down; `seconds` until the next try counts."""


class WrongCodeOrPin(Rejection):
    """404: the same answer for a code that does not exist and a PIN that does not fit."""


class LogBehind(Rejection):
    """503: the audit log does not cover recent records, and this operation can wait."""


class SignatureRefused(Rejection):
    """401: a message whose signature does not hold, is not fresh, or came before; `reason` is a code."""


STATUS: dict[type[Rejection], int] = {
    NotSignedIn: 401,
    SignatureRefused: 401,
    NotAllowed: 403,
    ApprovalNeeded: 403,
    KeyMissing: 400,
    KeyMalformed: 400,
    TooManyTries: 429,
    WrongCodeOrPin: 404,
    LogBehind: 503,
}

"""Why a page is not shown, before the desk was asked."""

from typing import Literal


class SignInNeeded(Exception):
    """A page of the staff, and nobody signed in."""


class KeyNeeded(Exception):
    """Code and PIN have to be given (again): they open a thing for half an hour."""

    def __init__(self, door: Literal["follow", "party"]) -> None:
        super().__init__(door)
        self.door = door


class StrangeForm(Exception):
    """A form that does not carry this visitor's token."""

"""What an empty demo desk shows: four weeks in the life of a bureau, made through the public API by stories."""

from deploy.lounge.demo.filling import fill_empty_desk
from deploy.lounge.demo.journal import kept_ahead

__all__ = ["fill_empty_desk", "kept_ahead"]

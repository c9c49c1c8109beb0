"""What every published fact is: a frozen, closed pydantic model with a type name that never changes."""

from typing import ClassVar

from pydantic import BaseModel, ConfigDict

TYPE_PREFIX = "cn.lounge"


class Contract(BaseModel):
    """One fact of the published language. `fact` is the stored name, `version` the suffix of the class."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fact: ClassVar[str]
    version: ClassVar[int] = 1


def record_type(service: str, fact: str, version: int = 1) -> str:
    """`cn.lounge.<service>.<fact>.v<version>`, the CloudEvents type of a record."""
    return f"{TYPE_PREFIX}.{service}.{fact}.v{version}"

"""The packs that come with the program."""

from importlib.resources import files

from services.routing.adapters.tables import read_pack
from services.routing.decisions.rules.pack import Pack


def shipped_packs() -> tuple[Pack, ...]:
    folder = files("services.routing.rulepacks").joinpath("shipped")
    return tuple(sorted((read_pack(file.read_bytes()) for file in folder.iterdir()), key=lambda pack: pack.version))

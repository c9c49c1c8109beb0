"""A released migration never changes: databases out there have applied it. `make freeze` adds new ones to the list."""

from collections import Counter
from hashlib import sha256
from pathlib import Path

TREE = Path(__file__).parents[2]
FROZEN = Path(__file__).with_name("migrations.sha256")


def migrations(tree: Path) -> dict[str, str]:
    """Digest by path."""
    found = [*tree.glob("shared/*/migrations/*.sql"), *tree.glob("services/*/migrations/*.sql")]
    return {str(file.relative_to(tree)): sha256(file.read_bytes()).hexdigest() for file in found}


def frozen(listing: str) -> dict[str, str]:
    return {path: digest for digest, path in (line.split("  ") for line in listing.splitlines())}


def altered(tree: Path, listing: str) -> list[str]:
    present = migrations(tree)
    return [path for path, digest in frozen(listing).items() if present.get(path) != digest]


def test_no_released_migration_was_altered() -> None:
    assert altered(TREE, FROZEN.read_text(encoding="ascii")) == []


def test_every_migration_is_released_with_its_digest() -> None:
    assert sorted(migrations(TREE).keys() - frozen(FROZEN.read_text(encoding="ascii")).keys()) == []


def test_an_altered_or_a_missing_migration_is_noticed(tmp_path: Path) -> None:
    folder = tmp_path / "services/intake/migrations"
    folder.mkdir(parents=True)
    (folder / "0001_requests.sql").write_text("-- migrate:up\n")
    (folder / "0002_doors.sql").write_text("-- migrate:up\n")
    listing = "".join(f"{digest}  {path}\n" for path, digest in migrations(tmp_path).items())
    assert altered(tmp_path, listing) == []
    (folder / "0001_requests.sql").write_text("-- migrate:up \n")
    (folder / "0002_doors.sql").unlink()
    assert sorted(altered(tmp_path, listing)) == [
        "services/intake/migrations/0001_requests.sql",
        "services/intake/migrations/0002_doors.sql",
    ]


def test_no_two_migrations_of_a_folder_have_the_same_number() -> None:
    numbers = Counter((Path(path).parent, Path(path).name.split("_", 1)[0]) for path in migrations(TREE))
    assert [number for number, times in numbers.items() if times > 1] == []

"""The database of a desk in a process of its own, seen by its administrator."""

from pathlib import Path

from deploy.lounge.postgres import DATABASE, OWNER


def admin_dsn(home: Path) -> str:
    """While the desk runs."""
    server = home / "postgres"
    port = (server / "cluster" / "postmaster.pid").read_text().splitlines()[3].strip()
    password = (server / "password").read_text()
    return f"postgres://{OWNER}:{password}@127.0.0.1:{port}/{DATABASE}?sslmode=disable"

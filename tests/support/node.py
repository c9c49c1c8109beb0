"""Other people's JavaScript: installed once from the lock file, into a folder of the environment."""

import fcntl
import hashlib
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

LOCKED = Path(__file__).parents[1] / "node"
FILES = ("package.json", "package-lock.json", ".npmrc")


@cache
def modules() -> Path:
    """The folder of the modules, as `package-lock.json` names them by hash; several test runners share it."""
    digest = hashlib.sha256(b"".join((LOCKED / name).read_bytes() for name in FILES)).hexdigest()[:16]
    home = Path(sys.prefix) / "node" / digest
    home.mkdir(parents=True, exist_ok=True)
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "installed").exists():
            for name in FILES:
                shutil.copy(LOCKED / name, home / name)
            subprocess.run(["npm", "ci", "--silent"], cwd=home, check=True, capture_output=True, timeout=300)
            (home / "installed").touch()
    return home / "node_modules"

"""A small disk: a tmpfs of a few megabytes that can be filled to the last byte and freed again."""

import errno
import os
import subprocess
from pathlib import Path
from types import TracebackType

BALLAST = "ballast"


class NoSmallDisk(Exception):
    """The full-disk faults cannot be had here."""


class SmallDisk:
    def __init__(self, folder: Path, megabytes: int) -> None:
        self.folder = folder
        self._megabytes = megabytes

    def __enter__(self) -> "SmallDisk":
        self.folder.mkdir(parents=True, exist_ok=True)
        size = f"size={self._megabytes}m,mode=0711"
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(self.folder)], capture_output=True, text=True, check=False
        )
        if mounted.returncode != 0:
            raise NoSmallDisk(
                f"A full disk is played by a small tmpfs, and mounting one is not allowed here: run as root, with the "
                f"right to mount (in a container: --cap-add SYS_ADMIN). {mounted.stderr.strip()}"
            )
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        subprocess.run(["umount", "--lazy", str(self.folder)], check=True)

    @property
    def free(self) -> int:
        found = os.statvfs(self.folder)
        return found.f_bavail * found.f_frsize

    def fill(self, *, leave: int = 0) -> None:
        """Takes all space but `leave` bytes, while others write on."""
        with (self.folder / BALLAST).open("ab") as ballast:
            while (left := self.free - leave) > 0:
                try:
                    os.posix_fallocate(ballast.fileno(), ballast.seek(0, os.SEEK_END), left)
                except OSError as error:
                    # Somebody was faster; then less is left now.
                    if error.errno != errno.ENOSPC:
                        raise

    def make_room(self) -> None:
        (self.folder / BALLAST).unlink(missing_ok=True)

"""Where the brokers' programs come from: Maven copies the jars once, into a cache; later starts need no network."""

import fcntl
import hashlib
import os
import shutil
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

RECIPE = Path(__file__).parents[1] / "kafka"
JVM = ("-Xms64m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData")
FETCH_SECONDS = 600

NO_JAVA = (
    "没有找到 Java，不能启动 Kafka：请安装 Java 17（Debian：apt-get install openjdk-17-jre-headless）。"
    " Java was not found, so Kafka cannot start: install Java 17."
)
NO_MAVEN = (
    "没有找到 Maven，不能下载 Kafka：请安装 Maven（Debian：apt-get install maven）。"
    " Maven was not found, so Kafka cannot be fetched: install Maven."
)
NOT_FETCHED = (
    "Kafka 没有下载成功，请检查网络后重试。"
    " Maven could not fetch Kafka: check the network and try again. It said: {said}"
)


class KafkaNotStarted(Exception):
    """One clear sentence for whoever started it."""


@dataclass(frozen=True, slots=True)
class Programs:
    java: str
    jars: Path
    archive: Path
    """The JVM's class-data archive, which halves the start; made by the first broker that runs to its end."""

    def command(self, *call: str) -> list[str]:
        archive = (f"-XX:SharedArchiveFile={self.archive}", "-Xshare:auto") if self.archive.exists() else ()
        return [*self._java(), *archive, *self._classes(), *call]

    def recording(self, *call: str) -> list[str]:
        """Writes the archive's draft when it ends."""
        return [*self._java(), f"-XX:ArchiveClassesAtExit={self._draft}", *self._classes(), *call]

    def keep_recording(self) -> None:
        with suppress(FileNotFoundError):
            self._draft.rename(self.archive)

    @property
    def _draft(self) -> Path:
        return self.archive.with_suffix(f".{os.getpid()}")

    def _java(self) -> Sequence[str]:
        return (self.java, *JVM, "-Xlog:disable", "-Xlog:all=error:stderr")

    def _classes(self) -> Sequence[str]:
        logs = RECIPE / "log4j2.properties"
        return (f"-Dlog4j2.configurationFile={logs}", "-Dlog4j2.disableJmx=true", "-cp", f"{self.jars}/*")


def programs() -> Programs:
    """Fetches what is not there yet. Raises KafkaNotStarted when Java, or what it takes to fetch, is missing."""
    java = _java()
    recipe = (RECIPE / "pom.xml").read_bytes()
    cache = cache_folder() / f"kafka-{hashlib.sha256(recipe).hexdigest()[:12]}"
    jars = cache / "jars"
    if not jars.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with (cache / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not jars.exists():
                _fetch(jars)
    # An archive serves the very virtual machine that wrote it.
    machine = Path(java).resolve()
    written = hashlib.sha256(f"{machine} {machine.stat().st_mtime_ns}".encode()).hexdigest()[:12]
    return Programs(java, jars, cache / f"classes-{written}.jsa")


def cache_folder() -> Path:
    """LOUNGE_CACHE, else the user's."""
    given = os.environ.get("LOUNGE_CACHE")
    user = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(given) if given else user / "lounge"


def _java() -> str:
    home = os.environ.get("JAVA_HOME")
    found = shutil.which("java", path=f"{home}/bin") if home else None
    found = found or shutil.which("java")
    if found is None:
        raise KafkaNotStarted(NO_JAVA)
    return found


def _fetch(jars: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise KafkaNotStarted(NO_MAVEN)
    unfinished = jars.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    fetched = subprocess.run(
        [
            maven, "--quiet", "--batch-mode", "--file", str(RECIPE / "pom.xml"),
            "dependency:copy-dependencies", f"-DoutputDirectory={unfinished}",
        ],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=FETCH_SECONDS,
    )  # fmt: skip
    if fetched.returncode != 0 or not list(unfinished.glob("kafka_*.jar")):
        raise KafkaNotStarted(NOT_FETCHED.format(said=fetched.stdout.strip()[-1000:]))
    unfinished.rename(jars)

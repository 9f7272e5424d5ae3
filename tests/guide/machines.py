"""Machines to follow the guide on: Debian bookworm with systemd, on a network of their own."""

import os
import pty
import re
import shutil
import subprocess
import time
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

BOOT = Path(__file__).with_name("boot.sh")
BRIDGE = "go4brussels"
# What every Debian machine has that somebody administers; the rest, the guide installs.
ADMINISTERED = ["systemd", "dbus", "iproute2", "ca-certificates", "curl", "procps"]
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Failed(Exception):
    """What a machine could not do, in a sentence."""


def call(*words: str | Path) -> str:
    """Return what a command prints. Raises Failed with its last lines."""
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        last = " ".join((done.stderr or done.stdout).strip().splitlines()[-3:])
        raise Failed(f"“{' '.join(map(str, words))}” failed: {last}")
    return done.stdout


def debian(packages: list[str], cache: Path) -> Path:
    """Return the folder of a fresh Debian with these packages, made the first time and kept in `cache`."""
    names = ",".join(sorted({*packages, *ADMINISTERED}))
    root = cache / f"bookworm-{sha256(names.encode()).hexdigest()[:12]}"
    if not root.exists():
        making = root.with_suffix(".part")
        shutil.rmtree(making, ignore_errors=True)
        making.parent.mkdir(parents=True, exist_ok=True)
        call("debootstrap", f"--include={names}", "bookworm", making)
        shutil.rmtree(making / "var/cache/apt/archives")
        for each in making.glob("etc/postgresql/*/main/postgresql.conf"):
            # Another port, where a server ran beside it while it was made.
            each.write_text(re.sub(r"(?m)^port = \d+", "port = 5432", each.read_text()))
        making.rename(root)
    return root


class Machine:
    """One machine; what it writes stands in a folder above the Debian that all share, and goes with it."""

    def __init__(self, name: str, address: str, debian: Path, folder: Path, shared: list[Path]) -> None:
        self.name, self.address, self.folder = name, address, folder
        self.root = folder / "root"
        for each in ("root", "upper", "work"):
            (folder / each).mkdir(parents=True)
        layers = f"lowerdir={debian},upperdir={folder / 'upper'},workdir={folder / 'work'}"
        call("mount", "-t", "overlay", "overlay", "-o", layers, self.root)
        namespaces = ["--mount", "--pid", "--fork", "--kill-child", "--net", "--uts", "--ipc", "--cgroup"]
        self.log = (folder / "boot.log").open("w")
        self.unshare = subprocess.Popen(
            ["unshare", *namespaces, BOOT, self.root, name, address, *shared],
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=subprocess.STDOUT,
        )
        self.init = self.first_process()
        self.plug_in()
        self.wait()

    def first_process(self) -> int:
        """Return the number of the machine's process 1, as it is called outside."""
        children = Path(f"/proc/{self.unshare.pid}/task/{self.unshare.pid}/children")
        for _each in range(100):
            if found := children.read_text().split():
                return int(found[0])
            time.sleep(0.05)
        raise Failed(f"The machine {self.name} did not begin.")

    def plug_in(self) -> None:
        wire = f"to-{self.name}"[:15]
        call("ip", "link", "add", wire, "type", "veth", "peer", "name", "eth0", "netns", str(self.init))
        call("ip", "link", "set", wire, "master", BRIDGE, "up")

    def wait(self) -> None:
        for _each in range(240):
            state = self.ask("systemctl is-system-running")
            if state in ("running", "degraded"):
                return
            time.sleep(0.25)
        raise Failed(
            f"The machine {self.name} did not start: {(self.folder / 'boot.log').read_text()[-500:]}"
        )

    def inside(self, *words: str) -> list[str]:
        """Return a command that runs `words` on the machine, as root who has just signed in."""
        kinds = ["--mount", "--pid", "--net", "--uts", "--ipc", "--cgroup"]
        told = ["env", "-i", "--chdir=/root", f"PATH={PATH}", "HOME=/root", "TERM=dumb", "LANG=C.UTF-8"]
        return ["nsenter", "--target", str(self.init), *kinds, *told, *words]

    def ask(self, command: str) -> str:
        """Return what a command prints on the machine, whether it succeeds or not."""
        done = subprocess.run(self.inside("bash", "-c", command), capture_output=True, text=True, check=False)
        return done.stdout.strip()

    def run(self, commands: str, answers: Mapping[str, str]) -> tuple[int, str]:
        """Return how a block of commands ended and what it printed.

        It stops at the first that fails. Whoever types it answers a question by what it begins with.
        """
        process, terminal = pty.fork()
        if process == 0:
            words = self.inside("bash", "-euo", "pipefail", "-c", commands)
            os.execvp(words[0], words)
        said, answered = "", 0
        while True:
            try:
                read = os.read(terminal, 65_536)
            except OSError:  # a terminal whose other end is closed
                break
            said += read.decode("utf-8", "replace")
            for question, answer in answers.items():
                if found := re.search(rf"{question}[^\n]*\Z", said[answered:]):
                    answered += found.end()
                    os.write(terminal, f"{answer}\n".encode())
        os.close(terminal)
        _process, status = os.waitpid(process, 0)
        return os.waitstatus_to_exitcode(status), said.replace("\r\n", "\n")

    def close(self) -> None:
        """Switch the machine off, as by its plug."""
        self.unshare.kill()
        self.unshare.wait()
        self.log.close()
        subprocess.run(["umount", "--lazy", self.root], check=False)


def lay_network(address: str) -> None:
    """Make the network that the machines are plugged into, with this process on it."""
    call("ip", "link", "set", "lo", "up")
    call("ip", "link", "add", BRIDGE, "type", "bridge")
    call("ip", "address", "add", f"{address}/24", "dev", BRIDGE)
    call("ip", "link", "set", BRIDGE, "up")

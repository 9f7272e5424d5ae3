"""Many clients at once, in a process of their own: `… tests.faults.crowd halves|dossier PORT COUNT SECONDS`.

Some send half a request and keep the connection; others ask for the longest page, over and over.
"""

import asyncio
import sys
from collections import Counter
from contextlib import suppress

from .load import unchecked

DOSSIER = "/nl/doelstelling/1.4/dossier/"
HOST = "go4brussels.example"


async def connected(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection("127.0.0.1", port, ssl=unchecked(), server_hostname=HOST)


async def halve(port: int, seconds: float, seen: Counter[str]) -> None:
    """Send half a request and wait for what comes of it."""
    try:
        reader, writer = await connected(port)
        writer.write(f"GET {DOSSIER} HTTP/1.1\r\nHost: {HOST}\r\nX-Half".encode())
        await writer.drain()
    except OSError as error:
        seen[type(error).__name__] += 1
        return
    seen["held"] += 1
    with suppress(TimeoutError, OSError):
        await asyncio.wait_for(reader.read(1), seconds)
    writer.close()


async def ask(port: int, seconds: float, seen: Counter[str]) -> None:
    """Ask for the longest page until the time is over."""
    end = asyncio.get_running_loop().time() + seconds
    request = f"GET {DOSSIER} HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\nAccept-Encoding: br\r\n\r\n"
    while asyncio.get_running_loop().time() < end:
        try:
            reader, writer = await connected(port)
            writer.write(request.encode())
            answer = await reader.read()
            seen[answer[9:12].decode()] += 1
            writer.close()
        except OSError as error:
            seen[type(error).__name__] += 1


async def gather(name: str, port: int, count: int, seconds: float) -> Counter[str]:
    seen: Counter[str] = Counter()
    one = {"halves": halve, "dossier": ask}[name]
    await asyncio.gather(*(one(port, seconds, seen) for _each in range(count)), return_exceptions=True)
    return seen


if __name__ == "__main__":
    found = asyncio.run(gather(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])))
    print(", ".join(f"{count} × {name}" for name, count in found.most_common()))

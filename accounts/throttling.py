"""Slowing down those who try passwords or codes, without locking out whose account it is.

Each attempt takes from a bucket for the account at one address, and from one for the address. Attempts from
many addresses empty the bucket of the account; then each address may try once every half minute, and no
longer wait is asked of anybody because of what others do.
"""

import ipaddress
import time
from dataclasses import dataclass

from django.db.models import F, Value
from django.db.models.functions import Greatest
from django.utils.crypto import salted_hmac

from . import audit
from .models import Bucket

RETENTION = 3600  # seconds that a bucket stays after it is full again


@dataclass(frozen=True)
class Limit:
    """So many attempts at once, and then one every so many seconds."""

    name: str
    attempts: int
    seconds: int
    starts_full: bool = True

    def key(self, *parts: str) -> str:
        """Return the key of a bucket, from which nobody reads a name or an address."""
        value = "\0".join((self.name, *parts))
        return salted_hmac("accounts.throttling", value, algorithm="sha256").hexdigest()

    def take(self, key: str) -> int:
        """Take one attempt; return 0, or the seconds to wait where none is left.

        One statement tests and takes, so that no two processes take the same attempt.
        """
        now = time.time()
        full_at = now if self.starts_full else now + self.attempts * self.seconds
        Bucket.objects.bulk_create([Bucket(key=key, full_at=full_at)], ignore_conflicts=True)
        one_left = now + (self.attempts - 1) * self.seconds
        taken = Bucket.objects.filter(key=key, full_at__lte=one_left).update(
            full_at=Greatest(F("full_at"), Value(now)) + self.seconds, is_told=False
        )
        if taken:
            return 0
        found = Bucket.objects.filter(key=key).first()
        # Another process may have deleted an old one in between.
        return max(1, round(found.full_at - one_left)) if found else self.take(key)

    def give_back(self, key: str) -> None:
        Bucket.objects.filter(key=key).update(full_at=F("full_at") - self.seconds)


PAIR = Limit("account at address", 5, 60)
ADDRESS = Limit("address", 30, 20)
ACCOUNT = Limit("account", 20, 60)
UNDER_PRESSURE = Limit("account under pressure at address", 1, 30, starts_full=False)


class Attempt:
    """One attempt to sign in to an account, from one address."""

    def __init__(self, username: str, address: str) -> None:
        self.username = username.casefold()
        self.address = network_of(address)
        self.taken: list[tuple[Limit, str]] = []

    def begin(self) -> int:
        """Return the seconds to wait, 0 where the attempt may be made; a refused attempt takes nothing."""
        delete_full_buckets()
        wait = self.take(PAIR, self.username, self.address) or self.take(ADDRESS, self.address)
        if not wait and self.take(ACCOUNT, self.username):
            wait = self.take(UNDER_PRESSURE, self.username, self.address)
        if wait:
            self.give_back()
        return wait

    def take(self, limit: Limit, *parts: str) -> int:
        key = limit.key(*parts)
        wait = limit.take(key)
        if not wait:
            self.taken.append((limit, key))
        elif Bucket.objects.filter(key=key, is_told=False).update(is_told=True):
            # Once each time that a bucket runs empty, or a flood of attempts would flood the log.
            audit.record(audit.What.SLOWED, audit.known_account(self.username), limit.name)
        return wait

    def give_back(self) -> None:
        """Take back the attempt, which was a right one or was not made."""
        for limit, key in self.taken:
            limit.give_back(key)
        self.taken = []

    def succeed(self) -> None:
        """Forget the failures of this account at this address: its owner is in."""
        self.give_back()
        keys = [limit.key(self.username, self.address) for limit in (PAIR, UNDER_PRESSURE)]
        Bucket.objects.filter(key__in=keys).delete()


def delete_full_buckets() -> None:
    """Delete the buckets that have long been full: they say nothing."""
    Bucket.objects.filter(full_at__lt=time.time() - RETENTION).delete()


def network_of(address: str) -> str:
    """Return what is taken for one place: an address, or the IPv6 network of one household or office."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:  # none: a socket of the machine itself
        return address
    if parsed.version == 4:
        return address
    return str(parsed.ipv4_mapped or ipaddress.ip_network((parsed, 64), strict=False))

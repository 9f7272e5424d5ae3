"""Slowing down those who try passwords or codes, without locking out whose account it is.

Each attempt takes from a bucket for the account at one address, from one for the address, in IPv6 from one
for the site that the address is of, and from one for the account. Where attempts from many addresses have
emptied the last, each address waits half a minute before each attempt. A browser in which the account signed
in before has a bucket of its own, whatever others try. What is refused leaves no row behind.
"""

import ipaddress
import time
from dataclasses import dataclass

from django.db.models import F, Value
from django.db.models.functions import Greatest
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from . import audit, browsers
from .models import Bucket

RETENTION = 3600  # seconds that a bucket stays after it is full again


@dataclass(frozen=True)
class Limit:
    """So many attempts at once, and then one every so many seconds."""

    name: str
    attempts: int
    seconds: int

    def key(self, *parts: str) -> str:
        """Return the key of a bucket, from which nobody reads a name or an address."""
        value = "\0".join((self.name, *parts))
        return salted_hmac("accounts.throttling", value, algorithm="sha256").hexdigest()

    def wait(self, key: str) -> int:
        """Return the seconds until one attempt is left, 0 where one is. Takes nothing, and writes nothing."""
        full_at = Bucket.objects.filter(key=key).values_list("full_at", flat=True).first() or 0
        seconds = full_at - (time.time() + (self.attempts - 1) * self.seconds)
        return max(1, round(seconds)) if seconds > 0 else 0

    def take(self, key: str) -> int:
        """Take one attempt; return 0, or the seconds to wait where none is left.

        One statement tests and takes, so that no two processes take the same attempt.
        """
        if wait := self.wait(key):
            return wait
        now = time.time()
        Bucket.objects.bulk_create([Bucket(key=key, full_at=now)], ignore_conflicts=True)
        taken = Bucket.objects.filter(key=key, full_at__lte=now + (self.attempts - 1) * self.seconds).update(
            full_at=Greatest(F("full_at"), Value(now)) + self.seconds, is_told=False
        )
        # Another process took the last one meanwhile, or threw the bucket away.
        return 0 if taken else self.take(key)

    def give_back(self, key: str) -> None:
        """Give one attempt back; a bucket that is full again says nothing, and goes."""
        Bucket.objects.filter(key=key).update(full_at=F("full_at") - self.seconds)
        Bucket.objects.filter(key=key, full_at__lte=time.time()).delete()


PAIR = Limit("account at address", 5, 60)
ADDRESS = Limit("address", 30, 20)
# Who has an IPv6 connection mostly has more than one network: up to 65,536 of them.
SITE = Limit("IPv6 site", 120, 5)
ACCOUNT = Limit("account", 20, 60)
UNDER_PRESSURE = Limit("account under pressure at address", 1, 30)
KNOWN_BROWSER = Limit("known browser", 5, 60)


class Attempt:
    """One attempt to sign in to an account, from one browser at one address."""

    def __init__(self, username: str, request: HttpRequest) -> None:
        self.username = username.casefold()
        address = audit.client_address(request)
        self.network = network_of(address)
        site = network_of(address, 48)
        self.shared = [(PAIR, PAIR.key(self.username, self.network)), (ADDRESS, ADDRESS.key(self.network))]
        if site != self.network:
            self.shared.append((SITE, SITE.key(site)))
        self.account = ACCOUNT.key(self.username)
        self.place = UNDER_PRESSURE.key(self.username, self.network)
        self.waiting_since = browsers.waiting_since(request, self.place)
        browser = browsers.known(request, username)
        self.own = KNOWN_BROWSER.key(self.username, browser) if browser else ""
        self.taken: list[tuple[Limit, str]] = []
        self.has_to_come_back = False

    def begin(self) -> int:
        """Return the seconds to wait, 0 where the attempt may be made; a refused attempt takes nothing."""
        if self.own:
            return self.take(KNOWN_BROWSER, self.own)
        # Looked at first and taken then: what one of them refuses makes no row in another.
        if wait := max(self.wait(*each) for each in self.shared):
            return wait
        last = (ACCOUNT, self.account)
        if self.wait(*last):
            last = (UNDER_PRESSURE, self.place)
            if wait := self.wait_under_pressure():
                return wait
        for each in (*self.shared, last):
            if wait := self.take(*each):
                self.give_back()
                return wait
        delete_full_buckets()
        return 0

    def wait_under_pressure(self) -> int:
        """Return the seconds to wait where many try one account: each address has to come back once."""
        if not self.waiting_since:
            self.has_to_come_back = True
            return UNDER_PRESSURE.seconds
        left = self.waiting_since + UNDER_PRESSURE.seconds - time.time()
        return max(1, round(left)) if left > 0 else self.wait(UNDER_PRESSURE, self.place)

    def wait(self, limit: Limit, key: str) -> int:
        if wait := limit.wait(key):
            self.tell(limit, key)
        return wait

    def take(self, limit: Limit, key: str) -> int:
        wait = limit.take(key)
        if wait:
            self.tell(limit, key)
        else:
            self.taken.append((limit, key))
        return wait

    def tell(self, limit: Limit, key: str) -> None:
        """Record that a bucket is empty: once each time, or a flood of attempts would flood the log."""
        silent = Bucket.objects.filter(key=key, is_told=False)
        if silent.exists() and silent.update(is_told=True):
            audit.record(audit.What.SLOWED, audit.known_account(self.username), limit.name)

    def give_back(self) -> None:
        """Take back the attempt, which was a right one or was not made."""
        for limit, key in self.taken:
            limit.give_back(key)
        self.taken = []

    def succeed(self) -> None:
        """Forget the failures of this account at this address: its owner is in."""
        self.give_back()
        keys = [PAIR.key(self.username, self.network), self.place, self.own]
        Bucket.objects.filter(key__in=keys).delete()


def delete_full_buckets() -> None:
    """Delete the buckets that have long been full: they say nothing."""
    Bucket.objects.filter(full_at__lt=time.time() - RETENTION).delete()


def network_of(address: str, length: int = 64) -> str:
    """Return what is taken for one place: an address, or the IPv6 network of this length that it is of."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:  # none: a socket of the machine itself
        return address
    if parsed.version == 4:
        return address
    return str(parsed.ipv4_mapped or ipaddress.IPv6Network((int(parsed), length), strict=False))

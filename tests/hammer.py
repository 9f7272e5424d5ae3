"""Print how long a public page takes while many try passwords: `python -m tests.hammer http://127.0.0.1:8000`.

Serve with BEHIND_PROXY=1, so that each attempt seems to come from another address and none is slowed down.
"""

import argparse
import http.client
import random
import re
import statistics
import threading
import time
from collections import Counter
from dataclasses import dataclass
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

PAGE, LOGIN = "/nl/werven/", "/admin/login/"


class Browser:
    """What keeps cookies, and signs in from another address each time."""

    def __init__(self, netloc):
        self.netloc = netloc
        self.cookies = SimpleCookie()
        self.begin()

    def begin(self):
        """Open the page of signing in, as nobody."""
        self.cookies.pop("session", None)
        _response, page = self.ask("GET", LOGIN)
        self.token = re.search('name="csrfmiddlewaretoken" value="(.*?)"', page.decode())[1]

    def ask(self, method, path, data=None):
        headers = {
            "Cookie": "; ".join(f"{name}={morsel.value}" for name, morsel in self.cookies.items()),
            "X-Forwarded-For": ".".join(str(random.randrange(1, 255)) for _each in range(4)),
        }
        if data:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection(self.netloc, timeout=60)
        try:
            connection.request(method, path, urlencode(data) if data else None, headers)
            response = connection.getresponse()
            page = response.read()
        finally:
            connection.close()
        for cookie in response.headers.get_all("Set-Cookie", []):
            self.cookies.load(cookie)
        return response, page

    def sign_in(self, username, password):
        """Return the status of the answer, and the seconds that it asks to wait."""
        form = {"username": username, "password": password, "csrfmiddlewaretoken": self.token}
        response, _page = self.ask("POST", LOGIN, form)
        return response.status, int(response.headers["Retry-After"] or 0)


def milliseconds(netloc):
    """Return how long the server takes for a public page, asked as by a new reader."""
    start = time.perf_counter()
    connection = http.client.HTTPConnection(netloc, timeout=60)
    connection.request("GET", PAGE)
    response = connection.getresponse()
    response.read()
    connection.close()
    assert response.status == 200, response.status
    return (time.perf_counter() - start) * 1000


def guess(netloc, statuses, is_over, is_patient):
    """Try one password after another until told to stop."""
    browser = Browser(netloc)
    while not is_over.is_set():
        try:
            status, wait = browser.sign_in(f"name{random.random()}", "wrong")
        except OSError:
            status, wait = "refused", 0
        statuses[status] += 1
        if is_patient:
            is_over.wait(wait)


@dataclass
class Measured:
    """How long a page took, in milliseconds, and what the guesses were answered."""

    quiet: float
    loud: float
    slowest: float
    statuses: Counter

    def __str__(self):
        return (
            f"{PAGE}: median {self.quiet:.0f} ms in quiet, {self.loud:.0f} ms while others guess "
            f"({self.loud / self.quiet:.1f} times), {self.slowest:.0f} ms at the most; "
            f"answers to guesses: {dict(self.statuses)}"
        )


def measure(netloc, guessers=16, times=30, is_patient=False, meanwhile=lambda: None):
    """Ask for a page while so many guess, and in quiet before and after; call `meanwhile` among them."""
    milliseconds(netloc)
    quiet = [milliseconds(netloc) for _each in range(times)]
    statuses, is_over = Counter(), threading.Event()
    arguments = (netloc, statuses, is_over, is_patient)
    threads = [threading.Thread(target=guess, args=arguments) for _each in range(guessers)]
    for thread in threads:
        thread.start()
    time.sleep(2)
    loud = [milliseconds(netloc) for _each in range(times)]
    meanwhile()
    is_over.set()
    for thread in threads:
        thread.join()
    quiet += [milliseconds(netloc) for _each in range(times)]
    return Measured(statistics.median(quiet), statistics.median(loud), max(loud), statuses)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--guessers", type=int, default=16)
    parser.add_argument("--times", type=int, default=30)
    parser.add_argument("--patient", action="store_true", help="wait as long as the portal asks them to")
    options = parser.parse_args()
    print(measure(urlsplit(options.url).netloc, options.guessers, options.times, options.patient))

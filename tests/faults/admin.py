"""An editor who saves a form in the admin."""

import re
from urllib.parse import urlencode

from ..form import form_fields
from ..tree import tree
from . import FIELD
from .load import Answer, Reader
from .portal import Portal
from .processes import Broken


class Editor:
    """Somebody who has signed in and has the form of a term open."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        cookie, self.address = portal.edit("session").split()
        self.cookies, self.fields = dict([cookie.split("=")]), dict[str, str]()

    def ask(self, method: str, body: bytes | None = None) -> Answer:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        with Reader(self.portal.port) as reader:
            answer = reader.ask(method, self.address, headers, body)
        self.cookies |= dict(
            re.findall(r"^([\w-]+)=([^;]*)", answer.headers.get("Set-Cookie", ""), re.MULTILINE)
        )
        return answer

    def open(self) -> None:
        """Open the form. Raises Broken where it does not come."""
        answer = self.ask("GET")
        if answer.status != 200:
            raise Broken(f"The form did not open: {answer.status or answer.error}.")
        self.fields = form_fields(answer.body.decode(), "term_form")

    def save(self, text: str) -> Answer:
        """Send the form with another text, as it was opened."""
        return self.ask("POST", urlencode(self.fields | {FIELD: text}).encode())


def sentence(answer: Answer) -> str:
    """Return what a page that refuses says, in one line."""
    page = tree(answer.body.decode(errors="replace"))
    mains = (each for each in page.walk() if each.tag == "main" or each.attributes.get("id") == "content")
    return next(mains, page).text

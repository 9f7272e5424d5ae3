"""The fields of a form, read from the page as a browser reads it."""

from html.parser import HTMLParser


class Form(HTMLParser):
    """The fields of the form with the id `name`, as a browser would send them unchanged."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name, self.fields, self.open = name, dict[str, str](), ""
        self.is_inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        its = {name: value or "" for name, value in attrs}
        self.is_inside = its.get("id") == self.name if tag == "form" else self.is_inside
        name = its.get("name")
        if tag == "option" and "selected" in its:
            self.fields[self.open] = its["value"]
        if not self.is_inside or not name or "disabled" in its or "__prefix__" in name:
            return
        if tag in ("select", "textarea"):
            self.open = name
            self.fields[name] = ""
        elif its.get("type") != "submit" and (its.get("type") != "checkbox" or "checked" in its):
            self.fields[name] = its.get("value", "on" if its.get("type") == "checkbox" else "")

    def handle_endtag(self, tag: str) -> None:
        self.open = "" if tag in ("select", "textarea") else self.open

    def handle_data(self, data: str) -> None:
        if self.open and self.lasttag == "textarea":
            self.fields[self.open] += data.removeprefix("\n")


def form_fields(page: str, name: str) -> dict[str, str]:
    """Return what a browser would send back from a form of this page, unchanged."""
    form = Form(name)
    form.feed(page)
    return form.fields

"""A page as the tests read it: its elements in order, its texts, and the language of each."""

from html.parser import HTMLParser

VOID = {"br", "col", "hr", "img", "input", "link", "meta", "wbr"}
READ_ALOUD = ("alt", "aria-label", "content", "placeholder", "title")


class Document(HTMLParser):
    """Reads a page into `elements` [(tag, attributes, tags around it)] and `texts` [(text, language)]."""

    def __init__(self, page):
        super().__init__()
        self.elements, self.texts, self.open = [], [], []
        self.page = page
        self.feed(page)

    @property
    def language(self):
        if any(tag == "code" for tag, _attributes in self.open):
            return ""  # what machines read is in no language
        return next((each.get("lang") for _tag, each in reversed(self.open) if each.get("lang")), "")

    def handle_starttag(self, tag, attributes):
        attributes = {name: value or "" for name, value in attributes}
        self.elements.append((tag, attributes, tuple(each for each, _attributes in self.open)))
        self.open.append((tag, attributes))
        self.texts += [(attributes[name], self.language) for name in READ_ALOUD if attributes.get(name)]
        if tag in VOID:
            self.open.pop()

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, text):
        if text.strip() and self.open and self.open[-1][0] not in ("script", "style"):
            self.texts.append((" ".join(text.split(" ")).strip("\n "), self.language))

    def all(self, tag, **attributes):
        """Return the attributes of every element with this tag and these attributes (class_ for class)."""
        wanted = {name.rstrip("_"): value for name, value in attributes.items()}
        return [
            its
            for name, its, _around in self.elements
            if name == tag and all(its.get(each) == value for each, value in wanted.items())
        ]

    @property
    def ids(self):
        return {attributes["id"] for _tag, attributes, _around in self.elements if "id" in attributes}

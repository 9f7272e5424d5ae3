"""How the tests read pages: what a reader sees of them, one by one or all of them."""

import re
from html import unescape

HEAD = "<title>(.*?) – Go4Brussels 2030</title>"
# Whole, where that in the head was cut.
TITLE = '<meta property="og:title" content="(.*?)">'


def html(client, path):
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def text_of(pattern, page):
    """Return the text of the only match in a page, as a reader sees it."""
    [found] = re.findall(pattern, page, re.DOTALL)
    return plain(found)


def plain(markup):
    return re.sub(r"[ \n]+", " ", unescape(re.sub(r"<[^>]+>", "", markup))).strip()


def each(pages):
    return [(language, *page) for languages in pages for language, page in languages.items()]


def paths_of(site):
    return [path for paths in site for path in paths.values()]

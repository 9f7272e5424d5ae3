"""The card of a worksite, in other people's pages, and the code that puts it there."""

import re

import pytest
from django.conf import settings
from django.urls import resolve
from django.utils import translation

from initiatives.models import Measure, Strategy, Worksite
from initiatives.pages.embed import HIGH, LOW

from ..document import Document
from ..reading import html, paths_of, text_of
from ..saving import update

pytestmark = pytest.mark.django_db


WORDS = {"nl": "kaart", "fr": "carte"}
WORKSITE = "/id/worksite/1.4-02"


def cards(*languages):
    return [
        f"{worksite.url_in(language)}{WORDS[language]}/"
        for worksite in Worksite.objects.published()
        for language in languages or WORDS
    ]


def test_the_card_alone_may_be_framed(client, site):
    for path in cards():
        response = client.get(path)
        assert response.status_code == 200
        assert "X-Frame-Options" not in response.headers
        assert "frame-ancestors *" in response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    one_of_each = {resolve(path).url_name: path for path in paths_of(site)}
    for path in [*one_of_each.values(), WORKSITE, "/"]:
        response = client.get(path)
        assert response.headers["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]


def test_the_card_stays_framed_when_the_browser_asks_again(client):
    """A 304 replaces the headers that the browser keeps; it says nothing of framing."""
    [path, *_rest] = cards()
    etag = client.get(path).headers["ETag"]
    again = client.get(path, headers={"if-none-match": etag})
    assert again.status_code == 304
    assert not {"Content-Security-Policy", "X-Frame-Options"} & set(again.headers)


def test_the_card_says_all_that_the_source_says_of_the_worksite(client, language):
    for worksite in Worksite.objects.published().with_content():
        page = html(client, f"{worksite.url_in(language)}{WORDS[language]}/")
        translation.activate(language)
        shown = text_of("<body.*?>(.*)</body>", page)
        texts = [worksite.heading, *(row.wording for row in worksite.steering_set.all())]
        texts += [part for row in worksite.measure_set.all() for part in (row.heading, row.text, row.slip)]
        texts += [row.slip for row in worksite.steering_set.all()]
        texts += [row.wording for row in worksite.crossreference_set.all()]
        assert [text for text in texts if " ".join(text.split("\n")) not in shown] == []
        if not worksite.is_announced_only and not worksite.measure_set.all():
            assert {"nl": "voor deze werf geen tekst", "fr": "ne donne pas"}[language] in shown


def test_the_card_heads_the_offices_as_the_source_does(client):
    update(Worksite.objects.filter(code="1.4-03"), steering_label_nl="Stuurt")
    [path] = [worksite.url_in("nl") for worksite in Worksite.objects.filter(code="1.4-03")]
    assert ">Stuurt</h2>" in html(client, f"{path}kaart/")
    assert ">Sturende instanties</h2>" in html(client, "/nl/werven/bouw/kaart/")
    assert ">Instances pilotes</h2>" in html(client, "/fr/chantiers/construction/carte/")
    assert ">Instances pilotes</h2>" in html(client, "/fr/chantiers/onzieme-initiative/carte/")


def test_the_card_says_whose_text_of_when_it_shows(client, language):
    strategy = Strategy.objects.get()
    for path in cards(language):
        foot = text_of("<footer>(.*?)</footer>", html(client, path))
        translation.activate(language)
        assert strategy.context_sentence in foot
        assert strategy.publisher in foot
        assert ("Traduction du portail" in foot) == (language == "fr" and "onzieme" not in path)


def test_the_card_leaves_the_frame(client):
    for worksite in Worksite.objects.published():
        page = html(client, f"{worksite.url_in('fr')}carte/")
        assert f'href="{worksite.url_in("fr")}"' in page
        assert '<base target="_top">' in page and "<script" not in page
        assert '<meta name="robots" content="noindex">' in page
        assert f'<link rel="canonical" href="{settings.SITE_URL}{worksite.url_in("fr")}">' in page


@pytest.mark.parametrize(
    ("query", "theme"),
    [
        ("", "light"),
        ("?theme=light", "light"),
        ("?theme=dark", "dark"),
        ("?theme=Dark", "light"),
        ("?theme=%22%3E%3Cscript%3E", "light"),
        ("?theme=dark&theme=light", "light"),
    ],
)
def test_the_card_is_light_unless_it_is_asked_to_be_dark(client, query, theme):
    page = html(client, f"/nl/werven/bouw/kaart/{query}")
    assert Document(page).all("html") == [{"lang": "nl-BE", "class": theme}]
    assert f'<meta name="color-scheme" content="{theme}">' in page
    # However it looks, it is the same page.
    assert f'<link rel="canonical" href="{settings.SITE_URL}/nl/werven/bouw/">' in page
    [sheet] = re.findall(r'<link rel="stylesheet" href="([^"]+)"', page)
    content = b"".join(client.get(sheet).streaming_content).decode()
    assert "prefers-color-scheme" not in content


def test_the_card_is_called_what_it_is(client):
    title = text_of("<title>(.*?)</title>", html(client, "/nl/werven/bouw/kaart/"))
    assert title == "Werf 8: Bouw – doelstelling 1.4 van Go4Brussels 2030"
    title = text_of("<title>(.*?)</title>", html(client, "/fr/chantiers/construction/carte/"))
    assert title == "Chantier 8\u00a0: Construction – objectif 1.4 de Go4Brussels 2030"


def test_the_card_is_no_page_of_the_sitemap(site):
    assert not set(cards()) & set(paths_of(site))


def test_the_card_of_a_withdrawn_worksite_says_so_in_the_frame(client):
    [path, *_rest] = cards()
    update(Worksite.objects.filter(number=1), publication="withdrawn", withdrawal_reason_nl="Vervallen.")
    response = client.get(path)
    assert response.status_code == 410
    assert "Vervallen." in response.content.decode()
    assert "frame-ancestors *" in response.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in response.headers
    assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_no_other_error_is_framed(client):
    response = client.get("/nl/werven/bestaat-niet/kaart/")
    assert response.status_code == 404
    assert response.headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]


def test_it_gives_the_code_that_frames_the_card(client, language):
    for worksite in Worksite.objects.published():
        address = worksite.url_in(language)
        code = text_of(r'<code class="copy">(.*?)</code>', html(client, address))
        [frame] = Document(code).all("iframe")
        path = frame["src"].removeprefix(settings.SITE_URL)
        assert path == f"{address}{WORDS[language]}/"
        head, is_cut, rest = text_of("<title>(.*?)</title>", html(client, path)).partition("…")
        assert frame["title"].startswith(head) and frame["title"].endswith(rest)
        assert is_cut or frame["title"] == head
        assert LOW <= int(frame["height"]) <= HIGH


def test_the_frame_is_as_high_as_the_text_is_long(client):
    def tall():
        worksite = Worksite.objects.get(code="1.4-03")
        code = text_of(r'<code class="copy">(.*?)</code>', html(client, worksite.url_in("nl")))
        return int(Document(code).all("iframe")[0]["height"])

    before = tall()
    measures = Measure.objects.filter(worksite__code="1.4-03")
    update(measures, text_nl="Kort.", slip_nl="", slip_fr="", remark_nl="", remark_fr="")
    assert tall() < before
    update(measures, text_nl="Een lange zin. " * 500)
    assert tall() == HIGH

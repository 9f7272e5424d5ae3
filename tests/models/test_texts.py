"""Texts as people paste them: without unseen signs, with their lines, and short where names stand."""

import random
import string

import pytest
import yaml
from django.test import Client
from django.urls import reverse

from accounts.characters import plain, plain_line
from initiatives.content.files import ReadableDumper, dump
from initiatives.language import blocks, mark_quotations, one_line, shortened
from initiatives.models import CONTENT, Measure, Objective, Organisation, Revision, Sector, Worksite
from initiatives.templatetags.portal import lines, paragraphs
from initiatives.versions import Settlement, Side, change, load, restore
from initiatives.versions.save import correct_note

from ..saving import put, save, update

LANGUAGES = ("nl", "fr")
FROM_WORD = "Verduidelijkt na vraag\vvan een lezer:\v  de tekst\a van maatregel\u00a02 is aangevuld.\x1f\n"
PLAIN = "Verduidelijkt na vraag\nvan een lezer:\n  de tekst van maatregel\u00a02 is aangevuld."
UNSEEN = "\0\x01\a\b\x0e\x1b\x1f\x7f\x80\x9f\u200b\u200e\u202e\u2060\u2066\ufeff\ufffc\uffff\ud800\udfff"
AS_LIST = """De Regering voorziet:
• een loket voor starters
• een premie voor buurtwinkels
- steun bij verhuis

Dit geldt voor alle 19 gemeenten.
1. eerst de aanvraag
2. dan het onderzoek
<b>geen opmaak</b> & {{ geen sjabloon }}"""
AS_HTML = """<p>De Regering voorziet:</p>
<ul class="points"><li>een loket voor starters</li>
<li>een premie voor buurtwinkels</li>
<li>steun bij verhuis</li></ul>
<p>Dit geldt voor alle 19 gemeenten.<br>1. eerst de aanvraag<br>2. dan het onderzoek<br>\
&lt;b&gt;geen opmaak&lt;/b&gt; &amp; {{ geen sjabloon }}</p>"""


# Signs that nobody sees ------------------------------------------------------------------------------


def test_it_takes_out_what_nobody_sees_and_keeps_line_breaks():
    assert plain(FROM_WORD).strip() == PLAIN
    assert (
        plain_line(FROM_WORD)
        == "Verduidelijkt na vraag van een lezer: de tekst van maatregel\u00a02 is aangevuld."
    )
    assert plain(f"a{UNSEEN}b") == "ab"
    assert plain("1\r\n2\r3\x0b4\x0c5\x856\u20287\u20298\t9") == "1\n2\n3\n4\n5\n6\n7\n8\t9"
    kept = "é œ \u00a0 \u202f \u00ad 👩\u200d💻 – ’ « »"
    assert plain(kept) == plain_line(kept) == kept


@pytest.mark.django_db
def test_it_takes_them_out_of_every_text_of_every_kind():
    for model in CONTENT:
        record = model.objects.first()
        before = {name: getattr(record, name) for name in text_fields(model)}
        for name, text in before.items():
            if text:
                setattr(record, name, f"{UNSEEN}{text}{UNSEEN}")
        record.normalize_texts()
        assert {name: getattr(record, name) for name in before} == before, model


def text_fields(model):
    aliases = model.translated_fields()
    kinds = ("CharField", "TextField", "SlugField", "URLField")
    names = [each.name for each in model._meta.concrete_fields if each.get_internal_type() in kinds]
    return [name for name in names if name not in aliases]


@pytest.mark.django_db
def test_it_takes_them_out_in_a_change_a_note_a_load_and_a_restored_version(tmp_path):
    measure = Measure.objects.get(code="1.4-02-m1")
    text = measure.text_nl
    measure.text_nl, measure.heading_nl, measure.heading_fr = FROM_WORD, "Een\vkop\x1f", "Un\vtitre"
    save(measure, note=FROM_WORD)
    measure.refresh_from_db()
    version = Revision.objects.of(measure.worksite).first()
    assert (measure.text_nl, measure.heading_nl, version.note) == (PLAIN, "Een kop", PLAIN)
    correct_note(version, f"{UNSEEN}Beter\x85zo")
    version.refresh_from_db()
    assert version.note == "Beter\nzo"

    measure.text_nl = "Nu nog anders."
    save(measure)
    for row in version.records:  # as an older portal kept it
        if row["fields"].get("code") == "1.4-02-m1":
            row["fields"]["text_nl"] = "Ou\ad\vhier"
    Revision.objects.filter(pk=version.pk).update(records=version.records)
    version.refresh_from_db()
    assert restore(version, note="\aTerug").note == "Terug"
    measure.refresh_from_db()
    assert measure.text_nl == "Oud\nhier"

    dump(tmp_path)
    [path] = tmp_path.glob("*_measure.yaml")
    path.write_text(
        path.read_text(encoding="utf-8").replace(
            "text_nl: |-\n      Oud\n      hier", 'text_nl: "Ni\\a\\uD800euw\\vhier"'
        ),
        encoding="utf-8",
    )
    load(tmp_path, settlement=Settlement(Side.FILES))
    measure.refresh_from_db()
    assert measure.text_nl == "Nieuw\nhier" != text


@pytest.mark.django_db
def test_it_shows_what_an_older_portal_stored(site):
    """Rows of before this rule: pages, search, data and pictures answer."""
    signs = "".join(
        chr(code) for code in (*range(1, 9), 11, 12, *range(14, 32), 127, 0x85, 0x2028, 0xFEFF, 0xFFFF)
    )
    for model in (Worksite, Measure, Sector, Organisation):
        for record in model.objects.all():
            names = {"title", "name", "text", "scope", "description"} & set(record.translated_fields())
            texts = {f"{name}_{code}": f"Bijl{signs}age \v een" for name in names for code in LANGUAGES}
            update(model.objects.filter(pk=record.pk), **texts)
    client = Client()
    paths = [path for each in site for path in each.values()]
    paths += ["/data/worksites.json", "/data/measures.csv", "/data/datapackage.json", "/nl/zoeken/?q=bijlage"]
    for path in paths:
        assert client.get(path).status_code == 200, path
    page = client.get(Worksite.objects.get(code="1.4-02").get_absolute_url()).content.decode()
    [picture] = {part.split('"')[0] for part in page.split('og:image" content="http://testserver')[1:]}
    assert client.get(picture).status_code == 200


# Lines -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("item", ["werk - opleiding", "een • twee", "Brussel - Hoofdstad • 2030"])
def test_a_mark_within_an_item_stays(item):
    for mark in ("- ", "• ", "•"):
        assert blocks(mark + item) == [(True, [item])]
        assert one_line(f"{mark}{item}") == f"• {item}"


def test_it_reads_lines_and_lists_and_nothing_else():
    assert paragraphs(AS_LIST) == AS_HTML
    assert paragraphs("Eén zin <i>") == "<p>Eén zin &lt;i&gt;</p>"
    assert paragraphs("Twee\n \nalinea’s") == "<p>Twee</p>\n<p>alinea’s</p>"
    assert paragraphs("-5 % en - 3") == "<p>-5 % en - 3</p>"
    assert paragraphs("•a\n  - b") == '<ul class="points"><li>a</li>\n<li>b</li></ul>'
    assert (
        paragraphs("Eén\n- a", "lead") == '<p class="lead">Eén</p>\n<ul class="points lead"><li>a</li></ul>'
    )
    assert paragraphs("") == paragraphs(None) == lines(None) == ""
    assert lines("Eén zin") == "Eén zin"
    assert lines(AS_LIST) == AS_HTML


def test_it_marks_a_quotation_line_by_line():
    html = mark_quotations("Un « een\n- twee\n\ndrie » fin", "fr", "nl")
    assert paragraphs(html) == (
        '<p>Un « <span lang="nl">een</span></p>\n<ul class="points"><li><span lang="nl">twee'
        "</span></li></ul>\n"
        '<p><span lang="nl">drie</span> » fin</p>'
    )


def test_it_joins_lines_where_only_one_fits():
    assert one_line(AS_LIST).startswith("De Regering voorziet: • een loket voor starters • een premie")
    assert "\n" not in one_line(AS_LIST)
    assert one_line("  Zo  als  het is ") == "  Zo  als  het is "


@pytest.mark.django_db
def test_it_shows_a_list_wherever_a_text_stands_as_a_block(language):
    measure = Measure.objects.select_related("worksite").get(code="1.4-02-m1")
    for code in LANGUAGES:
        for name in ("text", "remark", "slip"):
            setattr(measure, f"{name}_{code}", AS_LIST)
    sector = Sector.objects.get(code="construction")
    sector.scope_nl = sector.scope_fr = AS_LIST
    objective = Objective.objects.get(code="1.4")
    objective.introduction_nl = objective.introduction_fr = AS_LIST
    put(measure, sector, objective)
    update(Measure.objects.filter(pk=measure.pk), text_fr=AS_LIST)
    client = Client()
    card = reverse("initiatives:card", kwargs={"slug": measure.worksite.slug}, current_app=language)
    for path, times in {
        measure.worksite.get_absolute_url(): 3,
        objective.get_absolute_url(): 2,
        reverse("initiatives:dossier", kwargs={"code": "1.4"}, current_app=language): 5,
        reverse("initiatives:sectors", current_app=language): 1,
        reverse("initiatives:measures", current_app=language): 3,
        sector.get_absolute_url(): 1,
        card: 3,
    }.items():
        html = client.get(path).content.decode()
        assert html.count("<li>een loket voor starters</li>") == times, path
        assert "&lt;b&gt;geen opmaak" in html and "{{ geen sjabloon }}" in html
    page = client.get(measure.worksite.get_absolute_url()).content.decode()
    [quoted] = [line for line in page.split("\n") if 'class="copy">' in line and "loket" in line]
    assert "• een loket voor starters • een premie" in quoted


# Files -----------------------------------------------------------------------------------------------


def odd_texts(count=3000):
    """Return texts as odd as they come, the same each time; those of the portal have no space around them."""
    chance = random.Random(14)
    pieces = [
        " ",
        "  ",
        "\n",
        "\n\n",
        "\t",
        "- ",
        "• ",
        "# ",
        ": ",
        "'",
        '"',
        "|",
        ">",
        "{",
        "[",
        "%",
        "@",
        "é",
        "\u00a0",
    ]
    pieces += [
        "---",
        "...",
        "- model: x",
        "\n- model:",
        "null",
        "2020-01-01",
        "*a",
        "&a",
        "!x",
        "👷",
        *string.ascii_letters,
    ]
    pieces += [
        "een woord",
        "een lange zin die over de rand van honderd tekens gaat",
        "\u202f",
        "\u00ad",
        "\u3000",
    ]
    for _each in range(count):
        yield "".join(chance.choices(pieces, k=chance.randint(1, 30)))


def test_it_writes_and_reads_every_text_to_the_byte():
    for text in (AS_LIST, *odd_texts()):
        for each in {text, text.strip(), plain(text).strip()}:
            written = yaml.dump([{"a": each}], Dumper=ReadableDumper, allow_unicode=True, width=100)
            assert yaml.safe_load(written.replace("\n- model:", "\n\n- model:")) == [{"a": each}], repr(each)


@pytest.mark.django_db
def test_it_dumps_a_list_as_it_was_pasted_and_loads_it_again(tmp_path):
    measures = list(Measure.objects.all())
    for measure, text in zip(
        measures, [AS_LIST, *(each for each in odd_texts(200) if each.strip())], strict=False
    ):
        measure.text_nl = measure.text_fr = text
    save(*measures)
    dump(tmp_path)
    [path] = tmp_path.glob("*_measure.yaml")
    assert "text_nl: |-\n      De Regering voorziet:\n      • een loket" in path.read_text(encoding="utf-8")
    before = list(Measure.objects.values())
    assert not load(tmp_path)
    with change() as this:
        this.touch_all()
    assert list(Measure.objects.values()) == before and not this.versions


# Long ------------------------------------------------------------------------------------------------


def test_it_cuts_a_long_text_between_two_words():
    assert shortened("Kort en goed.") == "Kort en goed."
    assert shortened("een twee drie", 9) == "een twee…"
    assert shortened("een, twee drie", 6) == "een…"
    assert shortened("x" * 300, 10) == f"{'x' * 9}…"
    assert len(shortened(AS_LIST * 99)) <= 120
    assert blocks("") == []

"""Who steers what: the same facts as lists, picture and table, and who held more than one office."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from initiatives.models import Office, OfficeHolder, Worksite, shared_offices

from ..conftest import LANGUAGES
from ..reading import each
from ..saving import update

pytestmark = pytest.mark.django_db
NUMBER = re.compile(r'<(p|span|tspan) class="number">(.*?)</\1>', re.DOTALL)
MARK = re.compile(r'<a class="mark"[^>]*>.*?</a>')
SILENT = {
    "nl": ("De bron noemt geen sturende instantie.", "Aangekondigd, niet benoemd door de bron"),
    "fr": ("La source ne nomme pas d’instance pilote.", "Annoncée, non nommée par la source"),
}


def page(room, language, **kwargs):
    """Return the HTML of a page without the marks that say where a text comes from."""
    address = reverse(f"initiatives:{room}", kwargs=kwargs, current_app=language)
    return MARK.sub("", Client().get(address).content.decode())


def text(html):
    """Return the text of a piece of HTML as textContent does, its white space made one space."""
    return " ".join(unescape(re.sub(r"<[^>]*>", "", html)).split())


def between(html, start, end):
    return html.partition(start)[2].partition(end)[0]


def items(html, heading):
    """Return the items of the list under this heading: (text of its heading, the rest)."""
    section = between(html, f'id="{heading}"', "</section>")
    return [
        (text(title), rest)
        for title, rest in re.findall(r"<li><h3>(.*?)</h3>(.*?)(?=<li><h3>|$)", section, re.DOTALL)
    ]


def links(html):
    """Return the links of a piece of HTML, those to the glossary aside."""
    return [text(each) for each in re.findall(r'<a (?!class="term")[^>]*>(.*?)</a>', html, re.DOTALL)]


def test_the_list_by_worksite_has_every_office_in_the_order_of_the_source(language):
    found = {title: links(rest) for title, rest in items(page("steering", language), "by-worksite")}
    assert found == {
        text(f"{worksite.number} {worksite.title}"): [
            row.office.name for row in worksite.steering_set.order_by("position")
        ]
        for worksite in Worksite.objects.all()
    }
    assert sum(map(len, found.values())) == 22


def test_the_list_by_office_has_every_worksite(language):
    also = {office.name for offices in shared_offices().values() for office in offices}
    found = {
        title: [link for link in links(rest) if link not in also]
        for title, rest in items(page("steering", language), "by-office")
    }
    assert found == {
        office.name: [
            text(f"{row.worksite.number} {row.worksite.title}")
            for row in office.steering_set.order_by("worksite__number")
        ]
        for office in Office.objects.all()
    }


def test_the_table_gives_the_place_of_each_office_in_the_source(language):
    table = between(page("steering", language), "<tbody>", "</tbody>")
    offices = list(Office.objects.all())
    rows = re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)
    assert len(rows) == Worksite.objects.count()
    for row, worksite in zip(rows, Worksite.objects.all(), strict=True):
        cells = [text(cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row)]
        steering = list(worksite.steering_set.order_by("position").values_list("office", flat=True))
        if steering:
            assert cells == [
                str(steering.index(office.pk) + 1) if office.pk in steering else "" for office in offices
            ]


def test_what_is_empty_says_why(language):
    html = page("steering", language)
    found = {title.split()[0]: text(rest) for title, rest in items(html, "by-worksite")}
    silent, announced = SILENT[language]
    assert (found["1"], found["11"]) == (silent, announced)
    rows = re.findall(r'<td colspan="7">(.*?)</td>', html)
    assert [text(row) for row in rows] == [silent, announced]
    [nothing] = [
        text(rest)
        for title, rest in items(html, "by-office")
        if title == Office.objects.get(code="minister-mobility").name
    ]
    assert nothing.startswith(("De bron noemt dit ambt", "La source ne cite cette fonction"))


def test_the_picture_has_spaces_between_the_lines_of_a_name(language):
    drawn = [text(each) for each in re.findall(r"<text>(.*?)</text>", page("steering", language))]
    assert drawn == [
        *(office.name for office in Office.objects.all()),
        *(text(f"{worksite.number} {worksite.title}") for worksite in Worksite.objects.all()),
    ]


def test_a_number_stands_apart_from_its_word_and_its_title(pages):
    seen = set()
    for _language, path, html in each(pages):
        for match in NUMBER.finditer(html):
            around = html[: match.start()], html[match.end() :]
            before, after = (re.sub(r"<[^>]*>", "", each) for each in (around[0][-400:], around[1][:400]))
            assert not before[-1:].strip() and not after[:1].strip(), (path, match[0])
            assert not re.search(r"[^\W\d]\d", re.sub(r"<[^>]*>", "", match[2])), (path, match[0])
            seen.add(match[1])
    assert seen == {"p", "span", "tspan"}


def test_a_person_who_held_two_offices_is_named_once_for_both():
    with translation.override("nl"):
        assert {name: [office.code for office in offices] for name, offices in shared_offices().items()} == {
            "Bernard Clerfayt": ["minister-work", "minister-digital"]
        }


def test_the_pages_of_both_offices_and_who_steers_what_say_so(language):
    work, digital = Office.objects.get(code="minister-work"), Office.objects.get(code="minister-digital")
    with translation.override(language):
        for office, other in ((work, digital), (digital, work)):
            html = page("office", language, slug=office.slug)
            [also] = re.findall(r'<p class="slip[^"]*">(Bernard Clerfayt .*?)</p>', html)
            assert f'href="{other.get_absolute_url()}"' in also and other.name in also
            assert f'href="{office.get_absolute_url()}"' not in also
        html = page("steering", language)
        under_table = between(between(html, "</table>", "</section>"), "<p", "</p>")
        assert links(under_table) == [work.name, digital.name]
        assert "Bernard Clerfayt" in under_table
        said = {title for title, rest in items(html, "by-office") if "Bernard Clerfayt" in rest}
        assert said == {work.name, digital.name}


@pytest.mark.parametrize("change", [{"name": "Een ander"}, {"publication": "draft"}], ids=["name", "draft"])
def test_it_says_nothing_of_the_kind_of_people_in_one_office(change):
    update(OfficeHolder.objects.filter(office__code="minister-digital"), **change)
    assert shared_offices() == {}
    for language in LANGUAGES:
        assert "Clerfayt" not in page("steering", language)


def test_it_asks_as_many_queries_whoever_held_what(language):
    def count():
        with CaptureQueriesContext(connection) as queries:
            page("steering", language)
        return len(queries)

    before = count()
    update(OfficeHolder.objects, name="Iedereen")
    assert count() == before <= 8

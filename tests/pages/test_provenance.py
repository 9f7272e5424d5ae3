"""Every page tells where each of its texts comes from: a rule once, a mark where a text differs from it."""

import re
from collections.abc import Iterable, Iterator

import pytest
from django.test import Client
from django.utils.translation import override

from initiatives.models import CONTENT, Measure, Office, Page, Record, Sector, Strategy, Term, Worksite
from initiatives.models.provenance import Origin
from initiatives.pages.provenance import RULES

from ..conftest import LANGUAGES
from ..saving import update
from ..tree import Element, tree

pytestmark = pytest.mark.django_db

# Told by the page itself in other ways: the address of a page is no text, and why a page was withdrawn is
# told at its address alone; in a glossary synonyms stand beside their term.
# Where something was read says so itself, and “Partners” is a word of the portal’s, too.
NO_TEXTS = {"slug", "withdrawal_reason", "synonyms", "partners_label"}
NO_TEXTS |= {"source", "facts_source", "new_government_source", "official_title_source"}
# What holds a text with its mark.
HOLDERS = {"li", "dd", "dt", "td", "th", "figure"}
SHORT = 45  # Shorter texts may stand within others by chance: they have to be all that an element says.


# What stands around the texts; a citation says in words what it cites, and the picture is told in the table.
FRAME = {"header", "footer", "head", "script", "svg", "crumbs", "printed", "copy"}


def texts(language: str) -> dict[str, set[str]]:
    """Return `{text: {its origins}}` of everything public in the content, as readers see it.

    The words that the glossary explains are nobody's texts, whoever uses them.
    """
    found: dict[str, set[str]] = {}
    for model in CONTENT:
        for record in model.objects.published():
            for name in record.translated_fields():
                if name in NO_TEXTS or (model is Term and name in ("name", "abbreviation")):
                    continue
                for paragraph in re.split(r"\n\s*\n", getattr(record, f"{name}_{language}") or ""):
                    if text := " ".join(paragraph.split()):
                        found.setdefault(text, set()).add(str(record.origin_of(name, language)))
    return found


def places(root: Element, text: str) -> Iterator[Element]:
    """Return the innermost elements of a page that say a text."""
    for element in root.saying(text.lower()):
        said = element.text
        if (said.lower() == text.lower()) if len(text) < SHORT else (text in said):
            inner = [child for child in element.children if isinstance(child, Element)]
            if not any(text.lower() in child.text.lower() for child in inner):
                yield element


def longer(text: str, said: Iterable[str]) -> list[str]:
    """Return the texts that have this one within them."""
    return [each for each in said if text != each and text in each]


def rule_of(page: Element, language: str) -> str:
    """Return the rule that a page names near its title, as one of the origins."""
    [sentence] = [element.text for element in page.walk() if "rule" in element.classes]
    words = {
        "nl": {"letterlijk": "source", "het portaal zelf": "portal", "staat op de pagina": "elsewhere"},
        "fr": {"traduction": "translation", "portail lui-même": "portal", "sur la page": "elsewhere"},
    }[language]
    [rule] = [rule for sign, rule in words.items() if sign in sentence]
    return rule


def is_told(element: Element, origins: Iterable[str], rule: str) -> bool:
    """Say whether a page tells of a text that it comes from one of `origins`."""
    for each in element.around():
        if "data-origin" in each.attributes:
            # The whole of it is of one origin, and says so in a mark or before all else; a note may quote.
            return "note" in each.classes or (each.attributes["data-origin"] in origins and says_so(each))
        is_holder = each.tag in HOLDERS or each.classes & {"told", "plate", "sign"}
        if is_holder and (marks := marks_in(each)):
            return bool(marks & set(origins)) or rule in origins
    return rule in origins


def marks_in(holder: Element) -> set[str]:
    """Return the origins that the marks within an element name."""
    origins = {each.attributes.get("data-origin", "") for each in holder.walk() if "mark" in each.classes}
    return origins - {""}


def says_so(holder: Element) -> bool:
    return any("mark" in each.classes or each.tag in ("b", "dt") for each in holder.walk())


def is_elsewhere(element: Element, language: str) -> bool:
    """Say whether a text stands outside of what the page itself says: in the other language, or in a link."""
    around = list(element.around())
    speaks = next((each.attributes["lang"] for each in around if "lang" in each.attributes), language)
    in_frame = any(each.tag in FRAME or each.classes & FRAME for each in around)
    return in_frame or not speaks.startswith(language)


def untold(page: str, language: str, said: dict[str, set[str]]) -> list[tuple[str, set[str]]]:
    """Return each text of a page that it does not tell the provenance of."""
    root = tree(page)
    rule = rule_of(root, language)
    if rule == "elsewhere":
        return []
    missing = []
    for text, origins in said.items():
        found = list(places(root, text))
        within = longer(text, said) if found else []
        for element in found:
            if any(each in element.text for each in within):
                continue
            plate = any("plate" in each.classes for each in element.around())
            if is_elsewhere(element, language):
                continue
            if plate:
                [notice] = [each for each in root.walk() if "rule" in each.classes]
                is_fine = rule in origins or marks_in(notice) & origins
            else:
                is_fine = is_told(element, origins, rule)
            if not is_fine:
                missing.append((text, origins))
    return missing


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_tells_where_each_of_its_texts_comes_from(pages, language: str):
    words = {getattr(term, f"name_{language}").lower() for term in Term.objects.published()}
    said, found = texts(language), []
    for path, page in (both[language] for both in pages):
        # There the portal explains words that are the names of other things, too.
        but = words if 'class="terms"' in page else set()
        told_here = {text: origins for text, origins in said.items() if text.lower() not in but}
        for text, origins in untold(page, language, told_here):
            found.append(f"{path}: {text[:60]} ({', '.join(sorted(origins))})")
    assert "\n".join(found) == ""
    assert len(said) > 100


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_walk_finds_what_a_page_does_not_tell(client: Client, site, language: str):
    update(Measure.objects.filter(code="1.4-08-m1"), **{f"provenance_{language}": "official"})
    [path] = [paths[language] for paths in site if paths["nl"] == "/nl/werven/bouw/"]
    page = client.get(path).content.decode()
    said = texts(language)
    assert untold(page, language, said) == []
    bare = page.replace('class="mark"', "").replace("data-origin", "data-nothing")
    assert "official" in {origin for _text, origins in untold(bare, language, said) for origin in origins}


def test_a_french_page_names_the_translation_and_marks_only_what_differs(client: Client, site):
    page = client.get("/fr/chantiers/construction/").content.decode()
    assert "la traduction, par le portail, de la page source en néerlandais" in page
    assert "Traduction du portail</a>" not in page
    update(
        Worksite.objects.filter(code="1.4-08"),
        provenance_fr="validated",
        validated_by_fr="SPRB",
        validated_on_fr="2026-11-01",
    )
    page = client.get("/fr/chantiers/construction/").content.decode()
    assert "Traduction validée</a>" in page


def test_nothing_official_is_claimed_of_what_the_portal_wrote():
    """Official is what a public body published in these very words."""
    names = Office.objects.in_bulk(field_name="code")
    portals = {code for code, office in names.items() if office.provenance_nl == "portal"}
    assert portals == {"minister-digital", "state-secretary-urbanism"}
    assert {office.provenance_nl for office in names.values()} == {"source", "portal"}
    assert {office.provenance_fr for office in names.values()} == {"portal"}
    official = {
        (model._meta.model_name, str(record))
        for model in CONTENT
        for record in model.objects.all()
        if record.provenance_fr == "official"
    }
    with override("nl"):
        assert {kind for kind, _name in official} == {"objective", "organisation", "steering"}


def test_a_text_may_come_from_elsewhere_than_its_record():
    sector = Sector.objects.get(code="tourism")
    assert sector.origin_of("name", "nl") == sector.origin_of("name", "fr") == Origin.PORTAL
    assert (sector.origin_of("scope", "nl"), sector.origin_of("scope", "fr")) == (
        "source",
        Origin.TRANSLATION,
    )
    assert sector.origin_of("remark", "nl") == Origin.PORTAL
    digital = Office.objects.get(code="minister-digital")
    assert digital.origin_of("name", "fr") == Origin.PORTAL
    assert Strategy.objects.get().origin_of("priorities", "nl") == Origin.PORTAL
    assert Record.fixed_provenance["slip"] == "portal"
    assert RULES == {"nl": "source", "fr": "translation"}
    assert issubclass(Office, Page)

"""Every statement of the source page is served where it belongs, to the letter."""

import html
import re
from pathlib import Path

import pytest
import yaml

from initiatives.models import Objective, Office, Organisation, Sector, Worksite

from ..reading import each

pytestmark = pytest.mark.django_db
INVENTORY = yaml.safe_load(
    (Path(__file__).parents[1] / "source" / "inventory.yaml").read_text(encoding="utf-8")
)


def flat(statements):
    """Return every text within nested lists and mappings."""
    if isinstance(statements, str):
        return [statements]
    rows = statements.values() if isinstance(statements, dict) else statements
    return [text for row in rows for text in flat(row)]


def read(client, path):
    """Return the text of a page as a reader sees it, white space folded."""
    page = re.sub(r'<a class="term"[^>]*>(.*?)</a>', r"\1", client.get(path).content.decode())
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.partition("<main")[2])).split())


def assert_served(client, path, statements):
    text = read(client, path)
    missing = [statement for statement in statements if statement not in text]
    assert statements
    assert not missing, f"{path} lacks {missing}"


def statements_of(worksite):
    """Return what the source says of a worksite, its references by their parts."""
    return [worksite["title"], *flat(worksite["measures"]), *worksite["steering"]] + [
        reference[part]
        for reference in worksite.get("cross_references", [])
        for part in ("relation", "worksite")
    ]


def test_it_serves_the_whole_text_of_the_objective(client):
    objective = Objective.objects.get(code=INVENTORY["objective"]["code"])
    said = INVENTORY["objective"]
    parts = ("title", "introduction", "vision", "focus", "alignment", "governance")
    assert_served(client, objective.url_in("nl"), flat([said[part] for part in parts]))


@pytest.mark.parametrize("said", INVENTORY["worksites"], ids=lambda said: str(said["number"]))
def test_it_serves_every_statement_on_the_page_of_its_worksite(client, said):
    worksite = Worksite.objects.get(number=said["number"])
    label = [said["steering_label"]] if said["steering"] else []
    assert_served(client, worksite.url_in("nl"), statements_of(said) + label)


def test_it_serves_every_scope_on_the_page_of_its_sector(client):
    sectors = list(Sector.objects.all())
    assert len(sectors) == len(INVENTORY["priority_sectors"])
    for sector, scope in zip(sectors, INVENTORY["priority_sectors"], strict=True):
        assert_served(client, sector.url_in("nl"), [scope])


def test_it_gathers_every_wording_on_the_page_of_its_office(client):
    assert Office.objects.count() == len(INVENTORY["offices"])
    for said in INVENTORY["offices"]:
        office = Office.objects.get(code=said["key"])
        for language in ("nl", "fr"):
            assert_served(client, office.url_in(language), said["names"])


def test_it_serves_the_roles_of_the_partners(client):
    governance = INVENTORY["objective"]["governance"]
    assert Organisation.objects.count() == len(governance["partners"])
    for organisation, wording in zip(Organisation.objects.all(), governance["partners"], strict=True):
        assert read(client, organisation.url_in("nl")).count(wording) >= 2  # as partner and in the committee


def test_it_serves_everything_in_the_dossier(client):
    objective = Objective.objects.get(code=INVENTORY["objective"]["code"])
    path = objective.url_in("nl") + "dossier/"
    worksites = [text for said in INVENTORY["worksites"] for text in statements_of(said)]
    parts = ("title", "introduction", "vision", "focus", "alignment", "governance")
    objective = flat([INVENTORY["objective"][part] for part in parts])
    assert_served(client, path, objective + worksites + INVENTORY["priority_sectors"])


def test_it_serves_in_the_source_s_order(client):
    text = read(client, Objective.objects.get(code="1.4").url_in("nl") + "dossier/")
    text = text[text.index(INVENTORY["objective"]["vision"][0]) :]
    said = [INVENTORY["objective"]["vision"][0], *INVENTORY["priority_sectors"]]
    said += [measure for worksite in INVENTORY["worksites"] for measure in flat(worksite["measures"])]
    places = [text.index(statement) for statement in said]
    assert places == sorted(places)


def test_it_says_eleven_and_ten_and_names_no_eleventh(client, language):
    assert Worksite.objects.published().count() == INVENTORY["objective"]["announced_worksites"]
    [eleventh] = Worksite.objects.filter(is_announced_only=True)
    assert eleventh.number == len(INVENTORY["worksites"]) + 1
    text = read(client, eleventh.get_absolute_url())
    assert str(INVENTORY["objective"]["announced_worksites"]) in text
    assert str(len(INVENTORY["worksites"])) in text


def test_it_says_where_the_source_is_silent(client):
    for said in INVENTORY["worksites"]:
        text = read(client, Worksite.objects.get(number=said["number"]).url_in("nl"))
        assert ("geen tekst" in text) is not bool(said["measures"])


def test_it_shows_no_interface_key_of_the_scraped_page(pages):
    assert [path for _language, path, page in each(pages) if "bhg." in page] == []

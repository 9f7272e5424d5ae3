"""History outlives the code: kinds, fields and choices that the portal no longer has stay readable."""

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from initiatives import versions
from initiatives.content.files import ContentError
from initiatives.models import Revision, Worksite

from ..admin.test_admin import change
from ..conftest import FIXTURES
from ..editing import form_of, newest, restore, save, text
from ..saving import keep, put

pytestmark = pytest.mark.django_db
GONE_PART = {
    "model": "initiatives.budgetline",
    "fields": {
        "worksite": ["1.4-02"],
        "code": "b1",
        "position": 1,
        "text_nl": "Een post",
        "text_fr": "Un poste",
    },
}
VERSIONS = {"nl": "versies/", "fr": "versions/"}
CHANGES = {"nl": "/nl/wijzigingen/", "fr": "/fr/modifications/"}


def outlive(version):
    """Let a version say what only earlier code could: another kind of part, other fields, other choices."""
    item, *parts = version.records
    item["fields"] |= {"motto_nl": "Een motto", "motto_fr": "Une devise", "mood": {"of": ["another", "type"]}}
    parts[0]["fields"] |= {"provenance_fr": "machine", "kind": "goal"}
    parts[1]["fields"]["publication"] = "embargoed"
    for part in parts:
        if part["model"] in ("initiatives.steering", "initiatives.worksitesector"):
            # As these links were once called.
            part["fields"] = {f"old_{name}": value for name, value in part["fields"].items()}
    version.records = [item, *parts, GONE_PART]
    version.save()
    return version


@pytest.fixture
def old(worksite):
    """Return a worksite whose first versions are of another time, and whose newest is of today."""
    outlive(newest(worksite))
    worksite.title_nl += " nu"
    put(worksite)
    outlive(keep(worksite, note="Toen"))
    return worksite


@pytest.fixture
def gone():
    """Return a version of an item of a kind that there is no more."""
    fields = {"code": "plan-a", "title_nl": "Een plan", "title_fr": "Un plan", "slug_nl": "plan-a"}
    return Revision.objects.create(
        kind="plan",
        code="plan-a",
        number=1,
        at=timezone.now(),
        action="changed",
        is_public=True,
        records=[{"model": "initiatives.plan", "fields": fields}],
    )


def test_readers_read_it(client, old, gone, language):
    address = old.get_absolute_url() + VERSIONS[language]
    for path in ("", "1/", "2/", "1-2/"):
        assert client.get(address + path).status_code == 200
    assert {"nl": "Een motto", "fr": "Une devise"}[language] in text(client.get(f"{address}1/"))
    assert {"nl": "Een post", "fr": "Un poste"}[language] in text(client.get(f"{address}1/"))
    for path in (CHANGES[language], f"{CHANGES[language]}atom.xml", "/sitemap.xml", "/data/worksites.json"):
        assert client.get(path).status_code == 200
    assert {"nl": "Een plan", "fr": "Un plan"}[language] in text(client.get(CHANGES[language]))
    assert client.get(old.get_absolute_url() + "atom.xml").status_code == 200


def test_editors_read_it(publisher, old, gone, language):
    assert publisher.get(change(old)).status_code == 200
    history = text(publisher.get(reverse("admin:initiatives_worksite_history", args=[old.pk])))
    assert "Toen" in history
    assert publisher.get(reverse("admin:initiatives_revision_changelist")).status_code == 200
    for version in (*Revision.objects.of(old), gone):
        page = publisher.get(reverse("admin:initiatives_revision_change", args=[version.pk]))
        assert page.status_code == 200
    assert "restore" not in page.content.decode()  # of the plan, which has no form any more


def test_an_item_is_saved_anew_after_it(publisher, old):
    assert save(publisher, old, title_nl="Nieuwe titel", note="Nu").status_code == 302
    assert newest(old).number == 3
    data = form_of(publisher, old) | {"title_nl": "Van de tweede"}
    assert save(publisher, old, title_nl="Van de eerste").status_code == 302
    outlive(newest(old))
    conflict = publisher.post(change(old), data)
    assert conflict.status_code == 200
    assert "Van de eerste" in text(conflict)


def test_what_there_still_is_comes_back_and_the_rest_is_named(publisher, worksite, language):
    first = newest(worksite)
    title = worksite.title_nl
    first.records[0]["fields"]["motto_nl"] = "Een motto"
    first.records.append(GONE_PART)
    first.save()
    assert save(publisher, worksite, title_nl="Later").status_code == 302
    page = text(publisher.get(reverse("admin:initiatives_revision_restore", args=[first.pk])))
    sentence = {"nl": "Dit komt niet terug", "fr": "Ceci ne reviendra pas"}[language]
    assert sentence in page and "budgetline b1" in page and "motto_nl" in page
    assert restore(publisher, first).status_code == 302
    assert Worksite.objects.get(pk=worksite.pk).title_nl == title
    assert newest(worksite).action == Revision.Action.RESTORED


def test_what_cannot_come_back_is_refused_in_a_sentence(publisher, old, gone):
    with pytest.raises(ContentError, match="embargoed"):
        versions.restore(Revision.objects.of(old).last())
    page = restore(publisher, Revision.objects.of(old).last())
    assert page.status_code == 200 and "embargoed" in text(page)
    with pytest.raises(ContentError, match="plan"):
        versions.restore(gone)
    assert restore(publisher, gone).status_code in (302, 404)


def test_files_are_loaded_and_written_beside_it(old, gone, tmp_path):
    call_command("load_content", "--yes", verbosity=0)
    assert versions.preview(FIXTURES).lines() == []
    call_command("dump_content", tmp_path)
    assert list(Revision.objects.filter(kind="plan")) == [gone]
    call_command("reindex", verbosity=0)

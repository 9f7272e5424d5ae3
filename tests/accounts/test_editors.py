"""What an editor of one language may not do, and what nobody without a role may."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from initiatives.models import Measure, Milestone, Organisation, Sector, Worksite
from initiatives.versions.revisions import serialized

from ..admin.test_admin import add, change
from ..editing import FR, NL, PUBLISHER, form_of, newest, restore, save, sign_in
from ..saving import keep, update

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


OTHER = {NL: "fr", FR: "nl"}
OWN = {NL: "nl", FR: "fr"}
EDITORS = pytest.mark.parametrize("role", [NL, FR])


@EDITORS
def test_an_editor_changes_the_texts_of_one_language(role, worksite):
    field = f"title_{OWN[role]}"
    changes = {field: "Mijn titel", f"measure_0-text_{OWN[role]}": "Mijn tekst.", "note": "Gedaan"}
    assert save(sign_in(role), worksite, **changes).status_code == 302
    worksite.refresh_from_db()
    assert getattr(worksite, field) == "Mijn titel"
    assert getattr(worksite, f"outdated_{OTHER[role]}") == ["title"]
    assert newest(worksite).note == "Gedaan"


@EDITORS
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title_{other}", "Anders"),
        ("slug_{own}", "anders"),
        ("number", 99),
        ("code", "1.4-99"),
        ("is_announced_only", "on"),
        ("publication", "withdrawn"),
        ("publication", "draft"),
        ("provenance_{own}", "validated"),
        ("validated_by_{own}", "Ikzelf"),
        ("validated_on_{own}", "2026-01-16"),
        ("outdated_{own}", '["title"]'),
        ("still_right_{other}", "on"),
        ("measure_0-text_{other}", "Anders"),
        ("measure_0-position", 9),
        ("measure_0-publication", "draft"),
        ("measure_0-provenance_{own}", "validated"),
        ("measure_0-DELETE", "on"),
        ("steering_set-0-office", 1),
        ("steering_set-0-DELETE", "on"),
    ],
)
def test_an_editor_changes_nothing_else_by_a_request_of_their_own(role, worksite, field, value):
    other = OTHER[role]
    update(Worksite.objects.filter(pk=worksite.pk), **{f"outdated_{other}": ["title"]})
    keep(Worksite.objects.get(pk=worksite.pk))
    before = newest(worksite)
    name = field.format(own=OWN[role], other=other)
    save(sign_in(role), worksite, **{name: value})
    assert newest(worksite) == before
    assert serialized([Worksite.objects.get(pk=worksite.pk)]) == before.records[:1]


@EDITORS
def test_an_editor_adds_nothing(role, worksite):
    browser = sign_in(role)
    for model in (Worksite, Measure, Sector, Milestone):
        assert browser.get(add(model)).status_code == 403
        assert browser.post(add(model), {"code": "x"}).status_code == 403
    number = worksite.measure_set.count()
    data = form_of(browser, worksite) | {
        "measure_set-TOTAL_FORMS": number + 1,
        f"measure_set-{number}-code": "1.4-02-m9",
        f"measure_set-{number}-text_nl": "Erbij.",
        f"measure_set-{number}-publication": "draft",
        f"measure_set-{number}-position": 9,
    }
    browser.post(change(worksite), data)
    assert worksite.measure_set.count() == number


@EDITORS
def test_an_editor_deletes_nothing_and_brings_nothing_back(role, publisher, draft):
    browser = sign_in(role)
    measure = Measure.objects.first()
    for record in (draft, measure):
        name = record._meta.model_name
        address = reverse(f"admin:initiatives_{name}_delete", args=[record.pk])
        assert browser.post(address, {"post": "yes"}).status_code == 403
        data = {"action": "delete_selected", "_selected_action": record.pk, "post": "yes"}
        browser.post(reverse(f"admin:initiatives_{name}_changelist"), data)
        assert type(record).objects.filter(pk=record.pk).exists()
    first = newest(measure.worksite)
    save(publisher, measure, text_nl="Anders.")
    assert restore(browser, first).status_code == 403
    assert newest(measure.worksite) != first
    page = browser.get(reverse("admin:initiatives_worksite_history", args=[measure.worksite_id]))
    assert "/restore/" not in page.content.decode()


def test_an_account_without_a_role_sees_and_changes_nothing(worksite):
    browser = Client()
    browser.force_login(User.objects.create_user("nobody", is_staff=True))
    for address in (
        change(worksite),
        add(Worksite),
        reverse("admin:initiatives_worksite_changelist"),
        reverse("admin:initiatives_worksite_history", args=[worksite.pk]),
        reverse("admin:initiatives_revision_changelist"),
    ):
        assert browser.get(address).status_code == 403
    assert browser.post(change(worksite), {"title_nl": "Anders"}).status_code == 403


@pytest.mark.parametrize("role", [NL, FR, PUBLISHER])
def test_no_role_for_the_content_reaches_the_accounts(role):
    browser = sign_in(role)
    for name in ("user_changelist", "user_add", "group_changelist"):
        assert browser.get(reverse(f"admin:auth_{name}")).status_code == 403
    address = reverse("admin:auth_user_change", args=[browser.user.pk])
    assert browser.post(address, {"is_superuser": "on"}).status_code == 403
    assert not User.objects.get(pk=browser.user.pk).is_superuser


def test_the_partnerships_of_an_organisation_are_edited_with_the_objective(publisher):
    organisation = Organisation.objects.filter(partnership__isnull=False).first()
    partnership = organisation.partnership_set.first()
    answer = save(publisher, organisation, **{"partnership_set-0-wording_nl": "Anders"})
    assert answer.status_code == 302
    partnership.refresh_from_db()
    assert partnership.wording_nl != "Anders"

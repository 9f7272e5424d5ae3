"""Two editors who save at the same moment, over and over: no deadlock, no error, no change lost."""

import os
import random
import re
import threading
from itertools import pairwise

import pytest
from django.core.management import call_command
from django.urls import reverse

from initiatives.models import Measure, Office, Revision, Sector, Worksite
from initiatives.versions import change as content_change
from initiatives.versions import correct_note

from ..editing import PUBLISHER, sign_in
from ..form import form_fields
from ..threads import alone, together
from .test_admin import change

pytestmark = pytest.mark.slow
ROUNDS = int(os.environ.get("ROUNDS", "12"))
CODES = ("1.4-02", "1.4-03")


def form(browser, address, name):
    """Return the fields of a form; contexts of templates are mixed up by threads."""
    return form_fields(browser.get(address).content.decode(), name)


class Editor:
    """Someone who saves the same items as another, in the opposite order, and remembers what was saved."""

    def __init__(self, number, meet):
        self.number, self.meet = number, meet
        self.chance = random.Random(number)
        self.codes = CODES if number else CODES[::-1]
        self.answers, self.saved = [], []

    def work(self):
        self.browser = sign_in(PUBLISHER)
        self.browser.raise_request_exception = False
        ways = [self.save_both, self.save_in_form, self.reorder, self.add_part, self.delete_selected]
        ways += [self.correct_note, self.bring_back, self.preview]
        try:
            for round_ in range(ROUNDS):
                self.meet.wait(60)
                way = self.save_both if round_ % 2 else self.chance.choice(ways)
                way(round_)
        except BaseException:
            self.meet.abort()
            raise
        return self

    def post(self, *arguments):
        answer = self.browser.post(*arguments)
        self.answers.append(answer.status_code)
        return answer

    def form_of(self, record):
        return form(self.browser, change(record), f"{record._meta.model_name}_form")

    def word(self, round_):
        return f"w{self.number}x{round_}"

    # Ways to change the content

    def save_both(self, round_):
        """Save measures of both worksites in one change."""
        with content_change(note=self.word(round_)) as this:
            for code in self.codes:
                measure = Measure.objects.get(worksite__code=code, position=1)
                measure.text_nl += f" {self.word(round_)}"
                this.save(measure)
        self.saved += [(code, self.word(round_)) for code in self.codes]

    def save_in_form(self, round_):
        worksite = Worksite.objects.get(code=self.codes[0])
        data = self.form_of(worksite) | {"note": self.word(round_)}
        data["measure_set-0-text_nl"] += f" {self.word(round_)}"
        if self.post(change(worksite), data).status_code == 302:
            self.saved.append((worksite.code, self.word(round_)))

    def reorder(self, round_):
        address = reverse("admin:initiatives_sector_changelist")
        data = form(self.browser, address, "changelist-form")
        places = [name for name in data if re.fullmatch(r"form-\d+-position", name)]
        data |= {name: int(data[name]) % len(places) + 1 for name in places} | {"_save": "1", "action": ""}
        self.post(address, data)

    def add_part(self, round_):
        worksite = Worksite.objects.get(code=self.codes[1])
        data = self.form_of(worksite)
        place = int(data["measure_set-TOTAL_FORMS"])
        data |= {
            "measure_set-TOTAL_FORMS": place + 1,
            f"measure_set-{place}-code": f"{worksite.code}-{self.word(round_)}",
        }
        data |= {f"measure_set-{place}-worksite": worksite.pk, f"measure_set-{place}-text_nl": "Nieuw"}
        data |= {f"measure_set-{place}-publication": "draft", f"measure_set-{place}-provenance_nl": "portal"}
        data |= {f"measure_set-{place}-provenance_fr": "portal", f"measure_set-{place}-heading_nl": "Nieuw"}
        self.post(change(worksite), data)

    def delete_selected(self, round_):
        added = Measure.objects.filter(code__contains="-w").values_list("pk", flat=True)[:2]
        data = {"action": "delete_selected", "_selected_action": list(added), "post": "yes"}
        self.post(reverse("admin:initiatives_measure_changelist"), data)

    def correct_note(self, round_):
        version = Revision.objects.filter(kind="worksite").order_by("?").first()
        correct_note(version, {"nl": self.word(round_)})

    def bring_back(self, round_):
        """Bring an office back to another version, which one editor makes and the other undoes."""
        office = Office.objects.get(code="minister-work")
        data = self.form_of(office) | {"name_nl": f"Minister {self.word(round_)}"}
        self.post(change(office), data)
        first, newest = Revision.objects.of(office).last(), Revision.objects.of(office).first()
        address = reverse("admin:initiatives_revision_restore", args=[first.pk])
        self.post(address, {"version": newest.number})

    def preview(self, round_):
        worksite = Worksite.objects.get(code=self.codes[0])
        address = reverse("admin:initiatives_worksite_preview", args=[worksite.pk])
        self.post(address, self.form_of(worksite))


def history(code):
    return list(Revision.objects.filter(kind="worksite", code=code).order_by("number"))


def words_of(version):
    [first] = [row for row in version.records if row["fields"].get("code") == f"{version.code}-m1"]
    return {word for word in first["fields"]["text_nl"].split() if word.startswith("w") and "x" in word}


@pytest.mark.django_db(databases=[])
def test_two_editors_save_at_once_and_nothing_is_lost(own_database):
    meet = threading.Barrier(2)
    editors = together(*(Editor(number, meet).work for number in range(2)))

    def check():
        for code in CODES:
            versions = history(code)
            assert [each.number for each in versions] == list(range(1, len(versions) + 1))
            for older, newer in pairwise(versions):
                assert words_of(older) <= words_of(newer)
            saved = {word for editor in editors for each, word in editor.saved if each == code}
            assert words_of(versions[-1]) == saved
            assert len(saved) >= ROUNDS
        places = list(Sector.objects.order_by("position").values_list("position", flat=True))
        assert places == list(range(1, len(places) + 1))
        call_command("reindex")

    alone(check)
    answers = [answer for editor in editors for answer in editor.answers]
    assert {answer for answer in answers if answer not in (200, 302)} == set()
    assert answers.count(302) >= ROUNDS / 4


@pytest.mark.django_db(databases=[])
def test_a_load_and_an_editor_wait_for_each_other(own_database):
    meet = threading.Barrier(2)

    def load():
        for _round in range(4):
            meet.wait(60)
            call_command("load_content", "--yes", verbosity=0)

    def edit():
        browser = sign_in(PUBLISHER)
        answers = []
        for round_ in range(4):
            worksite = Worksite.objects.get(code="1.4-02")
            data = form(browser, change(worksite), "worksite_form") | {
                "title_nl": f"Titel {round_}",
                "note": f"load {round_}",
            }
            meet.wait(60)
            answers.append((browser.post(change(worksite), data).status_code, round_))
        return answers

    _nothing, answers = together(load, edit)

    def check():
        for answer, round_ in answers:
            assert Revision.objects.filter(note=f"load {round_}").exists() is (answer == 302)

    assert {answer for answer, _round in answers} <= {200, 302}
    alone(check)

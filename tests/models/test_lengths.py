"""No text has no end: what is too long is refused with a sentence, wherever it comes from."""

import pytest
import yaml
from django.core.exceptions import ValidationError
from django.urls import reverse

from initiatives.content.files import FILES, ContentError, dump
from initiatives.models import CONTENT, Measure, Revision, Worksite
from initiatives.models.fields import LONGEST_NOTE, LONGEST_TEXT, longest
from initiatives.versions import change, load, restore

from ..editing import save
from ..saving import update

pytestmark = pytest.mark.django_db
WORDS = "woord " * 5000
LONGEST_TITLE = longest(Worksite._meta.get_field("title_nl"))


def text_of(length):
    return WORDS[: length - 1].strip().ljust(length, "x")


def test_every_text_of_every_kind_has_an_end_far_from_the_longest_there_is():
    names = set()
    for model in CONTENT:
        for field in model.text_fields():
            limit = longest(field)
            names.add((limit, field.name))
            found = max(
                (len(text or "") for text in model.objects.values_list(field.name, flat=True)), default=0
            )
            assert 0 < limit <= LONGEST_TEXT and (found <= limit * 0.8 or field.max_length), field
    assert {
        (LONGEST_NOTE, "slip_nl"),
        (LONGEST_TEXT, "text_fr"),
        (LONGEST_NOTE, "withdrawal_reason_fr"),
    } <= names


@pytest.mark.parametrize(
    ("field", "limit"),
    [("measure_0-text_nl", LONGEST_TEXT), ("remark_fr", LONGEST_NOTE), ("title_nl", LONGEST_TITLE)],
)
def test_a_form_refuses_a_text_that_is_too_long_and_keeps_what_was_typed(publisher, worksite, field, limit):
    before = Revision.objects.count()
    response = save(publisher, worksite, **{field: text_of(limit + 1)})
    assert response.status_code == 200
    content = response.content.decode()
    assert f"{limit} " in content and text_of(limit + 1) in content
    assert Revision.objects.count() == before


def test_a_text_may_be_as_long_as_that(publisher, worksite):
    text = text_of(LONGEST_TEXT)
    assert save(publisher, worksite, **{"measure_0-text_nl": text}).status_code == 302
    assert Measure.objects.filter(worksite=worksite, text_nl=text).exists()


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("nl", f"Hoogstens {LONGEST_TITLE} tekens."), ("fr", f"{LONGEST_TITLE} caractères au plus.")],
)
def test_the_form_tells_how_long_each_text_may_be(publisher, worksite, language, sentence, settings):
    publisher.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    address = reverse("admin:initiatives_worksite_change", args=[worksite.pk])
    content = publisher.get(address).content.decode()
    assert sentence in content
    assert {"nl": "Hoogstens 10.000 tekens.", "fr": "10\u00a0000 caractères au plus."}[language] in content
    assert 'maxlength="10000"' in content and 'maxlength="2000"' in content


def test_french_typography_makes_no_text_too_long_unseen(publisher, worksite):
    """A space before each sign of the typed text counts: the sentence comes in the form, and no error 500."""
    typed = "« a»" * (LONGEST_TEXT // 4)
    response = save(publisher, worksite, **{"measure_0-text_fr": typed})
    assert response.status_code == 200
    assert f"{LONGEST_TEXT} " in response.content.decode()


@pytest.mark.parametrize("field", ["text_nl", "slip_fr", "heading_nl"])
def test_one_way_in_refuses_it_whoever_asks(field):
    measure = Measure.objects.first()
    limit = longest(Measure._meta.get_field(field))
    setattr(measure, field, text_of(limit + 1))
    with pytest.raises(ValidationError) as raised, change(note="Langer") as this:
        this.save(measure)
    assert str(limit) in str(raised.value.message_dict[field])


def test_a_note_has_an_end():
    with pytest.raises(ContentError) as raised, change(note="n" * 301) as this:
        this.touch(Worksite.objects.first())
    assert "300" in raised.value.sentences[0]


def test_a_file_is_refused_with_file_record_and_field_once(tmp_path):
    dump(tmp_path)
    path = tmp_path / FILES[Measure]
    rows = yaml.safe_load(path.read_text())
    rows[0]["fields"]["text_nl"] = text_of(LONGEST_TEXT + 1)
    heading = text_of(longest(Measure._meta.get_field("heading_nl")) + 1)
    rows[1]["fields"] |= {"heading_nl": heading, "heading_fr": "Titre"}
    path.write_text(yaml.safe_dump(rows, allow_unicode=True))
    with pytest.raises(ContentError) as raised:
        load(tmp_path)
    sentences = raised.value.sentences
    assert len(sentences) == 2, sentences
    assert path.name in sentences[0] and "text_nl" in sentences[0] and str(LONGEST_TEXT) in sentences[0]
    assert "heading_nl" in sentences[1]


def test_what_an_older_release_took_can_be_made_shorter_and_need_not_be(publisher, worksite):
    measure = worksite.measure_set.first()
    long = text_of(LONGEST_TEXT + 500)
    update(worksite.measure_set.filter(pk=measure.pk), text_nl=long)
    assert save(publisher, worksite, title_nl="Anders").status_code == 302
    measure.refresh_from_db()
    assert measure.text_nl == long
    assert save(publisher, worksite, **{"measure_0-text_nl": text_of(LONGEST_TEXT + 501)}).status_code == 200
    assert save(publisher, worksite, **{"measure_0-text_nl": text_of(LONGEST_TEXT + 400)}).status_code == 302


def test_a_version_with_a_text_that_is_too_long_does_not_come_back_and_says_why(worksite):
    version = Revision.objects.of(worksite).first()
    records = version.records
    for row in records:
        if row["model"] == "initiatives.measure":
            row["fields"]["text_nl"] = text_of(LONGEST_TEXT + 1)
    Revision.objects.filter(pk=version.pk).update(records=records)
    version.refresh_from_db()
    with pytest.raises(ContentError) as raised:
        restore(version)
    assert str(LONGEST_TEXT) in raised.value.sentences[0]

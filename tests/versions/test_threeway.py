"""What a load makes of three states – the last load, the database, the files –, without a database."""

import pytest

from initiatives.models import Measure, Office, Sector, Steering, Worksite
from initiatives.versions.places import merge_places
from initiatives.versions.telling import told
from initiatives.versions.threeway import Merger, Side

A, B, C, D = ((Measure, code) for code in "abcd")
WORKSITE = (Worksite, "1.4-02")
PORTAL = {"provenance_nl": "portal", "provenance_fr": "portal"}
VALIDATED = {"provenance_fr": "validated", "validated_by_fr": "Pia", "validated_on_fr": "2026-01-05"}


def measure(code, position, **fields):
    texts = {
        "text_nl": f"nl {code}",
        "text_fr": f"fr {code}",
        "provenance_nl": "source",
        "provenance_fr": "portal",
    }
    return {"worksite": ["1.4-02"], "code": code, "position": position} | texts | fields


def measures(*codes, **changed):
    """Return a list of measures in this order; `changed` has fields by code."""
    return {
        (Measure, code): measure(code, place, **changed.get(code, {})) for place, code in enumerate(codes, 1)
    }


def merged(base, here, files, side=None, publish=()):
    site = {WORKSITE: {"code": "1.4-02", "objective": ["1.4"], "number": 2}}
    with_site = [
        content and (content if WORKSITE in content else site | content) for content in (base, here, files)
    ]
    merger = Merger(*with_site, lambda _conflict: side, publish)
    found = merger.merge()
    merge_places(merger)
    return found


def value(found, key, field):
    return found.rows[key].get(field)


def names(found):
    return [each.name for each in found.open]


def test_what_only_the_files_changed_is_taken_and_what_only_editors_changed_is_kept():
    here = measures("a", "b", a={"text_fr": "fr editor"})
    files = measures("a", "b", b={"text_fr": "fr new"})
    found = merged(measures("a", "b"), here, files)
    assert (value(found, A, "text_fr"), value(found, B, "text_fr")) == ("fr editor", "fr new")
    assert not found.open and [each.name for each in found.kept] == ["measure a (text_fr)"]


def test_what_both_changed_alike_is_no_conflict():
    new = measures("a", a={"text_fr": "fr new"})
    found = merged(measures("a"), new, new)
    assert not found.open and not found.kept and value(found, A, "text_fr") == "fr new"


@pytest.mark.parametrize(
    ("side", "text"), [(Side.HERE, "fr editor"), (Side.FILES, "fr new"), (None, "fr editor")]
)
def test_what_both_changed_otherwise_is_settled_by_somebody(side, text):
    here, files = (measures("a", a={"text_fr": new}) for new in ("fr editor", "fr new"))
    found = merged(measures("a"), here, files, side)
    assert value(found, A, "text_fr") == text
    assert names(found) == ([] if side else ["measure a (text_fr)"])


def test_one_language_edited_here_and_the_other_changed_in_the_files_are_both_there_and_one_is_outdated():
    here = measures("a", a={"text_nl": "nl editor", "provenance_nl": "portal", "outdated_fr": ["text"]})
    files = measures("a", a={"text_fr": "fr new"})
    found = merged(measures("a"), here, files)
    row = found.rows[A]
    assert (row["text_nl"], row["text_fr"], row["provenance_nl"]) == ("nl editor", "fr new", "portal")
    assert found.outdated == [(A, "fr", "text")] and not found.open


def test_a_validation_is_not_put_under_a_text_that_nobody_validated():
    here = measures("a", a=VALIDATED)
    files = measures("a", a={"text_fr": "fr new"})
    found = merged(measures("a"), here, files)
    [conflict] = found.open
    assert {each.field for each in conflict.differences} == {*VALIDATED, "text_fr"}
    taken = merged(measures("a"), here, files, Side.FILES).rows[A]
    assert taken["text_fr"] == "fr new" and "validated_by_fr" not in taken
    kept = merged(measures("a"), here, files, Side.HERE).rows[A]
    assert kept["text_fr"] == "fr a" and kept["provenance_fr"] == "validated"


def test_a_validation_of_the_files_is_not_put_under_an_edited_text():
    here = measures("a", a={"text_fr": "fr editor"})
    found = merged(measures("a"), here, measures("a", a=VALIDATED))
    assert {each.field for each in found.open[0].differences} == {*VALIDATED, "text_fr"}


def test_a_text_goes_with_where_it_comes_from():
    here = measures("a", a={"text_nl": "nl editor", "provenance_nl": "portal"})
    files = measures("a", a={"text_nl": "nl new"})
    taken = merged(measures("a"), here, files, Side.FILES).rows[A]
    assert (taken["text_nl"], taken["provenance_nl"]) == ("nl new", "source")
    kept = merged(measures("a"), here, files, Side.HERE).rows[A]
    assert (kept["text_nl"], kept["provenance_nl"]) == ("nl editor", "portal")


def test_a_note_that_one_side_takes_away_is_not_left_in_one_language():
    note = {"slip_nl": "Fout.", "slip_fr": "Faute."}
    files = measures("a", a=note | {"slip_fr": "Une faute."})
    found = merged(measures("a", a=note), measures("a"), files)
    assert names(found) == ["measure a (slip_nl, slip_fr)"]


def test_fields_that_a_constraint_holds_together_are_settled_together():
    sector = {"code": "x", "objective": ["1.4"], "position": 1}
    both = {"nace_rev2": "R", "nace_rev2_1": "S"}
    key = (Sector, "x")
    found = merged({key: sector | both}, {key: sector}, {key: sector | both | {"nace_rev2_1": "T"}})
    assert names(found) == ["sector x (nace_rev2_1, nace_rev2)"] or names(found) == [
        "sector x (nace_rev2, nace_rev2_1)"
    ]


# Records ---------------------------------------------------------------------------------------------


def test_records_are_added_by_the_files_and_by_editors():
    found = merged(measures("a"), measures("a", "b"), measures("a", "c"))
    assert {value(found, key, "position") for key in (A, B, C)} == {1, 2, 3}
    assert not found.open


def test_a_record_that_the_files_take_away_goes_unless_it_was_edited():
    base = measures("a", "b")
    assert B not in merged(base, base, measures("a")).rows
    edited = measures("a", "b", b={"text_fr": "fr editor"})
    assert names(merged(base, edited, measures("a"))) == ["measure b"]
    assert B in merged(base, edited, measures("a"), Side.HERE).rows
    assert B not in merged(base, edited, measures("a"), Side.FILES).rows


def test_a_record_that_was_deleted_here_stays_away_unless_the_files_changed_it():
    base = measures("a", "b")
    assert B not in merged(base, measures("a"), base).rows
    changed = measures("a", "b", b={"text_fr": "fr new"})
    assert names(merged(base, measures("a"), changed)) == ["measure b"]
    assert B not in merged(base, measures("a"), changed, Side.HERE).rows
    assert B in merged(base, measures("a"), changed, Side.FILES).rows


def test_a_worksite_goes_with_its_measures_or_stays_with_them():
    site = {WORKSITE: {"code": "1.4-02", "objective": ["1.4"], "number": 2}}
    other = {(Office, "x"): {"code": "x", "position": 1}}
    base = site | measures("a") | other
    link = {(Steering, "1.4-02 x"): {"worksite": ["1.4-02"], "office": ["x"], "position": 1}}
    find = Merger(base, base | link, other, lambda _conflict: None, ()).merge()
    assert names(find) == ["worksite 1.4-02, measure a, steering 1.4-02 x"]
    gone = Merger(base, other, base, lambda _conflict: None, ()).merge()
    assert gone.rows.keys() == other.keys() and not gone.open
    added = Merger(base, other, base | link, lambda _conflict: Side.FILES, ()).merge()
    assert added.rows.keys() == (base | link).keys()


def test_a_withdrawn_page_is_made_public_by_nothing_but_its_name():
    page = {"code": "x", "position": 1}
    gone = page | {
        "publication": "withdrawn",
        "withdrawal_reason_nl": "Weg.",
        "withdrawal_reason_fr": "Fini.",
    }
    key = (Office, "x")
    for base in (page, gone, None):
        found = merged(base and {key: base}, {key: gone}, {key: page | {"name_nl": "Anders"}}, Side.FILES)
        assert value(found, key, "publication") == "withdrawn" and found.withheld == [key]
        assert value(found, key, "name_nl") == "Anders"
    found = merged({key: page}, {key: gone}, {key: page}, publish={"office x"})
    assert found.rows[key] == page and found.published == {"office x"}


# Places ----------------------------------------------------------------------------------------------


def order(found):
    return "".join(
        sorted(
            (code for _model, code in found.rows if code in "abcd"),
            key=lambda code: value(found, (Measure, code), "position"),
        )
    )


@pytest.mark.parametrize(
    ("base", "here", "files", "expected"),
    [
        ("abc", "bac", "abc", "bac"),
        ("abc", "abc", "adbc", "adbc"),
        ("abc", "bac", "abcd", "bacd"),
        ("abc", "adbc", "abc", "adbc"),
        ("abc", "abc", "cba", "cba"),
        ("abc", "abcd", "cba", "cbad"),
        ("abc", "ac", "abc", "ac"),
        ("abc", "bac", "bac", "bac"),
    ],
)
def test_a_list_that_one_side_moved_is_as_that_side_has_it(base, here, files, expected):
    found = merged(measures(*base), measures(*here), measures(*files))
    assert not found.open and order(found) == expected


def test_a_list_that_both_moved_is_settled_as_one():
    base, here, files = (measures(*codes) for codes in ("abc", "bac", "adbc"))
    assert len(merged(base, here, files).open) == 1
    assert order(merged(base, here, files, Side.HERE)) == "bacd"
    assert order(merged(base, here, files, Side.FILES)) == "adbc"


def test_worksites_keep_their_numbers():
    def sites(*numbers):
        return {
            (Worksite, f"1.4-{code}"): {"code": f"1.4-{code}", "objective": ["1.4"], "number": number}
            for code, number in enumerate(numbers, 1)
        }

    base = sites(*range(1, 12))
    swapped = sites(2, 1, *range(3, 12))
    merger = Merger(base, swapped, base | sites(*range(1, 13)), lambda _conflict: None, ())
    found = merger.merge()
    merge_places(merger)
    assert [row["number"] for row in found.rows.values()] == [2, 1, *range(3, 13)] and not found.open


# Without a base --------------------------------------------------------------------------------------


def test_without_a_last_load_every_difference_is_asked_about():
    here, files = measures("a", "b", a={"text_fr": "fr editor"}), measures("a", "c")
    found = merged(None, here, files)
    assert names(found) == ["measure a (text_fr)", "measure c", "measure b"]
    assert merged(None, here, here).open == []


def test_what_is_hidden_here_and_gone_from_the_files_goes_unless_it_was_edited_too():
    hidden = measures("a", "b", b={"publication": "draft"})
    found = merged(measures("a", "b"), hidden, measures("a"))
    assert B not in found.rows and not found.open
    hidden[B] |= {"text_fr": "fr editor"}
    assert names(merged(measures("a", "b"), hidden, measures("a"))) == ["measure b"]


def test_a_whole_record_is_told_in_the_order_of_its_file():
    """Whatever the database makes of the order: PostgreSQL has one of its own."""
    row = measure("b", 2)
    [conflict] = merged(
        measures("a", "b"), measures("a", "b", b={"text_fr": "fr editor"}), measures("a")
    ).open
    [difference] = conflict.differences
    said = [told(difference, dict(sorted(row.items(), reverse=is_reverse))) for is_reverse in (False, True)]
    assert said[0] == said[1]
    assert said[0].index("text_nl: ") < said[0].index("text_fr: ") < said[0].index("provenance_nl: ")

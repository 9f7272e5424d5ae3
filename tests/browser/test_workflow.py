"""A Dutch editor, a French editor and a publisher take a change from draft to public and beyond."""

import pytest

from ..server import serve
from .conftest import violations

pytestmark = [pytest.mark.browser, pytest.mark.story]
PASSWORD = "drie-mensen-en-een-portaal"
PEOPLE = {
    "noor": ("Noor", "editor NL", "nl"),
    "fatou": ("Fatou", "editor FR", "fr"),
    "pia": ("Pia", "publisher", "nl"),
}
ACCOUNTS = """
from django.contrib.auth.models import Group, User
for name, (first, role, _language) in {people!r}.items():
    user = User.objects.create_user(name, password={password!r}, first_name=first, is_staff=True)
    user.groups.add(Group.objects.get(name=role))
"""
PUBLIC_AFTER = 2000  # ms: when every worker shows what was saved
CODE = "1.4-01-m1"  # the first measure of a worksite that has none
WORKSITE = {
    "nl": "/nl/werven/digitale-economie-versnellen/",
    "fr": "/fr/chantiers/accelerer-l-economie-numerique/",
}
OLDER = "Ce texte est antérieur"
TEXTS = {"nl": "Een proef met drie mensen.", "fr": "Un essai à trois."}


@pytest.fixture(scope="module")
def server(prepared, tmp_path_factory):
    """Serve a content of the story's own: it changes more than it puts back."""
    with serve(prepared, tmp_path_factory.mktemp("story")) as server:
        yield server


@pytest.fixture(scope="module")
def people(browser, server):
    """Return each of the three a browser in which they are signed in."""
    server.manage("shell", "--no-imports", "-c", ACCOUNTS.format(people=PEOPLE, password=PASSWORD))
    contexts = {name: browser.new_context(base_url=server.url) for name in PEOPLE}
    yield {name: sign_in(context.new_page(), name) for name, context in contexts.items()}
    for context in contexts.values():
        context.close()


def sign_in(page, name):
    page.goto("/admin/login/")
    page.click(f"button[name=language][value={PEOPLE[name][2]}]")
    page.fill("#id_username", name)
    page.fill("#id_password", PASSWORD)
    page.press("#id_password", "Enter")
    page.wait_for_url("**/admin/")
    return page


def open_form(page, kind, code):
    """Open the form of a record as an editor would: find it in the list, and click."""
    page.goto(f"/admin/initiatives/{kind}/?q={code}")
    page.locator("#result_list tbody a").first.click()
    page.wait_for_selector("[name=_save]", state="attached")


def save(page):
    page.locator("[name=_save]").first.click()
    page.wait_for_load_state()


def agree(page):
    """Agree to what comes with a publication, as the form tells it, and save once more."""
    page.check("[name=confirmed]")
    save(page)


def is_saved(page):
    return page.locator(".messagelist .success").count() == 1


def public(page, language):
    """Return what readers see of the worksite, from a tab without an account, once every worker shows it."""
    page.wait_for_timeout(PUBLIC_AFTER)
    reader = page.context.browser.new_context(base_url=page.url.partition("/admin")[0])
    tab = reader.new_page()
    tab.goto(WORKSITE[language])
    seen = tab.locator("main").inner_text()
    reader.close()
    return seen


def test_it_gives_axe_nothing_to_find_where_editors_work(people):
    pia = people["pia"]
    open_form(pia, "worksite", "1.4-02")
    form = pia.url
    lists = [f"/admin/initiatives/{kind}/" for kind in ("worksite", "sector", "revision")]
    pages = ["/admin/", *lists, form, form.replace("/change/", "/history/"), "/admin/second-factor/"]
    found = []
    for address in pages:
        pia.goto(address)
        found += violations(pia)
    pia.emulate_media(color_scheme="light")
    assert not found, "\n".join(found)


# One story, told in its order: each test goes on where the one before it stopped.


def test_it_keeps_a_draft_from_readers(people):
    pia, noor = people["pia"], people["noor"]
    pia.goto("/admin/initiatives/measure/add/")
    worksite = pia.locator("[name=worksite] option").filter(has_text="1. Digitale").get_attribute("value")
    pia.select_option("[name=worksite]", worksite)
    pia.fill("[name=code]", CODE)
    pia.fill("[name=position]", "1")
    assert pia.input_value("[name=publication]") == "draft"
    save(pia)
    assert is_saved(pia)
    open_form(noor, "measure", CODE)
    assert noor.locator("[name=text_fr]").is_disabled()
    assert noor.locator("[name=publication]").is_disabled()
    noor.fill("[name=text_nl]", TEXTS["nl"])
    save(noor)
    assert is_saved(noor)
    assert TEXTS["nl"] not in public(noor, "nl")


def test_it_refuses_half_a_translation(people):
    pia = people["pia"]
    open_form(pia, "measure", CODE)
    pia.select_option("[name=publication]", "public")
    save(pia)
    assert not is_saved(pia)
    assert pia.locator(".field-text_fr .errorlist").count() == 1
    assert TEXTS["nl"] not in public(pia, "nl")


def test_it_shows_the_french_editor_what_is_missing(people):
    fatou = people["fatou"]
    fatou.goto("/admin/")
    assert fatou.locator("a[href*='measure']").count() >= 1
    open_form(fatou, "measure", CODE)
    assert fatou.locator("[name=text_nl]").is_disabled()
    fatou.fill("[name=text_fr]", TEXTS["fr"])
    save(fatou)
    assert is_saved(fatou)


def test_it_previews_both_languages_and_stores_nothing(people):
    pia = people["pia"]
    open_form(pia, "measure", CODE)
    pia.fill("[name=text_nl]", "Alleen in het voorbeeld.")
    with pia.context.expect_page() as opened:
        pia.locator("[formtarget=_blank]").first.click()
    preview = opened.value
    preview.wait_for_load_state()
    seen = preview.locator("main").inner_text()
    preview.close()
    assert "Alleen in het voorbeeld." in seen
    assert TEXTS["fr"] in seen
    open_form(pia, "measure", CODE)
    assert pia.input_value("[name=text_nl]") == TEXTS["nl"]


def test_it_publishes_both_languages_at_once(people):
    pia = people["pia"]
    open_form(pia, "measure", CODE)
    pia.select_option("[name=publication]", "public")
    pia.fill("[name=note]", "Nieuwe maatregel")
    save(pia)
    assert is_saved(pia)
    for language, text in TEXTS.items():
        assert text in public(pia, language)


def test_it_marks_the_other_language_as_outdated_until_it_catches_up(people):
    noor, fatou = people["noor"], people["fatou"]
    before = public(noor, "fr")
    open_form(noor, "measure", CODE)
    noor.fill("[name=text_nl]", "Een proef met drie mensen, herzien.")
    save(noor)
    assert is_saved(noor)
    marked = public(noor, "fr")
    assert OLDER not in before
    assert OLDER in marked
    assert TEXTS["fr"] in marked
    fatou.goto("/admin/")
    fatou.locator("#content a[href*='measure'][href*='fr']").first.click()
    fatou.wait_for_load_state()
    assert CODE in fatou.locator("#result_list").inner_text()
    open_form(fatou, "measure", CODE)
    fatou.fill("[name=text_fr]", "Un essai à trois, revu.")
    save(fatou)
    assert is_saved(fatou)
    caught_up = public(fatou, "fr")
    assert "revu" in caught_up
    assert OLDER not in caught_up


def test_it_tells_the_second_of_two_editors_and_loses_nothing(people):
    noor, pia = people["noor"], people["pia"]
    open_form(pia, "measure", CODE)
    open_form(noor, "measure", CODE)
    noor.fill("[name=text_nl]", "Van Noor.")
    save(noor)
    assert is_saved(noor)
    pia.fill("[name=text_nl]", "Van Pia.")
    save(pia)
    assert not is_saved(pia)
    meanwhile = pia.locator(".meanwhile").inner_text()
    assert "Noor" in meanwhile
    assert "Van" in pia.locator(".meanwhile ins").first.inner_text()
    assert pia.input_value("[name=text_nl]") == "Van Pia."
    assert "Van Noor." in public(pia, "nl")
    save(pia)
    assert is_saved(pia)
    assert "Van Pia." in public(pia, "nl")


def leave(page, action):
    """Do what leads away from a page, stay there if the browser asks, and give how often it asked."""
    asked = []

    def stay(dialog):
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    action()
    page.wait_for_timeout(500)
    page.remove_listener("dialog", stay)
    return asked


def test_it_asks_before_leaving_what_is_not_saved(people):
    pia = people["pia"]
    choose = pia.locator("button[name=language][value=fr]")
    open_form(pia, "measure", CODE)
    before, address = pia.input_value("[name=text_nl]"), pia.url
    pia.fill("[name=text_nl]", "Nog niet bewaard.")
    assert leave(pia, lambda: choose.click(no_wait_after=True)) == ["beforeunload"]
    with pia.context.expect_page() as opened:  # a preview is no saving
        pia.locator("[formtarget=_blank]").first.click()
    opened.value.close()
    assert leave(pia, lambda: choose.click(no_wait_after=True)) == ["beforeunload"]
    assert (pia.url, pia.input_value("[name=text_nl]")) == (address, "Nog niet bewaard.")
    # Written back as it was, there is nothing to lose; nor in saving.
    pia.fill("[name=text_nl]", before)
    assert leave(pia, lambda: pia.locator("button[name=language][value=nl]").click()) == []
    pia.wait_for_load_state()
    pia.fill("[name=text_nl]", "")
    assert leave(pia, lambda: save(pia)) == []
    assert not is_saved(pia)  # what was refused is not saved either
    assert leave(pia, lambda: choose.click(no_wait_after=True)) == ["beforeunload"]
    open_form(pia, "measure", CODE)
    assert pia.input_value("[name=text_nl]") == before


def test_it_brings_an_earlier_version_back(people):
    pia = people["pia"]
    open_form(pia, "measure", CODE)
    pia.goto(pia.url.replace("/change/", "/history/"))
    pia.locator("a[href*=restore]").nth(1).click()
    pia.wait_for_load_state()
    pia.locator("main form [type=submit], #content form [type=submit]").first.click()
    pia.wait_for_load_state()
    assert is_saved(pia)
    assert "Van Pia." not in public(pia, "nl")


def test_it_takes_a_page_down_with_its_reason_and_brings_it_back(people):
    pia = people["pia"]
    open_form(pia, "sector", "transport-storage")
    pia.select_option("[name=publication]", "withdrawn")
    save(pia)
    assert not is_saved(pia)  # a reason is asked for
    pia.fill("[name=withdrawal_reason_nl]", "Samengevoegd.")
    pia.fill("[name=withdrawal_reason_fr]", "Fusionné.")
    save(pia)
    assert not is_saved(pia)  # it is read first what uses the page
    assert "Transport en logistiek" in pia.locator(".meanwhile").inner_text()
    agree(pia)
    assert is_saved(pia)
    pia.wait_for_timeout(PUBLIC_AFTER)
    for path, reason in (
        ("/nl/sectoren/vervoer-en-opslag/", "Samengevoegd."),
        ("/fr/secteurs/transport-et-entreposage/", "Fusionné."),
    ):
        answer = pia.request.get(path)
        assert answer.status == 410
        assert reason in answer.text()
    open_form(pia, "sector", "transport-storage")
    pia.select_option("[name=publication]", "public")
    save(pia)
    agree(pia)
    assert is_saved(pia)
    pia.wait_for_timeout(PUBLIC_AFTER)
    assert pia.request.get("/nl/sectoren/vervoer-en-opslag/").status == 200


def test_it_tells_the_public_what_changed(people):
    pia = people["pia"]
    listed = pia.request.get("/nl/wijzigingen/").text()
    assert "Nieuwe maatregel" in listed
    assert "Samengevoegd" not in listed
    versions = pia.request.get(WORKSITE["nl"] + "versies/").text()
    assert 'href="1/"' in versions
    assert "Nieuwe maatregel" in pia.request.get("/nl/wijzigingen/atom.xml").text()
    assert TEXTS["nl"] not in pia.request.get(WORKSITE["nl"] + "versies/1/").text()


def test_it_keeps_what_was_written_past_the_end_of_the_session(people):
    noor = people["noor"]
    open_form(noor, "measure", CODE)
    noor.fill("[name=text_nl]", "Na een lange pauze.")
    noor.context.clear_cookies(name="session")
    save(noor)
    with noor.context.expect_page() as opened:
        noor.locator("#content ol a").click()
    tab = opened.value
    tab.fill("#id_username", "noor")
    tab.fill("#id_password", PASSWORD)
    tab.press("#id_password", "Enter")
    tab.wait_for_url("**/admin/")
    tab.close()
    save_again = noor.locator("#content .submit-row button")
    save_again.click()
    noor.wait_for_load_state()
    assert "Noor" in noor.locator("#content").inner_text()
    save_again.click()
    noor.wait_for_load_state()
    assert is_saved(noor)
    assert "Na een lange pauze." in public(noor, "nl")


def test_it_lets_an_editor_take_out_a_part_that_is_gone_and_save_the_rest(people):
    noor, pia = people["noor"], people["pia"]
    code = "1.4-01-m2"
    open_form(pia, "measure", CODE)
    worksite = pia.locator("[name=worksite]").input_value()
    pia.goto("/admin/initiatives/measure/add/")
    pia.select_option("[name=worksite]", worksite)
    pia.fill("[name=code]", code)
    pia.fill("[name=position]", "2")
    save(pia)
    open_form(noor, "worksite", "1.4-01")
    noor.fill("[name=measure_set-1-text_nl]", "Geschreven in wat verdwijnt.")
    open_form(pia, "measure", code)
    pia.locator(".deletelink").first.click()
    pia.locator("#content [type=submit]").click()
    pia.wait_for_load_state()
    save(noor)
    save(noor)
    gone = noor.locator("#measure_set-1")
    assert not is_saved(noor)
    assert gone.locator(".errorlist").count() == 1
    assert noor.input_value("[name=measure_set-1-text_nl]") == "Geschreven in wat verdwijnt."
    gone.locator(".inline-deletelink").click()
    save(noor)
    assert is_saved(noor)


LISTS = ("auth/user", "accounts/entry", "initiatives/worksite", "initiatives/measure", "initiatives/revision")
SUPERUSER = "from django.contrib.auth.models import User; User.objects.create_superuser('ada', password={!r})"


def test_no_list_is_wider_than_a_narrow_screen(browser, server):
    server.manage("shell", "--no-imports", "-c", SUPERUSER.format(PASSWORD))
    with browser.new_context(base_url=server.url, viewport={"width": 360, "height": 800}) as context:
        page = context.new_page()
        page.goto("/admin/login/")
        page.fill("#id_username", "ada")
        page.fill("#id_password", PASSWORD)
        page.press("#id_password", "Enter")
        page.wait_for_url("**/admin/")
        for name in LISTS:
            page.goto(f"/admin/{name}/")
            assert page.locator("#changelist").count() == 1
            assert page.evaluate("document.documentElement.scrollWidth") == 360, name

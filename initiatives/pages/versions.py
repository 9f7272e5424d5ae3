"""What changed, in public: the list of changes, an item's versions, and the difference between two."""

from itertools import groupby

from django.apps import apps
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from ..models import Revision
from ..models.naming import item_name
from ..models.withdrawal import get_or_gone
from ..search.forms import PageForm
from ..search.query import PLURALS
from ..versions.diff import differences, lines
from .views import show

VERSIONS = {"nl": "versies/", "fr": "versions/"}  # beneath the address of an item
A_PAGE = 100  # changes on one page of the list: the first load is one


def address_of(revision):
    """Give the path of the page of a version's item in the reader's language, or "" where it has none."""
    fields = revision.fields
    slug = fields.get(f"slug_{get_language()}")
    if fields.get("is_reference"):
        return ""
    if revision.kind == "term":
        return f"{reverse('initiatives:terms', current_app=get_language())}#{revision.code}"
    try:
        kwargs = {"slug": slug} if slug else {"code": revision.code}
        return reverse(f"initiatives:{revision.kind}", kwargs=kwargs, current_app=get_language())
    except NoReverseMatch:
        return ""


def place_of(revision):
    """Give where an item stands among others that changed at the same moment: as on the pages."""
    fields, kinds = revision.fields, list(apps.all_models["initiatives"])
    place = fields.get("number") or fields.get("position") or 0
    return kinds.index(revision.kind) if revision.kind in kinds else -1, place, revision.code


def grouped(revisions):
    """Give `[{"at", "first", "rows"}, …]`: what was changed at one moment stands together."""
    groups = []
    for at, together in groupby(revisions, key=lambda revision: revision.at):
        found = list(together)
        ordered = sorted(found, key=place_of)
        rows = [{"revision": each, "name": item_name(each), "path": address_of(each)} for each in ordered]
        # Where new pages came with a change of others, the change heads them.
        first = next((each for each in found if not each.is_first), found[0])
        groups.append({"at": at, "first": first, "rows": rows})
    return groups


@require_safe
def change_list(request):
    form = PageForm(request.GET)
    page = Paginator(Revision.objects.published().changes(), A_PAGE).get_page(form.number())
    query = f"?page={page.number}" if page.number > 1 else ""
    return show(request, query=query, groups=grouped(page), paging=page)


def item(kind, **lookup):
    """Give the published item that has a page. Raises Gone or Http404."""
    rows = apps.get_model("initiatives", kind).objects.all()
    return get_or_gone(rows.main() if kind == "objective" else rows, **lookup)


def show_of_item(request, page, template, rest=(), **context):
    """Show what stands beneath the page of an item, with the way to it from the list of its kind."""
    context |= {"title": page.title, "beneath": beneath(*rest)}
    kind = page._meta.model_name
    if kind != "objective":
        path = reverse(f"initiatives:{kind}s", current_app=get_language())
        context["above"] = {"name": PLURALS[kind], "path": path}
    return show(request, page, template=template, **context)


def beneath(*rest):
    """Give what stands beneath the address of an item, per language."""
    return {language: word + "".join(f"{part}/" for part in rest) for language, word in VERSIONS.items()}


@require_safe
def versions(request, kind, **lookup):
    page = item(kind, **lookup)
    rows = list(Revision.objects.published().changes().of(page))
    pairs = [{"revision": row, "before": before} for row, before in zip(rows, [*rows[1:], None], strict=True)]
    return show_of_item(request, page, "versions", pairs=pairs)


@require_safe
def version(request, kind, number, **lookup):
    page = item(kind, **lookup)
    revision = get_object_or_404(Revision.objects.published().of(page), number=number)
    said = lines(revision, get_language())
    return show_of_item(request, page, "version", (number,), revision=revision, lines=said)


@require_safe
def comparison(request, kind, older, newer, **lookup):
    page = item(kind, **lookup)
    revisions = Revision.objects.published().of(page).filter(number__in=(older, newer))
    found = {revision.number: revision for revision in revisions}
    if older >= newer or len(found) != 2:
        raise Http404
    changed, same = differences(found[older], found[newer], get_language())
    context = {"older": found[older], "newer": found[newer], "differences": changed, "same": same}
    return show_of_item(request, page, "comparison", (f"{older}-{newer}",), **context)

"""What each page is called, to readers, link previews and search engines, and the way to it."""

from collections.abc import Sequence

from django.core.paginator import Page as Pages
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from ..language import LANGUAGES, joined, long_date
from ..models import IndexEntry, Objective, Office, Organisation, Page, Revision, Sector, Term, Worksite
from ..models.addresses import path_to
from ..search.query import PLURALS
from .page_title import DESCRIPTION, TITLE, Crumb, PageTitle, shortened


def way(*steps: Crumb) -> tuple[Crumb, ...]:
    """Return the steps, the home page before them."""
    return Crumb(_("Home"), path_to("home")), *steps


def of_list(name: str, description: str) -> PageTitle:
    return PageTitle(name, description, way(Crumb(name)))


def counted(objective: Objective) -> str:
    """Return how many worksites there are: those that the source lists, and those it only announces."""
    listed = objective.listed_worksites
    more = max((objective.announced_worksites or 0) - listed, 0)
    worksites = ngettext("%(count)s worksite", "%(count)s worksites", listed) % {"count": listed}
    if not more:
        return worksites
    names = {"worksites": worksites, "count": more}
    if more == 1:
        return _("%(worksites)s and one announced initiative") % names
    return _("%(worksites)s and %(count)s announced initiatives") % names


# The content -----------------------------------------------------------------------------------------


def home(objective: Objective) -> PageTitle:
    names = {"code": objective.code, "title": objective.title}
    return PageTitle(
        _("Objective %(code)s at a glance: %(title)s") % names,
        _("Objective 1.4 of Go4Brussels 2030: the worksites and who steers them, and the priority sectors."),
        part=objective.title,
    )


def objective(objective: Objective) -> PageTitle:
    names = {"code": objective.code}
    return PageTitle(
        item_title(objective),
        _(
            "The whole text of objective %(code)s of Go4Brussels 2030: priority sectors, offices, partners "
            "and timeline."
        )
        % names,
        way(Crumb(_("Objective %(code)s") % names)),
        objective.title,
    )


def dossier(objective: Objective) -> PageTitle:
    names = {"code": objective.code}
    return PageTitle(
        _("Objective %(code)s: everything on one page") % names,
        _(
            "Objective %(code)s of Go4Brussels 2030 on one page, to read through or to print: text, sectors, "
            "worksites, offices, timeline."
        )
        % names,
        way(
            Crumb(_("Objective %(code)s") % names, objective.get_absolute_url()),
            Crumb(_("Everything on one page")),
        ),
    )


def worksites(objective: Objective) -> PageTitle:
    return of_list(
        _("Worksites"),
        _(
            "%(counted)s of objective 1.4 of Go4Brussels 2030, with the offices that steer them and the "
            "sectors linked to them."
        )
        % {"counted": capfirst(counted(objective))},
    )


def worksite(worksite: Worksite) -> PageTitle:
    names = {"number": worksite.number, "title": worksite.title}
    if worksite.is_announced_only:
        description = _("The source announces this initiative and never names it: what is known of it.")
    else:
        description = (
            _(
                "%(title)s: what the source of Go4Brussels 2030 says of this worksite, and what it does not "
                "say."
            )
            % names
        )
    crumbs = way(Crumb(_("Worksites"), path_to("worksites")), Crumb(worksite.title))
    return PageTitle(item_title(worksite), description, crumbs, worksite.title)


def item_title(page: Page) -> str:
    """Return what the page of an item is called: with the number of a worksite, the code of an objective."""
    if isinstance(page, Worksite):
        return _("Worksite %(number)s: %(title)s") % {"number": page.number, "title": page.title}
    if isinstance(page, Objective):
        return _("Objective %(code)s: %(title)s") % {"code": page.code, "title": page.title}
    return capfirst(page.title)


def measures(confined_to: Sequence[Sector | Office]) -> PageTitle:
    """Return the title of the list of measures, or of those of a sector and an office."""
    title, name = _("Measures"), ", ".join(each.name for each in confined_to)
    description = _(
        "All measures of objective 1.4 of Go4Brussels 2030 in one list: worksite, priority sectors and "
        "steering offices of each."
    )
    if name:
        description = _("The measures of objective 1.4 of Go4Brussels 2030 for: %(name)s.") % {"name": name}
    return PageTitle(title, description, way(Crumb(title)), detail=name)


def sectors(total: int) -> PageTitle:
    return of_list(
        _("Priority sectors"),
        _(
            "The %(total)s priority sectors of objective 1.4 of Go4Brussels 2030, each with its scope and "
            "the worksites linked to it."
        )
        % {"total": total},
    )


def sector(sector: Sector) -> PageTitle:
    return PageTitle(
        sector.name,
        _(
            "%(name)s: this priority sector of Go4Brussels 2030, the worksites that the portal links to it, "
            "and who steers them."
        )
        % {"name": sector.name},
        way(Crumb(_("Priority sectors"), path_to("sectors")), Crumb(sector.name)),
        sector.name,
    )


def offices(total: int) -> PageTitle:
    return of_list(
        _("Ministers and state secretaries"),
        _(
            "The %(total)s offices of ministers and state secretaries that the source names for objective "
            "1.4 of Go4Brussels 2030 or its worksites."
        )
        % {"total": total},
    )


def office(office: Office) -> PageTitle:
    return PageTitle(
        office.name,
        _(
            "%(name)s: role in objective 1.4 of Go4Brussels 2030, the worksites it steers and every wording "
            "of the source."
        )
        % {"name": office.name},
        way(Crumb(_("Ministers and state secretaries"), path_to("offices")), Crumb(office.name)),
        office.name,
    )


def organisations() -> PageTitle:
    return of_list(
        _("Partners"),
        _("The partners of objective 1.4 of Go4Brussels 2030, in which role and in which capacity."),
    )


def organisation(organisation: Organisation) -> PageTitle:
    name = capfirst(organisation.name)
    return PageTitle(
        name,
        _("%(name)s: role and capacity in objective 1.4 of Go4Brussels 2030.") % {"name": name},
        way(Crumb(_("Partners"), path_to("organisations")), Crumb(name)),
        name,
    )


def steering() -> PageTitle:
    return of_list(
        _("Who steers what"),
        _(
            "Which minister or state secretary steers which worksite of objective 1.4 of Go4Brussels 2030: "
            "a picture and a table."
        ),
    )


# Beside the content ----------------------------------------------------------------------------------


def terms() -> PageTitle:
    return of_list(
        _("Terms"),
        _(
            "The words of Go4Brussels 2030, explained in plain language: worksite, steering office, "
            "consulted priority, MICE, NACE and others."
        ),
    )


def search(query: str, pages: Pages[int]) -> PageTitle:
    """Return the title of a page of the results of a query, or of the search page without a query."""
    title, place, names = _("Search"), "", {"query": query}
    description = _(
        "Search objective 1.4 of Go4Brussels 2030: worksites, measures, sectors, offices and partners."
    )
    if query:
        title = _("Search for “%(query)s”") % names
        description = _("What the portal of objective 1.4 of Go4Brussels 2030 finds for “%(query)s”") % names
        if pages.number > 1:
            numbers = {"number": pages.number, "total": pages.paginator.num_pages}
            place = ", " + _("page %(number)s of %(total)s") % numbers
        description += f"{place}."
    return PageTitle(title + place, description, way(Crumb(_("Search"))), query)


def open_data() -> PageTitle:
    return of_list(
        _("Open data"),
        _(
            "Objective, worksites, measures, sectors, offices, partners and terms as data in two languages: "
            "tables for a spreadsheet, documents for programs."
        ),
    )


def about() -> PageTitle:
    return of_list(
        _("About the source and the translation"),
        _(
            "What the source of this portal says and leaves open, what the portal took over to the letter, "
            "what it adds, and who translated it."
        ),
    )


def accessibility() -> PageTitle:
    return of_list(
        _("Accessibility statement"),
        _(
            "How accessible this portal is, how that was tested, what its limits are, and whom to write to "
            "when something does not work."
        ),
    )


def privacy() -> PageTitle:
    return of_list(
        _("Privacy"),
        _(
            "No cookies and no trackers on public pages: what this portal’s server notes of a visit and of "
            "editors, and your rights."
        ),
    )


def of_choice(item: Page | Term, place: str) -> dict[str, str]:
    """Return title and description of the choice between the pages of an item, in both languages at once.

    `place` is the version or the measure that is chosen. Where names are cut, the code tells them apart.
    """
    names, spoken = [], []
    for language in LANGUAGES:
        with override(language):
            number = getattr(item, "number", "") or (item.code if isinstance(item, Objective) else "")
            kind = capfirst(f"{item._meta.verbose_name} {number}".strip())
            names.append((joined(":", kind, item.heading), item.heading))
            spoken.append(_("(name of this language)"))
    end = f" ({place})" if place else ""
    if sum(len(name) for name, _heading in names) + len(end) + 3 > TITLE:
        end = f" ({', '.join(filter(None, (item.code, place)))})"
    room, more = (TITLE - len(end) - 3) // 2, (DESCRIPTION - len(end) - 52) // 2
    described = [
        f"{shortened(name, more, heading)} ({language})"
        for (name, heading), language in zip(names, spoken, strict=True)
    ]
    return {
        "head_title": " – ".join(shortened(name, room, heading) for name, heading in names) + end,
        "page_description": " – ".join(["Go4Brussels 2030", *described]) + f"{end}.",
    }


# What changed ----------------------------------------------------------------------------------------


def changes(pages: Pages[Revision]) -> PageTitle:
    title, place = _("Changes"), ""
    if pages.number > 1:
        place = f" ({pages.number}/{pages.paginator.num_pages})"
    description = _("What changed on this portal, when, and why: every change of a text that readers see.")
    return PageTitle(title + place, description + place, way(Crumb(title)))


def way_to_versions(page: Page, *steps: Crumb) -> tuple[Crumb, ...]:
    """Return the way to what stands beneath the page of an item, from the list of its kind."""
    kind = str(page._meta.model_name)
    lists = [] if kind == "objective" else [Crumb(str(PLURALS[IndexEntry.Kind(kind)]), path_to(f"{kind}s"))]
    return way(*lists, Crumb(page.title, page.get_absolute_url()), *steps)


def versions(page: Page) -> PageTitle:
    names = {"title": item_title(page)}
    return PageTitle(
        _("Versions of %(title)s") % names,
        _("The earlier versions of the page %(title)s, by date, and what differs between them.") % names,
        way_to_versions(page, Crumb(_("Versions"))),
        capfirst(page.title),
    )


def version(page: Page, revision: Revision) -> PageTitle:
    day = long_date(localtime(revision.at))
    names = {"title": item_title(page), "number": revision.number, "date": day}
    return PageTitle(
        _("Version %(number)s of %(title)s") % names,
        _("What the page %(title)s said in version %(number)s, of %(date)s.") % names,
        way_to_versions(page, Crumb(_("Versions"), ".."), Crumb(str(revision.number))),
        capfirst(page.title),
    )


def comparison(page: Page, older: int, newer: int) -> PageTitle:
    names = {"title": item_title(page), "older": older, "newer": newer}
    return PageTitle(
        _("%(title)s: versions %(older)s and %(newer)s") % names,
        _("What differs between versions %(older)s and %(newer)s of the page %(title)s, word by word.")
        % names,
        way_to_versions(page, Crumb(_("Versions"), ".."), Crumb(f"{older} – {newer}")),
        capfirst(page.title),
    )

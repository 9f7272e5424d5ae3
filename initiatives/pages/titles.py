"""What each page is called, to readers, link previews and search engines, and the way to it."""

from dataclasses import dataclass
from typing import NamedTuple

from django.core.paginator import Page as Pages
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from ..language import long_date
from ..models import IndexEntry, Objective, Office, Organisation, Page, Revision, Sector, Worksite
from ..search.query import PLURALS


class Crumb(NamedTuple):
    """A step on the way to a page; the last is the page itself, and has no path."""

    name: str
    path: str = ""


@dataclass(frozen=True)
class PageTitle:
    """The title and the description of a page, as plain text, and the way to it from the home page."""

    title: str
    description: str
    crumbs: tuple[Crumb, ...] = ()


def path_to(name: str) -> str:
    return reverse(f"initiatives:{name}", current_app=get_language())


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
    )


def objective(objective: Objective) -> PageTitle:
    names = {"code": objective.code, "title": objective.title}
    return PageTitle(
        _("Objective %(code)s: %(title)s") % names,
        _(
            "The whole text of objective %(code)s of Go4Brussels 2030: what the Government aims at, the "
            "priority sectors, the offices and partners that the source names, and the timeline."
        )
        % names,
        way(Crumb(_("Objective %(code)s") % names)),
    )


def dossier(objective: Objective) -> PageTitle:
    names = {"code": objective.code}
    return PageTitle(
        _("Objective %(code)s: everything on one page") % names,
        _(
            "The whole of objective %(code)s of Go4Brussels 2030 on one page, to read through or to print: "
            "text, sectors, worksites, offices, timeline."
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
            "sectors that the portal links to them."
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
    return PageTitle(_("Worksite %(number)s: %(title)s") % names, description, crumbs)


def measures() -> PageTitle:
    return of_list(
        _("Measures"),
        _(
            "All measures of objective 1.4 of Go4Brussels 2030 in one list: worksite, priority sectors and "
            "steering offices of each."
        ),
    )


def sectors(total: int) -> PageTitle:
    return of_list(
        _("Priority sectors"),
        _(
            "The %(total)s priority sectors of objective 1.4 of Go4Brussels 2030, each with its scope and "
            "the worksites that the portal links to it."
        )
        % {"total": total},
    )


def sector(sector: Sector) -> PageTitle:
    return PageTitle(
        sector.name,
        _(
            "%(name)s: the scope of this priority sector, the worksites of objective 1.4 of Go4Brussels "
            "2030 that the portal links to it, and the offices that steer them."
        )
        % {"name": sector.name},
        way(Crumb(_("Priority sectors"), path_to("sectors")), Crumb(sector.name)),
    )


def offices(total: int) -> PageTitle:
    return of_list(
        _("Ministers and state secretaries"),
        _(
            "The %(total)s offices of ministers and state secretaries that the source names for objective "
            "1.4 of Go4Brussels 2030 or for one of its worksites."
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
    title = _("Search for “%(query)s”") % {"query": query} if query else _("Search")
    if query and pages.number > 1:
        numbers = {"number": pages.number, "total": pages.paginator.num_pages}
        title += ", " + _("page %(number)s of %(total)s") % numbers
    description = _(
        "Search objective 1.4 of Go4Brussels 2030: worksites, measures, sectors, offices and partners."
    )
    return PageTitle(title, description, way(Crumb(_("Search"))))


def open_data() -> PageTitle:
    return of_list(
        _("Open data"),
        _(
            "Objective, worksites, measures, sectors, offices, partners and terms as data, in Dutch and in "
            "French: tables for a spreadsheet, documents for programs."
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
            "No cookies and no trackers on public pages: what this portal’s server notes of a visit, what "
            "it notes of editors, and your rights."
        ),
    )


# What changed ----------------------------------------------------------------------------------------


def changes(pages: Pages[Revision]) -> PageTitle:
    title, total = _("Changes"), pages.paginator.num_pages
    return PageTitle(
        f"{title} ({pages.number}/{total})" if pages.number > 1 else title,
        _("What changed on this portal, when, and why: every change of a text that readers see."),
        way(Crumb(title)),
    )


def way_to_versions(page: Page, *steps: Crumb) -> tuple[Crumb, ...]:
    """Return the way to what stands beneath the page of an item, from the list of its kind."""
    kind = str(page._meta.model_name)
    lists = [] if kind == "objective" else [Crumb(str(PLURALS[IndexEntry.Kind(kind)]), path_to(f"{kind}s"))]
    return way(*lists, Crumb(page.title, page.get_absolute_url()), *steps)


def versions(page: Page) -> PageTitle:
    names = {"title": page.title}
    return PageTitle(
        _("Versions of %(title)s") % names,
        _("The earlier versions of the page %(title)s, by date, and what differs between them.") % names,
        way_to_versions(page, Crumb(_("Versions"))),
    )


def version(page: Page, revision: Revision) -> PageTitle:
    names = {"title": page.title, "number": revision.number, "date": long_date(localtime(revision.at))}
    return PageTitle(
        _("Version %(number)s of %(title)s") % names,
        _("What the page %(title)s said in version %(number)s, of %(date)s.") % names,
        way_to_versions(page, Crumb(_("Versions"), ".."), Crumb(str(revision.number))),
    )


def comparison(page: Page, older: int, newer: int) -> PageTitle:
    names = {"title": page.title, "older": older, "newer": newer}
    return PageTitle(
        _("%(title)s: versions %(older)s and %(newer)s") % names,
        _("What differs between versions %(older)s and %(newer)s of the page %(title)s, word by word.")
        % names,
        way_to_versions(page, Crumb(_("Versions"), ".."), Crumb(f"{older} – {newer}")),
    )

"""The lists of the admin: what an address, or what is sent from a list, may ask of one; the rest is a 400.

Django filters a list by whatever field an address names, in whatever way: by a regular expression as well.
"""

import re
from bisect import bisect_left
from datetime import date
from typing import Any, TypeVar

from django.contrib import admin, messages
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ORDER_VAR, PAGE_VAR, SEARCH_VAR, ChangeList, ChangeListSearchForm
from django.core.exceptions import BadRequest
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from .characters import PlainLineField

LONGEST_SEARCH = 200
LONGEST_QUERY = 2000
ONE_PAGE = 100  # Django's own number of rows, and more than a list is put in order by hand
PAGE = re.compile(r"[1-9][0-9]{0,5}")
PLACE = re.compile(r"-?([0-9]{1,2})")
COUNTS = ("-TOTAL_FORMS", "-INITIAL_FORMS")
COUNT = re.compile(r"[0-9]{1,3}")
ID = re.compile(r"[1-9][0-9]{0,17}")
DATE_PARTS = {"year": 4, "month": 2, "day": 2}

ModelT = TypeVar("ModelT", bound=Model)


class SearchForm(ChangeListSearchForm):
    """What is searched in a list, of some length."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[SEARCH_VAR] = PlainLineField(max_length=LONGEST_SEARCH, required=False, strip=False)


class StrictChangeList(ChangeList):
    """A list that is filtered by what it offers, ordered by its columns, and asked in no other way."""

    search_form_class = SearchForm

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        # Only what a filter of the list offers is offered once an address.
        if twice := [name for name, values in request.GET.lists() if len(values) > 1]:
            raise BadRequest(f"Given more than once: {twice[0]!r}.")
        if not PAGE.fullmatch(request.GET.get(PAGE_VAR, "1")):
            raise BadRequest("Not the number of a page.")
        super().__init__(request, *args, **kwargs)
        for spec in self.filter_specs:
            if spec.used_parameters and not self.offers(spec):
                raise BadRequest(f"The filter “{spec.title}” has no such value.")

    def get_queryset(self, request: HttpRequest, *args: Any, **kwargs: Any) -> QuerySet[Any]:
        self.check_order()
        self.check_hierarchy()
        try:
            return super().get_queryset(request, *args, **kwargs)
        except IncorrectLookupParameters as error:
            raise BadRequest("A filter has no such value.") from error

    def get_filters(self, request: HttpRequest) -> Any:
        """Return the filters. Raises DisallowedModelAdminLookup for what belongs to none of them."""
        found = super().get_filters(request)
        rest = set(found[2])
        if f"{self.date_hierarchy}__year" in self.params:
            rest -= {f"{self.date_hierarchy}__gte", f"{self.date_hierarchy}__lt"}
        if rest:
            raise DisallowedModelAdminLookup(f"The list has no filter of these names: {sorted(rest)!r}.")
        for spec in found[0]:
            days = [name for name in spec.used_parameters if not name.endswith("__isnull")]
            if is_of_days(spec) and not all(starts_with_day(self.params[name]) for name in days):
                raise BadRequest(f"The filter “{spec.title}” asks for a day.")
        return found

    def get_results(self, request: HttpRequest) -> None:
        """Find the records of the page, or of the first one where there are fewer pages by now."""
        try:
            super().get_results(request)
        except IncorrectLookupParameters:
            self.page_num = 1
            super().get_results(request)

    def offers(self, spec: Any) -> bool:
        """Return whether a filter offers what an address picks; of days, what it picks on another day."""
        return is_of_days(spec) or any(choice["selected"] for choice in spec.choices(self))

    def check_order(self) -> None:
        """Raise BadRequest unless each column is named once at most."""
        columns = [PLACE.fullmatch(each) for each in self.params.get(ORDER_VAR, "").split(".") if each]
        places = [int(each[1]) if each else len(self.list_display) for each in columns]
        if len(set(places)) < len(places) or max(places, default=0) >= len(self.list_display):
            raise BadRequest("Not an order of the columns of the list.")

    def check_hierarchy(self) -> None:
        """Raise BadRequest unless the parts of a day that are given make a year, a month or a day."""
        given = {part: self.params.get(f"{self.date_hierarchy}__{part}") for part in DATE_PARTS}
        texts = [text for text in given.values() if text is not None]
        if not self.date_hierarchy or not texts:
            return
        in_order = texts == list(given.values())[: len(texts)]
        are_numbers = all(re.fullmatch(r"[0-9]{1,4}", text) for text in texts)
        if not in_order or not are_numbers or not is_day(*[*map(int, texts), 1, 1][:3]):
            raise BadRequest("Not a day, a month or a year.")


def is_of_days(spec: Any) -> bool:
    return isinstance(spec, admin.DateFieldListFilter)


def starts_with_day(text: str) -> bool:
    """Return whether a text is a day, a moment of it aside."""
    parts = re.match(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", text)
    return parts is not None and is_day(*map(int, parts.groups()))


def is_day(year: int, month: int, day: int) -> bool:
    """Return whether these are a day that both databases and all time zones know, and the year after it."""
    try:
        return 1000 <= date(year, month, day).year <= 9000
    except ValueError:
        return False


class StrictListMixin(admin.ModelAdmin[ModelT]):
    """The admin of a kind of record whose list and form take what a browser can send, and nothing else."""

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return StrictChangeList

    def get_changelist_formset(self, request: HttpRequest, **kwargs: Any) -> Any:
        return super().get_changelist_formset(
            request, **{"max_num": ONE_PAGE, "absolute_max": ONE_PAGE} | kwargs
        )

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the list, or do what was sent from it. Raises BadRequest where a record has no such id."""
        refuse_odd_counts(request)
        key = re.compile(rf"form-[0-9]+-{self.opts.pk.name}")
        ids = [value for name, values in request.POST.lists() if key.fullmatch(name) for value in values]
        if not all(ID.fullmatch(value) for value in ids):
            raise BadRequest("Not the id of a record.")
        if "_save" in request.POST and self.get_queryset(request).filter(pk__in=ids).count() < len(ids):
            gone = _(
                "Nothing was saved: someone deleted one of these meanwhile. Check the list and save again."
            )
            self.message_user(request, gone, messages.WARNING)
            return HttpResponseRedirect(request.get_full_path())
        return super().changelist_view(request, extra_context)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the form, or save it. Raises BadRequest where its parts are not counted by a number."""
        refuse_odd_counts(request)
        return super().changeform_view(request, *args, **kwargs)

    def get_preserved_filters(self, request: HttpRequest) -> str:
        """Return what leads back to the list as it was, unless it is more than any list was asked."""
        filters = super().get_preserved_filters(request)
        return filters if len(filters) < LONGEST_QUERY else ""


def refuse_odd_counts(request: HttpRequest) -> None:
    """Raise BadRequest where what was sent counts its forms by less than nothing, or more than it has."""
    names = sorted(request.POST)
    for name in [name for name in names if name.endswith(COUNTS)]:
        prefix = name.rpartition("-")[0]
        # In order, those of one prefix stand side by side, before what goes on with the sign after a hyphen.
        sent = bisect_left(names, f"{prefix}.") - bisect_left(names, f"{prefix}-")
        count = request.POST[name]
        if not COUNT.fullmatch(str(count)) or int(str(count)) > sent:
            raise BadRequest("Not the number of the forms that were sent.")

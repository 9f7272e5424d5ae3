"""What the templates of the admin need beside Django's own."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.template import Context
from django.utils.text import capfirst

from ..admin.todo import todo_of
from ..language import joined
from ..models import Record
from ..versions.revisions import seen

register = template.Library()


@register.simple_tag
def version_seen(shown: Record | Iterable[Record]) -> str:
    """Return of which version what a page shows is: `{% version_seen object %}`."""
    return seen([shown] if isinstance(shown, Record) else shown)


@register.filter
def named(record: Record) -> str:
    """Return what kind of record it is, and which: `{{ row|named }}`."""
    return joined(":", capfirst(str(record._meta.verbose_name)), record)


@register.simple_tag(takes_context=True)
def work_list(context: Context) -> Any:
    """Return what waits for the editor: `{% work_list as work %}`."""
    return todo_of(context["user"])

"""What the templates of the admin need beside Django's own."""

from typing import Any

from django import template
from django.template import Context

from ..admin.todo import todo_of

register = template.Library()


@register.simple_tag(takes_context=True)
def work_list(context: Context) -> Any:
    """Return what waits for the editor: `{% work_list as work %}`."""
    return todo_of(context["user"])

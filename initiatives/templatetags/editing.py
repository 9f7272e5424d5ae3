"""What the templates of the admin need beside Django's own."""

from django import template

from ..admin.todo import work_of

register = template.Library()


@register.simple_tag(takes_context=True)
def work_list(context):
    """Give what waits for the editor: `{% work_list as work %}`."""
    return work_of(context["user"])

"""Who publishes this installation, as its settings tell. Where they name nobody, the pages say so."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import get_language, gettext

from ..language import LANGUAGES


@dataclass(frozen=True)
class Publisher:
    """The publisher: its names by language (None: not named), and what is empty where it was not set."""

    names: dict[str, str] | None
    url: str
    email: str
    is_official: bool

    @property
    def name(self) -> str:
        """Return the name in the language in force; that of the portal itself where nobody is named."""
        if self.names:
            return self.names[get_language() or LANGUAGES[0]]
        return gettext("Portal of objective 1.4 of Go4Brussels 2030")


def publisher() -> Publisher:
    """Return the publisher that the settings name."""
    names = {"nl": settings.PUBLISHER_NAME_NL, "fr": settings.PUBLISHER_NAME_FR}
    return Publisher(
        names=names if all(names.values()) else None,
        url=settings.PUBLISHER_URL,
        email=settings.CONTACT_EMAIL,
        is_official=settings.IS_OFFICIAL,
    )

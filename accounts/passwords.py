"""Which passwords are too common."""

from django.conf import settings
from django.contrib.auth import password_validation
from django.utils.translation import ngettext_lazy

# Django has no Dutch for this sentence yet; our catalogue has, once it stands here.
TOO_SHORT = ngettext_lazy(
    "This password is too short. It must contain at least %d character.",
    "This password is too short. It must contain at least %d characters.",
)


class CommonPasswordValidator(password_validation.CommonPasswordValidator):
    """Refuse what is common, in Dutch and in French as well: Django's list has few of those."""

    def __init__(self) -> None:
        super().__init__()
        ours = settings.BASE_DIR / "accounts" / "common_passwords.txt"
        self.passwords |= {line.strip() for line in ours.read_text().splitlines()}

"""What signing in keeps: the audit log, recovery codes, and how many attempts are left."""

import secrets
from datetime import timedelta
from typing import Any, NoReturn

from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django_otp.models import Device, ThrottlingMixin, TimestampMixin

from . import hashing


class EntryQuerySet(models.QuerySet["Entry"]):
    """The entries of the audit log, which are only ever added."""

    def update(self, **_values: Any) -> NoReturn:
        raise TypeError("The audit log is only ever added to: its entries stay as they are.")

    def delete(self) -> NoReturn:
        raise TypeError("The audit log is only ever added to: its entries stay.")

    def expire(self) -> None:
        """Take away the entries that are older than AUDIT_DAYS: they hold names and network addresses."""
        oldest = timezone.now() - timedelta(days=settings.AUDIT_DAYS)
        models.QuerySet.delete(self.filter(at__lt=oldest))


class Entry(models.Model):
    """What happened, when, by whom, from which address.

    Names are kept as text, and outlast the accounts; the numbers of accounts tell who was who after a rename.
    """

    class What(models.TextChoices):
        SIGNED_IN = "signed_in", _("signed in")
        SIGN_IN_FAILED = "sign_in_failed", _("sign-in failed")
        CODE_FAILED = "code_failed", _("second factor failed")
        PASSWORD_FAILED = "password_failed", _("password asked again failed")
        CODE_ASKED = "code_asked", _("password right, code asked")
        SLOWED = "slowed", _("slowed down after too many attempts")
        SIGNED_OUT = "signed_out", _("signed out")
        SESSION_ENDED = "session_ended", _("session ended by the portal")
        SESSIONS_ENDED = "sessions_ended", _("sessions ended by hand")
        FACTOR_SET = "factor_set", _("second factor set up")
        FACTOR_REMOVED = "factor_removed", _("second factor removed")
        CODES_MADE = "codes_made", _("recovery codes made")
        CODE_USED = "code_used", _("recovery code used")
        REFUSED = "refused", _("refused")
        CREATED = "created", _("account or role created")
        CHANGED = "changed", _("account or role changed")
        DELETED = "deleted", _("account or role deleted")
        ACTIVATED = "activated", _("account activated")
        DEACTIVATED = "deactivated", _("account deactivated")
        PASSWORD = "password", _("password changed")
        WAITS = "waits", _("account waits for another administrator")
        CONFIRMED = "confirmed", _("account confirmed by another administrator")
        ROLE_GIVEN = "role_given", _("role given")
        ROLE_TAKEN = "role_taken", _("role taken away")
        RIGHT_GIVEN = "right_given", _("right given")
        RIGHT_TAKEN = "right_taken", _("right taken away")
        PUBLISHED = "published", _("made public")
        WITHDRAWN = "withdrawn", _("no longer public")
        LOADED = "loaded", _("content loaded from the files")
        NOTE = "note", _("note of a version changed")
        RESTORED = "restored", _("backup restored")

    at = models.DateTimeField(_("date"), auto_now_add=True, db_index=True)
    what = models.CharField(_("what"), max_length=20, choices=What)
    actor = models.CharField(_("by whom"), max_length=150, blank=True)
    actor_number = models.BigIntegerField(_("number of the account by whom"), null=True, blank=True)
    subject = models.CharField(_("about"), max_length=200, blank=True)
    subject_number = models.BigIntegerField(_("number of the account about which"), null=True, blank=True)
    detail = models.TextField(_("detail"), blank=True)
    address = models.CharField(_("network address"), max_length=45, blank=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry of the audit log")
        verbose_name_plural = _("audit log")
        ordering = ["-at", "-pk"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{timezone.localtime(self.at):%Y-%m-%d %H:%M:%S} {self.get_what_display()}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the entry. Raises TypeError for one that is there already."""
        if self.pk:
            raise TypeError("The audit log is only ever added to: its entries stay as they are.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("The audit log is only ever added to: its entries stay.")


class Restriction(models.Model):
    """What keeps an account from the admin: one for each who caused it, so that nobody lifts their own."""

    class Kind(models.TextChoices):
        CONFIRMATION = "confirmation", _("waits for another administrator")
        PASSWORD = "password", _("has to change its password")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="restrictions")
    kind = models.CharField(max_length=20, choices=Kind)
    by = models.CharField(max_length=150, blank=True)
    by_number = models.BigIntegerField(default=0)  # 0: a command
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "kind", "by_number"], name="restriction_once"),
        ]
        ordering = ["since", "pk"]
        default_permissions = ()

    def __str__(self) -> str:
        since = date_format(timezone.localtime(self.since), "SHORT_DATETIME_FORMAT")
        return f"{self.get_kind_display()} ({', '.join(filter(None, (self.by, since)))})"


class Bucket(models.Model):
    """How many attempts are left for one key: full again at `full_at`, in seconds since 1970."""

    key = models.CharField(max_length=64, primary_key=True)
    full_at = models.FloatField(db_index=True)
    is_told = models.BooleanField(default=False)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.key


class RecoveryCodes(TimestampMixin, ThrottlingMixin, Device):  # type: ignore[misc] # django-otp has no types
    """Ten codes for who has lost the second factor, each good for one sign-in.

    django-otp's own keep them readable; here only their hashes are kept.
    """

    COUNT = 10
    LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # without what is easily taken for another
    # 54 random bits need less stretching than what people think up, and ten are made at once.
    ITERATIONS = 20_000

    hashes = models.JSONField(default=dict)

    class Meta(Device.Meta):  # type: ignore[misc] # nor has this
        verbose_name = _("recovery codes")
        verbose_name_plural = _("recovery codes")
        default_permissions = ()

    def make(self) -> list[str]:
        """Put new codes in the place of the old, and return them: they can't be read again."""
        hasher = PBKDF2PasswordHasher()
        codes = [
            str(place) + "".join(secrets.choice(self.LETTERS) for _each in range(11))
            for place in range(self.COUNT)
        ]
        with hashing.turn():
            self.hashes = {code[0]: hasher.encode(code, hasher.salt(), self.ITERATIONS) for code in codes}
        self.throttle_reset(commit=False)
        self.save()
        return ["-".join((code[:4], code[4:8], code[8:])) for code in codes]

    def verify_token(self, token: str) -> bool:
        """Return whether `token` is a code that is left, and use it up; to be called on a locked row."""
        if not self.verify_is_allowed()[0]:
            return False
        # The first sign says which of the ten it is, so that one hash is enough.
        digest = self.hashes.get(token[:1])
        with hashing.turn():
            is_right = bool(digest) and PBKDF2PasswordHasher().verify(token, digest)
        if not is_right:
            self.throttle_increment()
            return False
        del self.hashes[token[:1]]
        self.throttle_reset(commit=False)
        self.set_last_used_timestamp(commit=False)
        self.save()
        return True

    def get_throttle_factor(self) -> float:
        return 1

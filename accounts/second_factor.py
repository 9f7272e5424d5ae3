"""The second factor: a code from an authenticator, or one of ten recovery codes; django-otp counts."""

import re
from base64 import b32encode

import django_otp
import segno
from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django_otp.models import Device
from django_otp.plugins.otp_totp.models import TOTPDevice

from . import audit
from .models import RecoveryCodes

AUTHENTICATOR_CODE = re.compile(r"[0-9]{6}")
# Where a user object, which lives as long as its request, remembers what has_authenticator() answered.
ANSWER = "_has_authenticator"


def authenticator(user: User) -> TOTPDevice | None:
    """Return the authenticator with which an account signs in, or None."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).first()


def new_authenticator(user: User, key: str) -> TOTPDevice:
    """Return an authenticator that an account can set up; it is in no table until it is confirmed."""
    return TOTPDevice(user=user, name="authenticator", key=key, confirmed=True)


def has_authenticator(user: User | AnonymousUser) -> bool:
    """Return whether an account signs in with a second factor; the database is asked once a request."""
    if not user.is_authenticated:
        return False
    if not hasattr(user, ANSWER):
        setattr(user, ANSWER, authenticator(user) is not None)
    return bool(getattr(user, ANSWER))


def suffices(request: HttpRequest) -> bool:
    """Return whether this session may enter: with the second factor, or without where none is asked."""
    if getattr(request.user, "otp_device", None):
        return True
    return settings.SECOND_FACTOR == "optional" and not has_authenticator(request.user)


def may_set_up(request: HttpRequest) -> bool:
    """Return whether the page of the second factor is open: to who has none, or has shown it."""
    user = request.user
    return user.is_active and user.is_staff and (suffices(request) or not has_authenticator(user))


def device_for(user: User, code: str) -> tuple[Device | None, str]:
    """Return the device that a code of this form belongs to, and the code as that device takes it."""
    code = re.sub(r"[\s-]", "", code).lower()
    if AUTHENTICATOR_CODE.fullmatch(code):
        return authenticator(user), code
    return RecoveryCodes.objects.filter(user=user).first(), code


def verify(user: User, code: str) -> Device | None:
    """Return the device that accepts the code, or None. No code is accepted twice."""
    device, code = device_for(user, code)
    return device and django_otp.verify_token(user, device.persistent_id, code)


def seconds_to_wait(device: Device | None) -> int:
    """Return how long a device takes no code after wrong ones."""
    is_allowed, reason = device.verify_is_allowed() if device else (True, {})
    return 0 if is_allowed else max(1, round((reason["locked_until"] - timezone.now()).total_seconds()))


@transaction.atomic
def confirm(device: TOTPDevice, code: str) -> bool:
    """Make a new authenticator its account's own, where it gives the right code and there is no other."""
    user = User.objects.select_for_update().get(pk=device.user_id)
    if authenticator(user):
        return False
    if not (AUTHENTICATOR_CODE.fullmatch(code) and device.verify_token(code)):
        TOTPDevice.objects.filter(pk=device.pk).delete()  # which counted the wrong code in its row
        return False
    audit.record(audit.What.FACTOR_SET, user)
    return True


@transaction.atomic
def make_recovery_codes(user: User) -> list[str]:
    """Return ten new codes, which are nowhere to be read again; the old ones end."""
    codes, _is_new = RecoveryCodes.objects.get_or_create(user=user, defaults={"name": "recovery codes"})
    audit.record(audit.What.CODES_MADE, user)
    new: list[str] = codes.make()
    return new


@transaction.atomic
def remove(user: User) -> bool:
    """Take the second factor away from an account, recovery codes included; return whether it had one."""
    devices = TOTPDevice.objects.filter(user=user)
    had_one: bool = devices.filter(confirmed=True).exists()
    devices.delete()
    RecoveryCodes.objects.filter(user=user).delete()
    if had_one:
        audit.record(audit.What.FACTOR_REMOVED, user)
    return had_one


def qr_code(device: TOTPDevice) -> SafeString:
    """Return the QR code of an authenticator as SVG, which holds no style and no script."""
    svg = segno.make(device.config_url, error="m").svg_inline(
        border=4, dark="#000", light="#fff", omitsize=True, svgclass="qr", lineclass=None
    )
    return mark_safe(svg)  # noqa: S308 – drawn here, and letters become squares


def secret(device: TOTPDevice) -> str:
    """Return the secret of an authenticator as people type it: groups of four letters."""
    letters = b32encode(device.bin_key).decode()
    return " ".join(re.findall(".{1,4}", letters))

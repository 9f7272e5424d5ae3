"""Authenticators that were shown and never confirmed: who saw them may have kept them."""

from django.db import migrations


def forget(apps, schema_editor):
    """Delete them; their owners get another one to set up."""
    apps.get_model("otp_totp", "TOTPDevice").objects.filter(confirmed=False).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_sessions_ended"),
        ("otp_totp", "0003_add_timestamps"),
    ]
    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]

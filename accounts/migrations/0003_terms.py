"""The roles may do with the terms of the glossary what they may do with the rest of the content."""

from importlib import import_module

from django.db import migrations

roles = import_module("accounts.migrations.0002_roles")
ACTIONS = {
    "editor NL": ("view", "change"),
    "editor FR": ("view", "change"),
    "publisher": ("view", "add", "change", "delete"),
}


def add_terms(apps, schema_editor):
    """Give each role its rights on terms."""
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    roles.make_permissions(apps, schema_editor, "initiatives")
    for name, actions in ACTIONS.items():
        group = Group.objects.get(name=name)
        for action in actions:
            codename = f"{action}_term"
            group.permissions.add(
                Permission.objects.get(content_type__app_label="initiatives", codename=codename)
            )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_roles"),
        ("initiatives", "0003_provenance_and_terms"),
    ]
    operations = [migrations.RunPython(add_terms, migrations.RunPython.noop)]

"""The four roles, and what each may do."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

CONTENT = (
    "strategy",
    "pillar",
    "milestone",
    "objective",
    "sector",
    "office",
    "officeholder",
    "organisation",
    "worksite",
    "measure",
    "crossreference",
    "worksitesector",
    "steering",
    "objectiveoffice",
    "partnership",
)


def on_content(*actions):
    return [f"initiatives.{action}_{model}" for model in CONTENT for action in actions]


EDITOR = [*on_content("view", "change"), "initiatives.view_revision"]
MAY = {
    "editor NL": [*EDITOR, "initiatives.edit_nl"],
    "editor FR": [*EDITOR, "initiatives.edit_fr"],
    "publisher": [
        *on_content("view", "add", "change", "delete"),
        "initiatives.view_revision",
        "initiatives.edit_nl",
        "initiatives.edit_fr",
        "initiatives.publish",
    ],
    # Accounts are deactivated and not deleted: the history goes on saying who wrote what.
    "administrator": [
        "auth.view_user",
        "auth.add_user",
        "auth.change_user",
        "auth.view_group",
        "accounts.view_entry",
    ],
}


def make_permissions(apps, schema_editor, *labels):
    """Make the permissions of these apps: on an empty database Django does so only after all migrations."""
    for label in labels:
        config = apps.get_app_config(label)
        config.models_module = True  # which the apps of a migration lack
        create_permissions(config, verbosity=0, using=schema_editor.connection.alias, apps=apps)
        config.models_module = None


def make_roles(apps, schema_editor):
    """Make the roles, or give them what they lack of what they may do."""
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    make_permissions(apps, schema_editor, "auth", "accounts", "initiatives")
    for name, rights in MAY.items():
        group, _is_new = Group.objects.get_or_create(name=name)
        for right in rights:
            app, codename = right.split(".")
            group.permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("initiatives", "0001_initial"),
    ]
    operations = [migrations.RunPython(make_roles, migrations.RunPython.noop)]

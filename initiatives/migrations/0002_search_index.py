"""The search index, with an index of its trigrams on either database, so that parts of words are found fast.

A migration that changes the table on SQLite makes it anew, and has to add the triggers again.
"""

import sqlite3

import django.db.models.deletion
from django.db import DatabaseError, migrations, models, transaction

POSTGRESQL = """
CREATE INDEX indexentry_trigrams_{language} ON initiatives_indexentry
USING gin (words gin_trgm_ops, context_words gin_trgm_ops) WITH (fastupdate = off) WHERE language = '{language}'
"""
# As https://sqlite.org/fts5.html#external_content_tables has it.
SQLITE = (
    """
CREATE VIRTUAL TABLE indexentry_trigrams USING fts5(
    words, context_words, content=initiatives_indexentry, content_rowid=id, tokenize=trigram
)""",
    """
CREATE TRIGGER indexentry_added AFTER INSERT ON initiatives_indexentry BEGIN
    INSERT INTO indexentry_trigrams (rowid, words, context_words) VALUES (new.id, new.words, new.context_words);
END""",
    """
CREATE TRIGGER indexentry_removed AFTER DELETE ON initiatives_indexentry BEGIN
    INSERT INTO indexentry_trigrams (indexentry_trigrams, rowid, words, context_words)
    VALUES ('delete', old.id, old.words, old.context_words);
END""",
    """
CREATE TRIGGER indexentry_changed AFTER UPDATE ON initiatives_indexentry BEGIN
    INSERT INTO indexentry_trigrams (indexentry_trigrams, rowid, words, context_words)
    VALUES ('delete', old.id, old.words, old.context_words);
    INSERT INTO indexentry_trigrams (rowid, words, context_words) VALUES (new.id, new.words, new.context_words);
END""",
)


def add_trigrams(apps, schema_editor):
    """Index the trigrams of the words. Raises RuntimeError where SQLite is too old for it."""
    if schema_editor.connection.vendor == "sqlite":
        if sqlite3.sqlite_version_info < (3, 34):
            raise RuntimeError(
                f"Search needs SQLite 3.34 or later, and this Python has {sqlite3.sqlite_version}. "
                "Use a newer one, or PostgreSQL."
            )
        for statement in SQLITE:
            schema_editor.execute(statement)
        return
    try:
        with transaction.atomic(schema_editor.connection.alias):
            schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except DatabaseError as error:
        print(f"\nSearch finds the same without its trigram index, and is slower: {error}")
        return
    for language in ("nl", "fr"):
        schema_editor.execute(POSTGRESQL.format(language=language))


def remove_trigrams(apps, schema_editor):
    """Take the index away; the extension stays, as others may use it."""
    if schema_editor.connection.vendor == "sqlite":
        for name in ("added", "removed", "changed"):
            schema_editor.execute(f"DROP TRIGGER indexentry_{name}")
        schema_editor.execute("DROP TABLE indexentry_trigrams")
        return
    for language in ("nl", "fr"):
        schema_editor.execute(f"DROP INDEX IF EXISTS indexentry_trigrams_{language}")


class Migration(migrations.Migration):

    dependencies = [
        ('initiatives', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='IndexEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(max_length=2)),
                ('kind', models.CharField(choices=[('objective', 'Objective'), ('worksite', 'Worksite'), ('measure', 'Measure'), ('sector', 'Sector'), ('office', 'Office'), ('organisation', 'Partner')], max_length=12)),
                ('object_id', models.PositiveBigIntegerField()),
                ('sectors', models.TextField()),
                ('offices', models.TextField()),
                ('place', models.PositiveBigIntegerField()),
                ('title_words', models.TextField()),
                ('heading_words', models.TextField()),
                ('words', models.TextField()),
                ('context_words', models.TextField()),
                ('code', models.CharField(max_length=60)),
                ('path', models.CharField(max_length=300)),
                ('title', models.TextField()),
                ('passages', models.JSONField()),
                ('worksite', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='initiatives.worksite')),
            ],
            options={
                'verbose_name': 'entry of the search index',
                'verbose_name_plural': 'search index',
                'ordering': ['language', 'place'],
                'indexes': [models.Index(fields=['language', 'place'], name='indexentry_place'), models.Index(fields=['kind', 'object_id'], name='indexentry_object')],
                'constraints': [models.UniqueConstraint(fields=('language', 'kind', 'object_id'), name='indexentry_unique')],
            },
        ),
        migrations.RunPython(add_trigrams, remove_trigrams),
    ]

#!/bin/sh
# Backs up the portal's database on PostgreSQL; "manage.py backup" calls it, and compose runs it every day.
#     postgresql-backup.sh once DIR KEEP     makes a backup, removes the oldest beyond KEEP, prints the new file
#     postgresql-backup.sh daily DIR KEEP    does so every 24 hours, for ever
#     postgresql-backup.sh healthy DIR       says whether the newest is younger than 25 hours
# Which server and database is told by libpq's own variables (PGHOST, PGDATABASE, …). Needs pg_dump and gzip.
set -eu
umask 077
# Messages that are looked into below, and moments without a zone to think about.
export LC_ALL=C PGTZ=UTC
DAY='[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]T[0-9][0-9][0-9][0-9][0-9][0-9]Z'
INSTALL='Install the client programs of PostgreSQL, as new as the server or newer (on Debian postgresql-client).'
part=''

fail() {
    echo "No backup was made: $*" >&2
    exit 1
}

# Fail with a sentence for what a program said when it failed.
explain() {
    line=$(printf '%s\n' "$2" | sed -e '/^$/d' -e 's/^[a-z_]*: //' -e 's/^error: //' | head -n 1)
    case $2 in
        *'No space left'*) fail "the disk of $1 is full." ;;
        *'server version mismatch'*)
            versions=$(printf '%s\n' "$2" | sed -n 's/.*server version: \([^ ;]*\).*pg_dump version: \([^ ;]*\).*/pg_dump is of version \2, the server of \1/p')
            fail "${versions:-pg_dump is older than the server}. $INSTALL" ;;
        *'connection to server'* | *'could not connect'* | *'could not translate'* | *'starting up'*)
            fail "the database does not answer: ${line%.}." ;;
        *) fail "${line%.}." ;;
    esac
}

clean_up() {
    if [ -n "$part" ]; then rm -rf "$part"; fi
}

younger() {
    find "$1" -maxdepth 1 -name "go4brussels-$DAY.sql.gz" -mmin "-$2" | grep -q .
}

once() {
    folder=$1
    command -v pg_dump >/dev/null || fail "there is no pg_dump here. $INSTALL"
    said=$(mkdir -p "$folder" 2>&1) || explain "$folder" "$said"
    if ! { [ -r "$folder" ] && [ -w "$folder" ] && [ -x "$folder" ]; }; then
        fail "$folder cannot be written by user $(id -un 2>/dev/null || id -u). Give it the folder, or name another."
    fi
    # One at a time; the lock is the folder's own, and ends with this process.
    exec 9<"$folder"
    if command -v flock >/dev/null; then flock 9; fi
    rm -rf "$folder"/go4brussels-$DAY.part # of a run that was killed
    while stamp=$(date -u +%Y%m%dT%H%M%SZ) && [ -e "$folder/go4brussels-$stamp.sql.gz" ]; do sleep 1; done
    trap clean_up EXIT
    trap 'exit 1' HUP INT TERM
    part=$folder/go4brussels-$stamp.part
    said=$(mkdir "$part" 2>&1) || explain "$folder" "$said"

    # gzip keeps the name of what it packs, and with it the release that the backup is of.
    release=$(sed -n 's/^__version__ = "\(.*\)"$/\1/p' "$(dirname "$0")/../go4brussels/__init__.py")
    plain=$part/go4brussels-${release:-unknown}.sql
    # Sessions stay out: they are over when a backup is put back, and a key to the admin until then.
    said=$(pg_dump --format=plain --encoding=UTF8 --no-owner --no-privileges --no-comments --no-password \
        --exclude-table-data=public.django_session --lock-wait-timeout=60000 --file="$plain" 2>&1) \
        || explain "$folder" "$said"
    tail -n 20 "$plain" | grep -q '^-- PostgreSQL database dump complete$' || fail "what pg_dump wrote has no end."
    said=$(gzip "$plain" 2>&1) || explain "$folder" "$said"
    said=$(gzip --test "$plain.gz" 2>&1) || explain "$folder" "$said"
    said=$(sync "$plain.gz" 2>&1) || explain "$folder" "$said"
    whole=$folder/go4brussels-$stamp.sql.gz
    said=$(mv "$plain.gz" "$whole" 2>&1) || explain "$folder" "$said"
    sync "$folder" || true # not every file system can
    # By their names, which tell when they were made; nothing else is ever removed.
    ls "$folder"/go4brussels-$DAY.sql.gz | sort -r | tail -n "+$(($2 + 1))" | while read -r old; do rm -f "$old"; done
    echo "$whole"
}

daily() {
    trap 'exit 0' HUP INT TERM
    while true; do
        if ! younger "$1" 1435; then
            if made=$(sh "$0" once "$1" "$2"); then echo "Wrote $made: $(wc -c <"$made") bytes."; fi
        fi
        sleep 300 &
        wait $!
    done
}

healthy() {
    younger "$1" 1500 || { echo "The newest backup in $1 is older than 25 hours, or there is none." >&2; exit 1; }
    echo "The newest backup in $1 is younger than 25 hours."
}

case ${1-} in
    once | daily) "$1" "${2:?the folder}" "${3:?how many stay}" ;;
    healthy) healthy "${2:?the folder}" ;;
    *) sed -n '2,6s/^# //p' "$0" >&2; exit 2 ;;
esac

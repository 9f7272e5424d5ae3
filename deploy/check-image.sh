#!/bin/sh
# Builds the image on plain Debian bookworm and starts it as in production: no root, no capability, read-only root;
# once on SQLite, once on PostgreSQL. Says each step, and ends with an error at the first that fails.
# Needs root, buildah, debootstrap and curl, port 8000, and a PostgreSQL server (POSTGRES_URL, without a database).
# BUILD_OPTIONS go to "buildah build", for example a --volume with pip's configuration where the machine has its own.
set -eu
cd "$(dirname "$0")/.."
POSTGRES_URL=${POSTGRES_URL:-postgres://postgres@127.0.0.1:5432}
NAME=go4brussels_image_check
HOST=go4brussels.example
work=$(mktemp -d)
container=""
server=""

say() { echo "$(date +%T) $*"; }
fail() { echo "Failed: $*" >&2; exit 1; }
store() { buildah --root "$work/storage" --runroot "$work/run" --storage-driver vfs "$@"; }

# Run a command in the container as docker does with --read-only, --cap-drop ALL and no-new-privileges.
inside() {
    store run --isolation chroot --user root --cap-add CAP_SYS_ADMIN --volume "$work/data:/data" \
        --mount type=tmpfs,destination=/tmp --env SITE_URL="https://$HOST" --env BEHIND_PROXY=1 \
        --env SECRET_KEY="$secret_key" --env DATABASE_URL="$database" "$container" sh -c '
            mount -o remount,bind,ro /
            exec setpriv --reuid "$0" --regid "$0" --clear-groups --no-new-privs --bounding-set=-all "$@"' \
        "${user%:*}" "$@"
}
query() { inside python -c "import psycopg; psycopg.connect('$POSTGRES_URL', autocommit=True).execute('$1')"; }
get() { curl --silent --show-error --fail --header "Host: $HOST" --header "X-Forwarded-Proto: https" "http://127.0.0.1:8000$1"; }

start() {
    inside /app/deploy/entrypoint.sh --bind 0.0.0.0:8000 --pid /data/pid >"$work/log" 2>&1 &
    server=$!
    for _ in $(seq 60); do
        if curl --silent --fail --output "$work/answer" http://127.0.0.1:8000/readyz; then return; fi
        if ! kill -0 "$server" 2>/dev/null; then break; fi
        sleep 0.5
    done
    cat "$work/log" >&2
    fail "the portal did not start."
}
stop() {
    kill "$(cat "$work/data/pid")"
    wait "$server" || fail "it did not stop in peace."
    server=""
}
clean_up() {
    if [ -f "$work/data/pid" ]; then kill "$(cat "$work/data/pid")" && wait "$server"; fi
    if [ -n "$container" ]; then store rm "$container" >"$work/log" || true; fi
    rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 1' INT TERM

check_pages() {
    inside python -c "$health" || fail "the health check says that the portal is ill."
    for page in / /nl/ /fr/ /nl/werven/ /fr/chantiers/ /nl/sectoren/ /admin/login/; do
        get "$page" >"$work/page" || fail "$page is not served."
    done
    style=$(sed -n 's/.*rel="stylesheet" href="\([^"]*\)".*/\1/p' "$work/page" | head -n 1)
    get "$style" >"$work/page" || fail "the stylesheet $style is not served."
}

if curl --silent --output "$work/answer" http://127.0.0.1:8000/; then fail "something answers on port 8000 already."; fi

say "Making the base: Debian bookworm with its own Python."
debootstrap --variant=minbase --include=python3,python3-venv,ca-certificates bookworm "$work/base" >"$work/log" \
    || { tail "$work/log" >&2; fail "debootstrap made no base."; }
container=$(store from scratch)
store add --quiet "$container" "$work/base" / >"$work/log"
store commit --quiet "$container" bookworm-python >"$work/log"
store rm "$container" >"$work/log"
container=""

say "Building the image."
# shellcheck disable=SC2086 # several options in one variable
store build --format docker --isolation chroot --build-arg BASE_IMAGE=localhost/bookworm-python ${BUILD_OPTIONS:-} \
    --tag go4brussels . >"$work/log" 2>&1 || { tail -n 30 "$work/log" >&2; fail "the image was not built."; }
user=$(store inspect --type image --format '{{.Docker.Config.User}}' go4brussels)
health=$(store inspect --type image --format '{{index .Docker.Config.Healthcheck.Test 3}}' go4brussels)
container=$(store from --pull-never go4brussels)
root=$(store mount "$container")

say "Looking for what must not be in it: secrets, databases, tests, files that user $user may write."
[ "${user%:*}" -gt 0 ] || fail "the image runs as root."
if store inspect --type image go4brussels | grep -E 'SECRET_KEY|PASSWORD'; then fail "its history or environment has a secret."; fi
found=$(find "$root/app" -name secret-key -o -name '*.sqlite3*' -o -name '.env*' -o -name .git -o -path "$root/app/tests")
[ -z "$found" ] || fail "it holds $found."
found=$(find "$root/app" ! -type l \( ! -user root -o -perm /022 \))
[ -z "$found" ] || fail "others than root may write $found."

secret_key=$(head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n')
mkdir "$work/data" && chown "$user" "$work/data"

say "Starting it on SQLite, in the volume /data."
database=sqlite:////data/db.sqlite3
start
check_pages
[ -s "$work/data/db.sqlite3" ] || fail "there is no database in /data."
stop
say "Starting it again: the content stays as it is."
start
if grep -q "^Loaded " "$work/log"; then fail "it loaded the content once more."; fi
check_pages
stop

say "Starting it on PostgreSQL."
query "DROP DATABASE IF EXISTS $NAME"
query "CREATE DATABASE $NAME"
database=$POSTGRES_URL/$NAME
start
check_pages
stop
query "DROP DATABASE $NAME"

say "The image is sound."

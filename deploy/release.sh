#!/usr/bin/env bash
# Installs a release beside the one that serves and turns to it: release.sh REF (a tag, a branch or a commit).
# Turns back: release.sh --back [NAME], without touching the database. docs/running.md tells more.
# Each step can be taken again, so that after a failure the same command goes on.
set -euo pipefail
umask 022

ROOT=${GO4BRUSSELS_ROOT:-/opt/go4brussels}
USER_NAME=${GO4BRUSSELS_USER:-go4brussels}
# It returns once the service is ready, as with Type=notify, or fails.
RESTART=${GO4BRUSSELS_RESTART:-systemctl restart go4brussels}
READY=${GO4BRUSSELS_READY:-http://127.0.0.1:8000/readyz}
PYTHON=${PYTHON:-/usr/bin/python3}
ENV_FILE=${ENV_FILE:-/etc/go4brussels.env}
KEPT=3       # releases that stay: the one that serves, and those before it
OLD_DAYS=30  # how long a static file answers after the last release that named it; nginx keeps pages as long
SECONDS_TO_START=${GO4BRUSSELS_SECONDS:-60}

step="looking at what there is"
say() { printf '%s %s\n' "$(date +%T)" "$*"; }
begin() { step=$1; say "$2"; }
fail() { echo "release.sh: $*" >&2; give_up; }
give_up() { step=""; exit 1; }

# shellcheck disable=SC2329 # the trap calls it
# What stopped without a sentence of its own; the messages above it say why.
tell_end() {
    local code=$?
    if ((code)) && [[ -n $step ]]; then
        echo "release.sh: stopped while $step. $(serving) Mend what is said above and run the same again." >&2
    fi
}
serving() {
    local name
    name=$(name_of "$ROOT/current")
    echo "${name:+Release $name serves as before.}"
}

# Run a command of a release as the user of the service, with its settings and nothing else of ours.
as_service() {
    local folder=$1
    shift
    local user=()
    [[ $USER_NAME == "$(id -un)" ]] || user=(runuser -u "$USER_NAME" --)
    (cd "$folder" && "${user[@]}" env -i PATH=/usr/local/bin:/usr/bin:/bin LANG=C.UTF-8 HOME=/nonexistent \
        ENV_FILE="$ENV_FILE" "$@")
}
manage() { as_service "$1" .venv/bin/python manage.py "${@:2}"; }

name_of() { [[ -L $1 ]] && basename "$(readlink -f "$1")" || true; }
names() { (cd "$ROOT/releases" && echo *); }
version_of() { sed -n 's/^__version__ = "\(.*\)"$/\1/p' "$1/go4brussels/__init__.py"; }

look_around() {
    local name
    [[ $USER_NAME == "$(id -un)" || $EUID -eq 0 ]] \
        || fail "run it as root: it writes to $ROOT and restarts the service."
    id "$USER_NAME" >/dev/null 2>&1 || fail "there is no user $USER_NAME: useradd --system $USER_NAME."
    [[ -d $ROOT ]] || fail "there is no folder $ROOT. Make it, with a git clone of the portal in source."
    [[ -r $ENV_FILE ]] || fail "there is no file of settings $ENV_FILE; README.md has the table of them."
    as_service / test -r "$ENV_FILE" \
        || fail "$USER_NAME may not read $ENV_FILE: chgrp $USER_NAME $ENV_FILE, and chmod 640."
    for name in DATABASE_URL BACKUP_DIR; do
        grep -qE "^(export +)?$name *= *[\"']?[^\"' ]" "$ENV_FILE" \
            || fail "$ENV_FILE names no $name: it would stand in the folder of a release, and go with it."
    done
    exec 9>"$ROOT/.lock"
    flock --nonblock 9 || fail "another run of release.sh is at work in $ROOT; wait until it is done."
    mkdir -p "$ROOT/releases" "$ROOT/venvs"
}

# The release ------------------------------------------------------------------------------------------

# Fetch, and print the name of the release and its commit: that of a tag as it is, otherwise the commit's.
resolve() {
    local ref=$1 source=$ROOT/source commit
    git -C "$source" rev-parse --git-dir >/dev/null 2>&1 || fail "$source is no git clone of the portal."
    if [[ -n $(git -C "$source" remote) ]]; then
        git -C "$source" fetch --quiet --tags || fail "git could not fetch into $source; it says why above."
    fi
    commit=$(git -C "$source" rev-parse --quiet --verify "refs/remotes/origin/$ref^{commit}" \
        || git -C "$source" rev-parse --quiet --verify "$ref^{commit}") \
        || fail "there is no tag, branch or commit $ref in $source."
    if git -C "$source" rev-parse --quiet --verify "refs/tags/$ref" >/dev/null; then
        echo "${ref//\//-} $commit"
    else
        echo "${commit:0:12} $commit"
    fi
}

# Write the code beside the others, and give it its name once it is whole.
unpack() {
    local name=$1 commit=$2 folder=$ROOT/releases/$1
    if [[ -d $folder ]]; then
        [[ $(<"$folder/.commit") == "$commit" ]] \
            || fail "$folder holds another commit than $commit: a tag must not move. Name the commit."
        share_static "$(name_of "$ROOT/current")" "$name"
        return
    fi
    begin "writing $folder" "Writing the code of $name to $folder."
    rm -rf "$folder.partial"
    mkdir "$folder.partial"
    git -C "$ROOT/source" -c tar.umask=0022 archive "$commit" \
        | tar --extract --no-same-owner --directory "$folder.partial"
    echo "$commit" >"$folder.partial/.commit"
    install_libraries "$folder.partial"
    collect "$folder.partial"
    mv -T "$folder.partial" "$folder"
}

# Releases with the same lock file share an environment; its stamp says that it is whole.
install_libraries() {
    local folder=$1 venv python
    python=$(python_for_service) || give_up
    venv=$ROOT/venvs/$( (cat "$folder/requirements/base.txt"; "$python" -VV) | sha256sum | cut -c 1-12)
    if [[ ! -e $venv/base ]]; then
        begin "installing the libraries" "Installing its libraries, whose hashes are checked, to $venv."
        rm -rf "$venv"
        "$python" -m venv "$venv" || fail "$python makes no virtual environment; on Debian: python3-venv."
        "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes \
            -r "$folder/requirements/base.txt"
        touch "$venv/base"
    fi
    ln -sfn "$venv" "$folder/.venv"
    as_service "$folder" .venv/bin/python -c "import django" || fail "$USER_NAME cannot run $venv/bin/python."
}

# Print the Python to build with: one that the service can run, which it cannot where that is in a home.
python_for_service() {
    local real
    real=$(readlink -f "$(command -v "$PYTHON" || true)")
    [[ -n $real ]] || fail "there is no Python $PYTHON; name one: PYTHON=/usr/bin/python3."
    as_service / "$real" -c "import sys; sys.exit(sys.version_info < (3, 11))" 2>/dev/null \
        || fail "$USER_NAME cannot run $real, or it is older than 3.11. Name another (PYTHON=…)."
    echo "$real"
}

# The static files beside those of the release before: pages that were made earlier go on naming these.
collect() {
    local folder=$1 static=$1/var/static file
    begin "collecting the static files" "Collecting its static files beside those of the release before."
    mkdir -p "$static"
    if [[ -d $ROOT/current/var/static ]]; then
        cp --archive "$ROOT/current/var/static/." "$static"
        # What that release names is in use until today, whenever it was made.
        (cd "$static" && hashed staticfiles.json | while read -r file; do
            touch --no-create "$file" "$file.gz" "$file.br"
        done)
        find "$static" -type f -regextype posix-extended -regex '.*\.[0-9a-f]{12}\.[^/]+' \
            -mtime "+$OLD_DAYS" -delete
    fi
    (
        cd "$folder"
        env -i PATH="$PATH" ENV_FILE="$ENV_FILE" \
            .venv/bin/python manage.py collectstatic --no-input --verbosity 0
        # The service may not write; and what it says of a fault names the folder that will be.
        .venv/bin/python -m compileall -q -p "${folder%.partial}" --invalidation-mode unchecked-hash \
            accounts go4brussels initiatives
    )
}
# Let a release that stands already answer for the files that pages of another name; its own stay as they are.
share_static() {
    local from=$ROOT/releases/$1/var/static
    [[ -n $1 && $1 != "$2" && -d $from ]] || return 0
    tar --create --directory "$from" . \
        | tar --extract --skip-old-files --directory "$ROOT/releases/$2/var/static"
}
hashed() { [[ -e $1 ]] && grep -oE '[^" ]+\.[0-9a-f]{12}\.[a-z0-9]+' "$1" | sort -u || true; }

# Turning to it ----------------------------------------------------------------------------------------

turn() {
    ln -sfn "releases/$1" "$ROOT/current.new"
    mv -T "$ROOT/current.new" "$ROOT/current"
}

restart() {
    bash -c "$RESTART" 9>&-  # the lock is not for what it starts
}

# Whether what answers is ready and, where it says which release it is, the right one.
is_served() {
    local said
    said=$("$ROOT/current/.venv/bin/python" - "$READY" 2>/dev/null <<'END'
import sys, urllib.request
straight = urllib.request.build_opener(urllib.request.ProxyHandler({}))
print(straight.open(sys.argv[1], timeout=5).read().decode())
END
    ) || return 1
    ! grep -q "^release " <<<"$said" || grep -qx "release $1" <<<"$said"
}

wait_for() {
    local deadline=$((SECONDS + SECONDS_TO_START))
    until is_served "$1"; do
        ((SECONDS < deadline)) || return 1
        sleep 0.2
    done
}

starts() { restart && wait_for "$(version_of "$ROOT/current")"; }

# Turn to a release and wait until it answers; where it does not, turn back to the one before and say so.
serve() {
    local name=$1 before
    before=$(name_of "$ROOT/current")
    begin "turning to $name" "Turning to $name${before:+, from $before}, and restarting the service."
    turn "$name"
    if starts; then
        touch "$ROOT/releases/$name"
        return
    fi
    if [[ -z $before || $before == "$name" ]]; then
        fail "$name was started and does not answer at $READY; journalctl --unit go4brussels says why."
    fi
    say "$name does not answer at $READY: turning back to $before."
    share_static "$name" "$before"
    turn "$before"
    starts || fail "neither $name nor $before answers at $READY; journalctl --unit go4brussels says why."
    fail "$name did not start; $before serves again, and nothing is lost. The journal of the unit says why."
}

# Keep the last releases, and the environments that they use.
clear_away() {
    local name venv used=()
    # shellcheck disable=SC2012 # names of releases have no odd signs
    for name in $(ls -1t "$ROOT/releases" | tail -n "+$((KEPT + 1))"); do
        [[ $name == "$(name_of "$ROOT/current")" || $name == "$(name_of "$ROOT/before")" ]] && continue
        say "Taking $name away: the last $KEPT releases stay."
        rm -rf "${ROOT:?}/releases/$name"
    done
    mapfile -t used < <(readlink -f "$ROOT"/releases/*/.venv)
    for venv in "$ROOT"/venvs/*; do
        [[ " ${used[*]} " == *" $(readlink -f "$venv") "* ]] || rm -rf "$venv"
    done
}

install_release() {
    local found name commit before
    found=$(resolve "$1") || give_up
    read -r name commit <<<"$found"
    before=$(name_of "$ROOT/current")
    unpack "$name" "$commit"
    local folder=$ROOT/releases/$name
    begin "checking the settings" "Checking $name with the settings in $ENV_FILE, as $USER_NAME."
    manage "$folder" check
    if [[ -n $before ]]; then
        begin "backing the database up" "Backing the database up, as it is before this release."
        manage "$folder" backup
    fi
    begin "preparing the database" "Preparing the database${before:+, while $before serves}."
    manage "$folder" prepare
    serve "$name"
    [[ -z $before || $before == "$name" ]] || ln -sfn "releases/$before" "$ROOT/before"
    clear_away
    say "Release $name serves.${before:+ Back to the one before, without the database: $0 --back}"
}

go_back() {
    local name=${1:-} current
    current=$(name_of "$ROOT/current")
    [[ -n $current ]] || fail "no release serves in $ROOT."
    [[ -n $name ]] || name=$(name_of "$ROOT/before")
    [[ -n $name && -d $ROOT/releases/$name ]] \
        || fail "there is no release ${name:-before $current}; there are: $(names)."
    [[ $name != "$current" ]] || fail "$name serves already; there are: $(names)."
    share_static "$current" "$name"
    serve "$name"
    say "Release $name serves, on the same database: nothing is lost, of before $current and of after."
    say "Should the database go back too, every change since the backup is lost; it says which, and asks:"
    echo "    cd $ROOT/releases/$current && runuser -u $USER_NAME -- \\"
    echo "        env ENV_FILE=$ENV_FILE .venv/bin/python manage.py restore FILE"
}

main() {
    case ${1:-} in
        --back) (($# <= 2)) || fail "give one release, or none for the one before." ;;
        "" | -*) echo "Give a tag, a branch or a commit: $0 REF, or $0 --back [NAME]." >&2; exit 2 ;;
    esac
    trap tell_end EXIT
    look_around
    if [[ $1 == --back ]]; then go_back "${2:-}"; else install_release "$1"; fi
}

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then
    main "$@"
    exit  # nothing is read from this file any more, which the next release may have changed
fi

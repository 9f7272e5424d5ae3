#!/usr/bin/env bash
# Turns back to the release before, or to the one that is named, without touching the database.
set -euo pipefail
exec "$(dirname "$0")/release.sh" --back "$@"

#!/bin/sh
# What the container does: bring the database up to date, fill an empty one, serve.
# Arguments are gunicorn's, for example --workers 4.
set -eu
cd "$(dirname "$0")/.."
python manage.py migrate --no-input --verbosity 0
python manage.py load_content --if-empty
python manage.py reindex
exec gunicorn --config go4brussels/gunicorn.py --bind 0.0.0.0:8000 "$@" go4brussels.wsgi

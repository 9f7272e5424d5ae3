#!/bin/sh
# How the portal starts, in the image and under systemd alike: make the database ready, serve.
# Arguments are gunicorn's, for example --workers 4. The image gives it --bind; under systemd it takes the socket
# that the service is given.
set -eu
cd "$(dirname "$(readlink -f "$0")")/.."
python=.venv/bin/python
if ! [ -x "$python" ]; then
    echo "The portal cannot start: $PWD/$python leads to $(readlink -m "$python"), which user $(id -un) cannot run." \
        "Make the environment with a Python of the system: make PYTHON=/usr/bin/python3 .venv/base" >&2
    exit 1
fi
"$python" manage.py prepare
exec "$python" -m gunicorn --config go4brussels/gunicorn.py "$@" go4brussels.wsgi

# The portal in a container; docs/running.md tells how to run it. Any base with Debian bookworm's Python 3.11 will do.
ARG BASE_IMAGE=python:3.11-slim-bookworm

FROM ${BASE_IMAGE} AS build
# The Python image has venv; plain Debian keeps it in a package of its own.
RUN python3 -c "import ensurepip" 2>/dev/null \
    || { apt-get update && apt-get install --yes --no-install-recommends python3-venv; }
WORKDIR /app
COPY requirements/base.txt requirements/base.txt
RUN python3 -m venv .venv \
    && .venv/bin/python -m pip install --no-cache-dir --require-hashes -r requirements/base.txt \
    && .venv/bin/python -m pip uninstall --yes --quiet setuptools pip
COPY . .
# Django asks for a key and an address even to collect files; these are thrown away with this step.
# Everybody may read the result, whatever the umask of the checkout, and only root may write it.
RUN SITE_URL=http://localhost SECRET_KEY="$(python3 -c 'import secrets; print(secrets.token_hex(32))')" \
    .venv/bin/python manage.py collectstatic --no-input --verbosity 0 \
    && .venv/bin/python -m compileall -q --invalidation-mode unchecked-hash accounts go4brussels initiatives \
    && chmod -R u+rwX,go+rX,go-w /app

FROM ${BASE_IMAGE}
LABEL org.opencontainers.image.title="Go4Brussels 2030, objective 1.4" \
      org.opencontainers.image.description="Bilingual public portal for objective 1.4 of Go4Brussels 2030" \
      org.opencontainers.image.version="1.0.0" \
      org.opencontainers.image.licenses="EUPL-1.2"
RUN groupadd --gid 10001 portal \
    && useradd --uid 10001 --gid portal --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin portal \
    && install --directory --owner portal --group portal --mode 750 /data \
    && install --directory --owner portal --group portal --mode 700 /data/backups
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DATABASE_URL=sqlite:////data/db.sqlite3 \
    BACKUP_DIR=/data/backups
VOLUME /data
USER 10001:10001
EXPOSE 8000
# Straight to the process: no proxy that the environment may name, no redirection to follow.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["python", "-c", "from http.client import HTTPConnection as C; c = C('127.0.0.1', 8000, timeout=4); c.request('GET', '/healthz'); exit(c.getresponse().status != 200)"]
# Beyond the container nobody would reach what listens on 127.0.0.1. What is given to it comes after.
ENTRYPOINT ["/app/deploy/entrypoint.sh", "--bind", "0.0.0.0:8000"]

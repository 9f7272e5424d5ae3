"""What runs the portal elsewhere keeps its promises, as far as one can tell without a container engine."""

import os
import re
import subprocess

import pytest
import yaml
from django.conf import settings

from go4brussels.environment import read_file

from ..asked import asked
from ..environ import UNSET

DEPLOY = settings.BASE_DIR / "deploy"
DOCKERFILE = (settings.BASE_DIR / "Dockerfile").read_text(encoding="utf-8")
NGINX = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
GUIDE = (settings.BASE_DIR / "docs" / "running.md").read_text(encoding="utf-8")
README = (DEPLOY / "README.md").read_text(encoding="utf-8")
MAKEFILE = (settings.BASE_DIR / "Makefile").read_text(encoding="utf-8")
UNIT = (DEPLOY / "go4brussels.service").read_text(encoding="utf-8")
SERVICES = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]
SECRETS = re.compile(r"SECRET_KEY|PASSWORD|TOKEN")
# The variables of nginx that hold a query string, of this page or of the one before.
QUERIES = {"args", "http_referer", "is_args", "query_string", "request", "request_uri"}
SETTINGS = asked()
# What compose makes of deploy/.env itself, or leaves to who develops.
OF_COMPOSE = {"SITE_URL", "SECRET_KEY", "DATABASE_URL", "BEHIND_PROXY"}
NEVER_IN_PRODUCTION = {"DEBUG"}
# A path on the machine, which is none in the container: compose has a file of its own, deploy/.env.
NOT_FOR_COMPOSE = {"ENV_FILE"}


def test_the_image_names_its_release():
    assert re.findall(r'image\.version="([^"]*)"', DOCKERFILE) == [settings.RELEASE]


def instructions(name):
    """Return each instruction of that name in the Dockerfile, its continued lines joined."""
    return re.findall(rf"^{name} (.*)$", DOCKERFILE.replace("\\\n", " "), re.MULTILINE)


def test_it_builds_an_image_without_a_secret():
    assert instructions("RUN")
    assert not [
        line for name in ("ENV", "ARG", "LABEL") for line in instructions(name) if SECRETS.search(line)
    ]
    # The key that Django asks for while it collects files is made by the step itself, and ends with it.
    keys = [line for line in instructions("RUN") if "SECRET_KEY" in line]
    assert [re.search(r"SECRET_KEY=(\S+)", line).group(1) for line in keys] == ['"$(python3']


def test_it_sends_only_named_files_to_the_image():
    lines = (settings.BASE_DIR / ".dockerignore").read_text(encoding="utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    allowed = {rule.removeprefix("!") for rule in rules if rule.startswith("!")}
    assert allowed.isdisjoint({"var", ".env", ".git", "deploy", "deploy/.env", "tests"})
    assert {"fixtures", "locale", "static", "templates"} <= allowed


def test_it_runs_the_image_as_a_user_with_a_fixed_number():
    assert instructions("USER") == ["10001:10001"]
    assert "--uid 10001" in DOCKERFILE


def test_it_keeps_the_static_files_of_the_image_clear_of_the_volume():
    assert instructions("VOLUME") == ["/data"]
    assert "DATABASE_URL=sqlite:////data/" in instructions("ENV")[0]
    assert not [mount for mount in SERVICES["portal"].get("volumes", []) if ":/app" in mount]


@pytest.mark.parametrize("script", ["entrypoint.sh", "check-image.sh", "go4brussels"])
def test_it_has_scripts_that_sh_understands(script):
    assert os.access(DEPLOY / script, os.X_OK)
    subprocess.run(["/bin/sh", "-n", DEPLOY / script], check=True)


def test_it_makes_compose_ask_for_the_secrets():
    portal, database = (SERVICES[name]["environment"] for name in ("portal", "database"))
    assert portal["SITE_URL"].startswith("${SITE_URL:?")
    assert portal["SECRET_KEY"].startswith("${SECRET_KEY:?")
    assert "${POSTGRES_PASSWORD:?" in portal["DATABASE_URL"]
    assert database["POSTGRES_PASSWORD"].startswith("${POSTGRES_PASSWORD:?")


def test_it_gives_the_portal_only_settings_that_it_reads():
    unit = re.findall(r"^Environment=([A-Z_]+)=", UNIT, re.MULTILINE)
    image = re.findall(r"([A-Z_]+)=", instructions("ENV")[0])
    checked = re.findall(r"--env ([A-Z_]+)=", (DEPLOY / "check-image.sh").read_text(encoding="utf-8"))
    made = re.findall(r"^(?:SITE|PRODUCTION|DEVELOPMENT) := (.*)$", MAKEFILE, re.MULTILINE)
    given = {*unit, *image, *checked, *re.findall(r"([A-Z_]+)=", " ".join(made))} - {
        "PATH",
        "PYTHONUNBUFFERED",
    }
    assert {"DATABASE_URL", "BEHIND_PROXY", "SECRET_KEY", "DEBUG"} <= given
    assert given <= SETTINGS


def test_compose_passes_every_setting_that_there_is():
    given = SERVICES["portal"]["environment"]
    assert given.keys() == SETTINGS - NEVER_IN_PRODUCTION - NOT_FOR_COMPOSE
    # Taken from deploy/.env where it has a value, and otherwise not set at all.
    assert {
        name: value for name, value in given.items() if name not in OF_COMPOSE and value is not None
    } == {}


def test_what_compose_asks_for_is_told_beside_it():
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    asked_for = set(re.findall(r"\$\{([A-Z_]+)", text))
    example = re.search(r"^cat > deploy/\.env <<END\n(.*?)^END$", GUIDE, re.DOTALL | re.MULTILINE)[1]
    listed = set(re.findall(r"^#?([A-Z_]+)=", example, re.MULTILINE))
    assert "POSTGRES_PASSWORD" in asked_for
    assert asked_for <= {*re.findall(r"`([A-Z_]+)`", README + GUIDE), *listed}
    assert listed <= asked_for | SETTINGS


def test_the_image_and_the_unit_take_nothing_from_the_environment_away():
    # What is given with --env-file, or stands in the unit's file, reaches the portal as it is.
    entrypoint = (DEPLOY / "entrypoint.sh").read_text(encoding="utf-8")
    for text in (entrypoint, UNIT):
        assert not re.search(r"\bunset\b|\benv -|UnsetEnvironment|PassEnvironment", text)
        assert not re.search(rf"\b({'|'.join(SETTINGS - {'DATABASE_URL', 'ENV_FILE'})})=", text)
    # The portal reads the file itself, and what the unit said would win over it.
    assert re.findall(r"^Environment=(\w+)=(.*)$", UNIT, re.MULTILINE) == [
        ("PYTHONUNBUFFERED", "1"),
        ("ENV_FILE", "/etc/go4brussels.env"),
    ]


def test_the_file_of_the_unit_is_read_as_it_is_typed(tmp_path):
    example = re.search(r"^cat > /etc/go4brussels\.env <<END\n(.*?)^END$", GUIDE, re.DOTALL | re.MULTILINE)[1]
    names = re.findall(r"^#([A-Z_]+)=''$", example, re.MULTILINE)
    assert "PUBLISHER_NAME_NL" in names
    (tmp_path / "env").write_text(
        re.sub(r"^#([A-Z_]+=)''$", r"\1'Dienst voor Werk & Co (#1)'", example, flags=re.MULTILINE)
    )
    found = read_file(tmp_path / "env")
    assert {name: found[name] for name in names} == dict.fromkeys(names, "Dienst voor Werk & Co (#1)")
    assert {"SITE_URL", "SECRET_KEY", "DATABASE_URL", "BEHIND_PROXY"} <= found.keys() <= SETTINGS


def test_each_image_can_be_named_by_its_digest():
    base = re.search(r"^ARG BASE_IMAGE=(\S+)$", DOCKERFILE, re.MULTILINE)[1]
    assert SERVICES["portal"]["build"]["args"] == {"BASE_IMAGE": f"${{BASE_IMAGE:-{base}}}"}
    assert SERVICES["database"]["image"].startswith("${DATABASE_IMAGE:-")


def test_no_test_depends_on_what_a_developer_has_set():
    run = (settings.BASE_DIR / ".ci" / "run").read_text(encoding="utf-8")
    unset = {name for line in re.findall(r"^unset (.*)$", run, re.MULTILINE) for name in line.split()}
    assert SETTINGS - unset == set()
    assert {*UNSET, "DATABASE_URL", "DEBUG", "SITE_URL", "SECRET_KEY", "LOG_LEVEL"} == SETTINGS


@pytest.mark.parametrize("service", SERVICES)
def test_it_locks_every_container_down(service):
    options = SERVICES[service]
    assert options["read_only"] is True
    assert options["cap_drop"] == ["ALL"]
    assert options["security_opt"] == ["no-new-privileges:true"]
    assert all(port.startswith("127.0.0.1:") for port in options.get("ports", []))


def test_it_logs_no_query_string_in_nginx():
    formats = re.findall(r"log_format go4brussels (.*?);", NGINX, re.DOTALL)
    assert formats
    assert QUERIES.isdisjoint(re.findall(r"\$\{?(\w+)", formats[0]))
    assert set(re.findall(r"access_log \S+ ?(\w*)", NGINX)) == {"go4brussels"}
    assert set(re.findall(r"error_log \S+ ?(\w*);", NGINX)) == {"crit"}


def test_it_tells_the_portal_of_https_through_nginx():
    assert "proxy_set_header X-Forwarded-Proto $scheme;" in NGINX
    assert "proxy_set_header Host $host;" in NGINX
    # Set, and not added to what the visitor says.
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in NGINX


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_it_answers_the_health_check_inside_a_container(client, db, settings, path):
    settings.SECURE_SSL_REDIRECT = True
    settings.SITE_URL = "https://go4brussels.example"
    assert client.get(path, headers={"host": "127.0.0.1:8000"}).status_code == 200
    assert client.get("/nl/", headers={"host": "127.0.0.1:8000"}).status_code == 301

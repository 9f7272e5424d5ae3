"""LOG_FORMAT=json: whatever is written, by the portal or by gunicorn, is an object a line."""

import json
import logging
import os
import subprocess
import sys
import threading
import time
import warnings

import pytest
from django.conf import settings

from go4brussels import logs
from go4brussels.logs import ObjectFormatter
from initiatives import tracing

from ..server import serve
from .test_logs import FORGED, Logged, get


@pytest.fixture(scope="module")
def logged(prepared, tmp_path_factory):
    folder = tmp_path_factory.mktemp("objects")
    file = folder / "portal.env"
    # Named in a file, which gunicorn's first process has to read as well.
    file.write_text("LOG_FORMAT=json\n")
    with serve(prepared, folder, LOG_LEVEL="INFO", ENV_FILE=str(file)) as server:
        time.sleep(0.5)
        yield Logged(server, folder / "log")


def objects(log):
    return [json.loads(line) for line in log.read_text().splitlines()]


def test_every_line_is_an_object_from_the_start_on(logged):
    logged.send(get("/nl/?q=geheim"))
    logged.send(get("/nl/", host="evil.example"))
    logged.send(b"GET /nl/?q=geheim en meer HTTP/1.1\r\n\r\n")
    time.sleep(0.3)
    found = objects(logged.log)
    assert {"gunicorn.error", "gunicorn.access", "django.security.DisallowedHost"} <= {
        each["logger"] for each in found
    }
    assert all(each["time"].endswith("+00:00") for each in found)
    assert "geheim" not in logged.log.read_text()


def test_a_request_is_told_in_parts(logged):
    answer, [line] = logged.lines_of(get("/nl/nergens/"))
    told = json.loads(line)
    assert told["request"].encode() in answer
    parts = {name: told[name] for name in ("logger", "address", "method", "path", "status")}
    assert parts == {
        "logger": "gunicorn.access",
        "address": "127.0.0.1",
        "method": "GET",
        "path": "/nl/nergens/",
        "status": "404",
    }
    assert {type(told[name]) for name in ("bytes", "milliseconds")} == {int}


def test_a_traceback_stands_in_the_object():
    tracing.end()  # what another test may have begun in this thread
    try:
        raise RuntimeError(f"gone\n{FORGED}")
    except RuntimeError:
        record = logging.LogRecord("x", logging.ERROR, "", 0, "said %s", ("\u2028",), sys.exc_info())
    line = ObjectFormatter().format(record)
    assert line.isascii() and line.isprintable()
    told = json.loads(line)
    assert told["traceback"].startswith("Traceback (most recent call last):")
    assert told["request"] == "-"


@pytest.mark.parametrize("form", [ObjectFormatter, logs.LineFormatter])
def test_an_error_says_nothing_where_somebody_typed_something(form):
    words = " ".join(("ge", "heim")).replace(" ", "")

    def told():
        try:
            try:
                raise KeyError(words)
            except KeyError as error:
                raise ValueError(f"{words} is none") from error
        except ValueError:
            record = logging.LogRecord("x", logging.ERROR, "", 0, "said", (), sys.exc_info())
        return form().format(record)

    try:
        tracing.begin(brings_words=True)
        assert all(each in told() for each in ("builtins.KeyError: ", "builtins.ValueError: ", "in told"))
        assert words not in told()
        tracing.begin()
        assert f"ValueError: {words} is none" in told()
    finally:
        tracing.end()


def test_warnings_and_threads_that_end_are_told_in_the_log(caplog):
    caplog.set_level("WARNING")
    hook, show = threading.excepthook, warnings.showwarning
    try:
        logs.take_over()
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            logging.captureWarnings(False)
            logging.captureWarnings(True)
            warnings.warn("something old", UserWarning, stacklevel=1)
        thread = threading.Thread(target=lambda: 1 / 0, name="lost")
        thread.start()
        thread.join()
    finally:
        logging.captureWarnings(False)
        threading.excepthook, warnings.showwarning = hook, show
    assert "something old" in caplog.text
    assert "The thread lost ended." in caplog.text


@pytest.mark.parametrize("form", ["json", "text"])
def test_a_start_that_fails_is_told_in_the_form_of_the_rest(form):
    config = "go4brussels/gunicorn.py"
    done = subprocess.run(
        [sys.executable, "-m", "gunicorn", "--config", config, "--bind", "127.0.0.1:0", "go4brussels.wsgi"],
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ["PATH"], "LOG_FORMAT": form},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    lines = (done.stdout + done.stderr).splitlines()
    assert done.returncode != 0
    said = [json.loads(line)["message"] for line in lines] if form == "json" else lines
    assert any("The portal cannot start: SITE_URL is not set." in each for each in said)

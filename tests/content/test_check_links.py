"""The links to other sites: found in the content, asked one by one, the dead reported and none left out."""

import socket
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from django.core.management import CommandError, call_command

from initiatives.content.links import addresses_in, answer, links
from initiatives.models import Milestone, Objective, OfficeHolder, Organisation, Strategy, Term

from ..saving import update


class Site(BaseHTTPRequestHandler):
    """Answers as the address says, /200 or /404; /get knows no HEAD, /slow is slow; /junk is none."""

    def do_HEAD(self):
        self.server.asked.append((self.command, self.path))
        if self.path == "/slow":
            time.sleep(1.5)
        if self.path == "/junk":
            self.wfile.write(b"no HTTP at all\r\n\r\n")
        if self.path in ("/cut", "/junk"):
            return
        status = int(self.path[1:4]) if self.path[1:4].isdigit() else 200
        if self.path == "/get" and self.command == "HEAD":
            status = 405
        self.send_response(status)
        if status == 301:
            self.send_header("Location", "/404")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_HEAD

    def log_message(self, *args):
        pass


@pytest.fixture
def site():
    """Return the address of a site on this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.asked = []
    Thread(target=server.serve_forever, daemon=True).start()
    server.address = f"http://127.0.0.1:{server.server_port}"
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def closed():
    """Return an address at which nothing listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return f"http://127.0.0.1:{port}/"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("go4.brussels/nl", ["https://go4.brussels/nl"]),
        ("vrt.be en bx1.be, juli 2019; levif.be.", ["https://vrt.be", "https://bx1.be", "https://levif.be"]),
        ("brupartners.brussels, fr/actualites/sommet", ["https://brupartners.brussels"]),
        ("zie (https://be.brussels/nl/a?b=c).", ["https://be.brussels/nl/a?b=c"]),
        ("juli 2019, art. 3.2, mail@be.brussels", []),
    ],
)
def test_it_finds_addresses_where_sources_are_told(text, found):
    assert addresses_in(text, is_source=True) == found


def test_it_takes_a_name_in_a_text_for_no_address():
    assert addresses_in("de steun voor screen.brussels optrekken") == []
    assert addresses_in("zie https://screen.brussels/nl") == ["https://screen.brussels/nl"]


@pytest.mark.django_db
def test_it_finds_the_links_of_the_real_content_each_once():
    found = links()
    [source] = [address for address in found if address.startswith("https://be.brussels/nl/over")]
    assert ("objective 1.4", "source_url") in found[source]
    strategy = found["https://brupartners.brussels/nl/strategie-go4brussels-2030"]
    assert ("milestone 2021-02-24", "source") in strategy
    assert "https://screen.brussels" not in found
    assert ("officeholder minister-digital 2019-07-18", "source_fr") in found["https://vrt.be"]


def test_it_asks_in_full_where_a_server_knows_no_head(site):
    assert answer(f"{site.address}/get", 5)[0] == 200
    assert site.asked == [("HEAD", "/get"), ("GET", "/get")]
    assert answer(f"{site.address}/200-é", 5)[0] == 200


def test_it_follows_a_redirect_to_its_end(site):
    assert answer(f"{site.address}/301", 5)[0] == 404


def content_with(monkeypatch, *found):
    monkeypatch.setattr(
        "initiatives.management.commands.check_links.links",
        lambda: {address: [(f"sector s{number}", "nace_note_nl")] for number, address in enumerate(found)},
    )


def test_it_reports_each_dead_link_and_stops_at_none(site, closed, monkeypatch, capsys):
    paths = ("404", "200", "slow", "cut", "junk", "503", "403", "get")
    content_with(monkeypatch, closed, "http://[broken/", *(f"{site.address}/{path}" for path in paths))
    start = time.monotonic()
    with pytest.raises(CommandError, match="7 of 10 links are dead") as error:
        call_command("check_links", "--timeout", "0.5")
    assert error.value.returncode == 1
    assert time.monotonic() - start < 6
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(",")[0] for line in lines] == [f"sector s{n}" for n in (0, 1, 2, 4, 5, 6, 7, 8)]
    assert lines[0].startswith(f"sector s0, field nace_note_nl: {closed} does not answer: ")
    assert lines[2] == f"sector s2, field nace_note_nl: {site.address}/404 answers 404 Not Found."
    assert "timed out" in lines[3]
    assert "open it in a browser" in lines[7]
    assert site.asked[-1] == ("GET", "/get")


@pytest.mark.django_db
def test_it_names_every_record_and_field_that_has_a_dead_link(site, closed, capsys):
    for model in (Milestone, Objective, Organisation, Strategy, Term):
        names = [
            field.name for field in model._meta.fields if "source" in field.name or "terms" in field.name
        ]
        texts = [name for name in names if name != "source_copied_by"]
        update(model.objects, **dict.fromkeys(texts, "-"))
    update(OfficeHolder.objects, source_nl=f"zie {site.address}/200", source_fr="-")
    update(Objective.objects, source_url=f"{site.address}/200")
    call_command("check_links")
    assert capsys.readouterr().out == "Links checked: 1. None is dead.\n"
    assert len(site.asked) == 1

    update(Objective.objects.filter(code="1.4"), source_url=f"{site.address}/404")
    update(Milestone.objects.filter(date="2021-02-24"), source=f"Gelezen op {site.address}/404.")
    with pytest.raises(CommandError, match="1 of 2 links are dead"):
        call_command("check_links")
    assert capsys.readouterr().out.splitlines() == [
        f"milestone 2021-02-24, field source: {site.address}/404 answers 404 Not Found.",
        f"objective 1.4, field source_url: {site.address}/404 answers 404 Not Found.",
    ]


def test_it_refuses_a_time_out_that_is_none():
    with pytest.raises(CommandError, match="--timeout"):
        call_command("check_links", "--timeout", "0")

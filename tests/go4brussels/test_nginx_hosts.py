"""For whom nginx answers and how it speaks TLS, as the shipped file stands in Debian's own nginx."""

import os
import re
import socket
import ssl
import subprocess
from pathlib import Path

import pytest

from ..faults.load import unchecked
from ..faults.processes import free_port
from ..needs import need
from ..nginx import NAME, SHIPPED, certificate, configuration, need_nginx, nginx, wait_for
from ..upstream import App, small_mirror

pytestmark = pytest.mark.any_database

DEBIAN = Path("/etc/nginx")
HSTS = "max-age=31536000; includeSubDomains"
PRELOAD = {'"" "max-age=31536000; includeSubDomains";': '"" "max-age=31536000; includeSubDomains; preload";'}
# What Mozilla calls intermediate, without DHE.
CIPHERS = {"ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305"}


@pytest.fixture(scope="module")
def front(tmp_path_factory):
    """Return nginx in front of an application that says HSTS, as the portal does."""
    app = App()
    app.headers = {"Strict-Transport-Security": HSTS, "X-Content-Type-Options": "nosniff"}
    with nginx(tmp_path_factory.mktemp("nginx"), app.address) as running:
        running.app = app
        yield running
    app.stop()


def plain(port, request):
    """Return what is answered to these bytes on the port without TLS."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(request.encode())
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while part := connection.recv(4096):
            answer += part
    return answer.decode()


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


# In Debian --------------------------------------------------------------------------------------------


@pytest.fixture(params=["beside the default site", "alone"])
def debian(request, tmp_path):
    """Return Debian's nginx.conf with the shipped file in conf.d, of which only places were changed."""
    program = need_nginx()
    conf, site = DEBIAN / "nginx.conf", DEBIAN / "sites-available" / "default"
    need(
        conf.exists() and "sites-enabled" in conf.read_text(),
        "/etc/nginx/nginx.conf is not Debian’s: whether the shipped file fits it is not tested.",
    )
    ports = free_port(), free_port()
    for name in ("conf.d", "sites-enabled", "log", "lib"):
        (tmp_path / name).mkdir()
    certificate(tmp_path)
    text = configuration(tmp_path, ports, "127.0.0.1:1", None, {"/cache/go4brussels": "/lib/go4brussels"})
    (tmp_path / "conf.d" / "go4brussels.conf").write_text(text)
    if request.param != "alone":
        welcome = site.read_text().replace("listen 80 d", f"listen 127.0.0.1:{ports[1]} d")
        (tmp_path / "sites-enabled" / "default").write_text(
            welcome.replace("listen [::]:80 default_server;", "")
        )
    around = conf.read_text().replace("/run/nginx.pid", f"{tmp_path}/pid")
    around = around.replace("/var/log/nginx", f"{tmp_path}/log").replace("user www-data;", "")
    for name in ("conf.d", "sites-enabled"):
        around = around.replace(f"/etc/nginx/{name}", f"{tmp_path}/{name}")
    (tmp_path / "nginx.conf").write_text(around)
    given = ["-c", str(tmp_path / "nginx.conf"), "-e", str(tmp_path / "log" / "start.log")]
    return [program, *given], tmp_path, ports


def test_it_is_taken_as_it_stands_without_a_warning(debian):
    command, folder, _ports = debian
    done = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert done.returncode == 0 and "test is successful" in done.stderr, done.stderr
    assert "[warn]" not in done.stderr and "[warn]" not in (folder / "log" / "start.log").read_text()
    assert {path.name for path in (folder / "lib").iterdir()} == {"go4brussels", "go4brussels-asked"}


def test_the_places_of_what_it_keeps_are_those_that_debian_makes():
    built = subprocess.run([need_nginx(), "-V"], capture_output=True, text=True, check=True).stderr
    made = Path(re.search(r"--http-proxy-temp-path=(\S+)", built)[1]).parent
    if made != Path("/var/lib/nginx"):
        pytest.skip("This nginx is not Debian’s.")
    kept = re.findall(r"proxy_cache_path (\S+)", SHIPPED.read_text(encoding="utf-8"))
    assert kept and {Path(place).parent for place in kept} == {made}


def test_debians_own_site_shows_itself_to_nobody(debian):
    command, folder, (_port, plain_port) = debian
    # Debian's compiled-in places are root's alone.
    extra = "".join(
        f"{name}_temp_path {folder}/temp-{name}; "
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    conf = folder / "nginx.conf"
    user = "user root;\n" if os.geteuid() == 0 else ""
    conf.write_text(user + conf.read_text().replace("http {", "http { " + extra, 1))
    process = subprocess.Popen([*command, "-g", "daemon off;"], stderr=subprocess.DEVNULL)
    try:
        wait_for(lambda: listens(plain_port), "nginx did not start")
        for host in ("other.example", "127.0.0.1", "localhost"):
            assert plain(plain_port, f"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n") == "", host
        assert plain(plain_port, "GET / HTTP/1.0\r\n\r\n") == ""
        assert plain(plain_port, f"GET / HTTP/1.1\r\nHost: {NAME}\r\n\r\n").startswith("HTTP/1.1 301 ")
    finally:
        process.terminate()
        process.wait(timeout=10)


# Hosts ------------------------------------------------------------------------------------------------

STRANGE = [
    "GET /nl/ HTTP/1.1\r\nHost: other.example\r\n\r\n",
    "GET /nl/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "GET /nl/ HTTP/1.1\r\nHost: [::1]\r\n\r\n",
    "GET /nl/ HTTP/1.1\r\nHost:\r\n\r\n",
    "GET /nl/ HTTP/1.0\r\n\r\n",
    f"GET /nl/ HTTP/1.1\r\nHost: {NAME}.other.example\r\n\r\n",
    f"GET http://other.example/nl/ HTTP/1.1\r\nHost: {NAME}\r\n\r\n",
]


@pytest.mark.parametrize("request_text", STRANGE)
def test_without_tls_another_name_is_answered_nothing(front, request_text):
    answer = plain(front.plain_port, request_text)
    assert answer == "" or (answer.startswith("HTTP/1.1 400 ") and "nginx/" not in answer)


def test_without_tls_the_portals_own_name_leads_on_and_tells_no_version(front):
    answer = plain(front.plain_port, f"GET /nl/ HTTP/1.1\r\nHost: {NAME}:80\r\nConnection: close\r\n\r\n")
    assert answer.startswith("HTTP/1.1 301 ") and f"Location: https://{NAME}/nl/\r\n" in answer
    for each in (answer, plain(front.plain_port, "rubbish\r\n\r\n")):
        assert "nginx/" not in each and "Strict-Transport-Security" not in each


@pytest.mark.parametrize("name", ["other.example", f"www.{NAME}", "localhost", None])
def test_another_name_gets_no_handshake(front, name):
    with (
        socket.create_connection(("127.0.0.1", front.port), timeout=5) as connection,
        pytest.raises(ssl.SSLError, match="UNRECOGNIZED_NAME"),
    ):
        unchecked().wrap_socket(connection, server_hostname=name)


@pytest.mark.parametrize("host", ["other.example", "127.0.0.1", f"www.{NAME}"])
def test_a_right_handshake_with_another_host_is_misdirected(front, host):
    front.app.asked.clear()
    response, body = front.ask("/nl/", Host=host)
    assert (response.status, response.headers["Strict-Transport-Security"]) == (421, HSTS)
    assert "nginx/" not in f"{response.headers}{body}" and not front.app.asked


@pytest.mark.parametrize("request_text", STRANGE)
def test_under_tls_another_host_never_reaches_the_portal(front, request_text):
    front.app.asked.clear()
    with (
        socket.create_connection(("127.0.0.1", front.port), timeout=5) as connection,
        unchecked().wrap_socket(connection, server_hostname=NAME) as wrapped,
    ):
        wrapped.sendall(request_text.encode())
        answer = wrapped.recv(4096).decode()
    assert answer.split()[1] in ("400", "421") and not front.app.asked


# TLS --------------------------------------------------------------------------------------------------


def offer(port, *arguments):
    """Return protocol and cipher that openssl agrees on with these arguments, or None where it is refused."""
    asked = ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-servername", NAME, *arguments]
    done = subprocess.run(asked, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    found = re.search(r"^New, (\S+), Cipher is (\S+)$", done.stdout, re.MULTILINE)
    return found.groups() if found and found[1] != "(NONE)," and found[2] != "(NONE)" else None


def old(cipher):
    return "-tls1_2", "-cipher", f"{cipher}:@SECLEVEL=0"


def test_it_takes_the_ciphers_of_today_and_lets_the_browser_choose(front):
    for cipher in CIPHERS:
        assert offer(front.port, *old(cipher)) == ("TLSv1.2", cipher)
    first, second = "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-ECDSA-AES128-GCM-SHA256"
    for order in ((first, second), (second, first)):
        assert offer(front.port, *old(":".join(order)))[1] == order[0]
    assert offer(front.port)[0] == "TLSv1.3"
    assert offer(front.port, "-groups", "secp384r1") and not offer(front.port, "-groups", "secp521r1")


@pytest.mark.parametrize(
    "arguments",
    [
        ("-tls1", "-cipher", "ALL:@SECLEVEL=0"),
        ("-tls1_1", "-cipher", "ALL:@SECLEVEL=0"),
        old("ECDHE-ECDSA-AES128-SHA"),  # CBC
        old("ECDHE-ECDSA-AES256-SHA384"),
        old("ECDHE-ECDSA-AES128-CCM8"),
        old("kRSA"),  # no forward secrecy
        old("DHE"),
        old("aNULL"),
    ],
)
def test_what_is_weak_is_refused(front, arguments):
    assert offer(front.port, *arguments) is None


def test_a_session_is_taken_up_again(front):
    context = unchecked()
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    session = None
    for is_again in (False, True):
        with (
            socket.create_connection(("127.0.0.1", front.port), timeout=5) as connection,
            context.wrap_socket(connection, server_hostname=NAME, session=session) as wrapped,
        ):
            assert wrapped.session_reused is is_again
            session = wrapped.session


# HSTS -------------------------------------------------------------------------------------------------


def test_every_answer_tells_browsers_to_keep_to_https(front):
    front.app.status = 200
    asked = {
        "the portal’s": front.ask("/nl/hsts/"),
        "kept": front.ask("/nl/hsts/"),
        "too long": front.ask("/nl/", "POST", b"a" * 20_000),
        "a bad request": front.ask("/nl/", "GET", None, content_length="x"),
        "no such method": front.ask("/nl/%"),
    }
    front.app.status = 301
    asked["leading on"] = front.ask("/nl/hsts-elsewhere/")
    front.app.status = 503
    asked["not now"] = front.ask("/nl/hsts-not-now/")
    front.app.status = 200
    for name, (response, _body) in asked.items():
        assert response.headers.get_all("Strict-Transport-Security") == [HSTS], name
        assert response.headers.get_all("X-Content-Type-Options") == ["nosniff"], name


@pytest.mark.parametrize("is_preloaded", [False, True])
def test_it_says_what_the_mirror_says_or_what_is_written_in_it(tmp_path, is_preloaded):
    said = f"{HSTS}; preload" if is_preloaded else HSTS
    mirror = small_mirror(tmp_path / "mirror")
    (mirror / "nginx" / "redirect.map").write_text('"nl html /id/a" "/nl/";\n')
    (mirror / "nginx" / "strict-transport-security.map").write_text(f'default "{said}";\n')
    with nginx(tmp_path / "with", mirror=mirror) as front:
        for path, status in {"/nl/": 200, "/id/a": 303, "/nl/none/": 404, "/nl/zoeken/": 503}.items():
            response, _body = front.ask(path, accept_language="nl")
            assert (response.status, response.headers.get_all("Strict-Transport-Security")) == (
                status,
                [said],
            )
        response, _body = front.ask("/nl/", Host="other.example")
        assert (response.status, response.headers["Strict-Transport-Security"]) == (421, said)
    with nginx(tmp_path / "without", changes=PRELOAD if is_preloaded else {}) as front:
        for path, host, status in (("/nl/", NAME, 503), ("/data/a.json", NAME, 503), ("/", "x.example", 421)):
            response, _body = front.ask(path, Host=host)
            assert (response.status, response.headers.get_all("Strict-Transport-Security")) == (
                status,
                [said],
            )

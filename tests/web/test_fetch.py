"""Fetching goes to public machines only, by few redirects, and takes no more data and time than a page needs."""

import gzip
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from alleged.errors import AddressRefused, EnvironmentFailure
from alleged.web import fetch as fetching
from alleged.web.addresses import endpoint, not_public
from alleged.web.fetch import Limits, Reply, fetch
from internet import Internet, Page, Request, serving
from paths import ROOT

CERTIFICATE = ROOT / "tests" / "datasets" / "localhost.pem"

HOSTILE = (
    "file:///etc/passwd",
    "ftp://gazette.example/",
    "javascript:alert(1)",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0177.0.0.1/",
    "http://127.1/",
    "http://0/",
    "http://127.0.0.1/",
    "http://localhost/",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/",
    "http://[fe80::1%25lo]/",
    "http://[fd00::1]/",
    "http://10.0.0.1/",
    "http://100.64.0.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://198.18.0.1/",
    "http://224.0.0.1/",
    "http://user:word@gazette.example/",
    "http://gazette.example:22/",
    "http://gazette.example\\@127.0.0.1/",
    "http://gazette.example/\r\nX-Other: 1",
    "http://\uff11\uff12\uff17.\uff10.\uff10.\uff11/",
    "http://127\u30020\u30020\u30021/",
    "http://[::]/",
    "http:///path",
    "http://240.0.0.1/",
    "http://[::127.0.0.1]/",
    "http://gazette.localhost/",
)


@pytest.fixture
def internet(monkeypatch: pytest.MonkeyPatch) -> Internet:
    return Internet(monkeypatch)


def read(internet: Internet, page: Page, address: str = "http://gazette.example/a", **options: object) -> Reply:
    """Fetch an address of a site that answers with a page."""
    with serving(page) as site:
        internet.add("gazette.example", site)
        return fetch(address, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("address", HOSTILE)
def test_hostile_spellings_are_refused_before_any_connection(address: str, internet: Internet) -> None:
    internet.names |= {"localhost": ["127.0.0.1"], "gazette.example": ["93.184.216.34"]}

    with pytest.raises(AddressRefused):
        fetch(address)

    assert internet.connected == []


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "::1",
        "10.1.2.3",
        "192.168.1.1",
        "172.16.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "100.127.255.255",
        "198.19.255.255",
        "192.0.0.8",
        "192.88.99.1",
        "0.0.0.0",  # noqa: S104 - refused here
        "255.255.255.255",
        "224.0.0.1",
        "240.0.0.1",
        "::ffff:93.184.216.34",
        "64:ff9b::5db8:d822",
        "64:ff9b:1::1",
        "2002:5db8:d822::",
        "2001:0:1::",
        "fe80::1",
        "fc00::1",
        "ff02::1",
        "2001:db8::1",
        "::",
        "fe80::1%lo",
        "3fff::1",
        "5f00::1",
        "203.0.113.1",
        "2001:20::1",
    ],
)
def test_addresses_that_are_not_public(address: str) -> None:
    assert not_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "1.1.1.1", "100.128.0.1", "198.20.0.1", "2606:2800:220:1::1"])
def test_addresses_that_are_public(address: str) -> None:
    assert not_public(address) == ""


def test_one_private_address_among_public_ones_refuses_the_host(internet: Internet) -> None:
    internet.names["gazette.example"] = ["93.184.216.34", "127.0.0.1"]

    with pytest.raises(AddressRefused, match=r"127\.0\.0\.1 is private"):
        fetch("http://gazette.example/")

    assert internet.connected == []


def test_a_name_is_resolved_once_and_the_connection_goes_to_that_address(
    internet: Internet, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([["93.184.216.34"], ["127.0.0.1"], ["127.0.0.1"]])  # rebinding: public first, then this machine
    with serving(lambda request: request.answer(200, "fine")) as site:
        internet.add("gazette.example", site)
        monkeypatch.setattr(internet, "answers", lambda host: next(answers))

        assert fetch("http://gazette.example/a").content == b"fine"

    assert internet.resolved == ["gazette.example"]
    assert internet.connected == [("93.184.216.34", 80)]


def test_a_redirect_to_the_same_name_is_resolved_and_checked_again(
    internet: Internet, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([["93.184.216.34"], ["127.0.0.1"]])
    with serving(lambda request: request.answer(302, Location="/b")) as site:
        internet.add("gazette.example", site)
        monkeypatch.setattr(internet, "answers", lambda host: next(answers))

        with pytest.raises(AddressRefused):
            fetch("http://gazette.example/a")

    assert len(site.asked) == 1


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1/",
        "http://169.254.169.254/latest/",
        "//[::1]/",
        "file:///etc/passwd",
        "http://gazette.example:22/",
        "http://a@gazette.example/",
        "http://2130706433/",
        "\\\\127.0.0.1\\",
    ],
)
def test_redirects_to_hostile_addresses_are_refused(location: str, internet: Internet) -> None:
    with pytest.raises(AddressRefused):
        read(internet, lambda request: request.answer(302, Location=location))

    assert [address for address, _ in internet.connected] == ["93.184.216.34"]


def test_redirects_are_followed_and_noted_but_not_for_ever(internet: Internet) -> None:
    def page(request: Request) -> None:
        number = int(request.path.removeprefix("/"))
        request.answer(301, Location=f"/{number - 1}") if number else request.answer(200, "end")

    reply = read(internet, page, "http://gazette.example/5")
    assert (reply.address, reply.content, len(reply.hops)) == ("http://gazette.example/0", b"end", 5)
    with pytest.raises(EnvironmentFailure, match="more than 5 times"):
        read(internet, page, "http://gazette.example/6")


def test_a_redirect_of_a_post_is_not_followed(internet: Internet) -> None:
    reply = read(internet, lambda request: request.answer(302, Location="/b"), method="POST", body=b"a=1")

    assert reply.status == 302


def test_credentials_stay_with_their_host(internet: Internet) -> None:
    with serving(lambda request: request.answer(200, "there")) as other:
        internet.add("courier.example", other, address="93.184.216.35")
        with serving(lambda request: request.answer(302, Location="http://courier.example/")) as site:
            internet.add("gazette.example", site)
            fetch("http://gazette.example/", headers={"Authorization": "LOW a:b", "Accept": "text/html"})

    assert site.headers[0]["authorization"] == "LOW a:b"
    assert "authorization" not in other.headers[0]
    assert other.headers[0]["accept"] == "text/html"


def encrypted(internet: Internet, monkeypatch: pytest.MonkeyPatch, page: Page, name: str = "localhost") -> Reply:
    """Fetch an https address from a server whose certificate is for `localhost`."""
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    with serving(page, str(CERTIFICATE)) as site:
        internet.add(name, site, 443)
        trusted = frozenset({(name, 443)})
        return fetch(f"https://{name}/", trusted=trusted)


def test_https_is_read_and_never_left_for_http(internet: Internet, monkeypatch: pytest.MonkeyPatch) -> None:
    assert encrypted(internet, monkeypatch, lambda request: request.answer(200, "safe")).content == b"safe"
    with pytest.raises(AddressRefused, match="from https to http"):
        encrypted(internet, monkeypatch, lambda request: request.answer(302, Location="http://gazette.example/"))


def test_a_certificate_for_another_name_is_refused(internet: Internet, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(EnvironmentFailure, match=r"[Hh]ostname mismatch|not valid for"):
        encrypted(internet, monkeypatch, lambda request: request.answer(200), "gazette.example")


def test_a_host_that_the_user_has_named_may_be_on_this_machine(internet: Internet) -> None:
    with serving(lambda request: request.answer(200, "mine")) as site:
        trusted = frozenset({("127.0.0.1", site.port)})

        assert fetch(f"{site.address}/", trusted=trusted).content == b"mine"
        with pytest.raises(AddressRefused):
            fetch(f"http://127.0.0.1:{site.port + 1}/", trusted=trusted)


@pytest.mark.parametrize("packed", [False, True])
def test_large_answers_are_refused(packed: bool, internet: Internet) -> None:
    content = gzip.compress(bytes(50 << 20), 1) if packed else bytes(11 << 20)
    headers = {"Content_Encoding": "gzip"} if packed else {}

    def page(request: Request) -> None:
        request.answer(200, content, **headers)

    with pytest.raises(EnvironmentFailure, match="more than 10,485,760 bytes"):
        read(internet, page)


def test_packed_answers_are_unpacked(internet: Internet) -> None:
    content = gzip.compress(b"words" * 100_000)

    assert read(internet, lambda r: r.answer(200, content, Content_Encoding="gzip")).content == b"words" * 100_000
    with pytest.raises(EnvironmentFailure, match="packs its answer"):
        read(internet, lambda r: r.answer(200, content, Content_Encoding="br"))
    with pytest.raises(EnvironmentFailure, match="cannot be unpacked"):
        read(internet, lambda r: r.answer(200, b"words", Content_Encoding="gzip"))


@pytest.mark.parametrize("headers", [True, False])
def test_a_slow_drip_ends_in_time(headers: bool, internet: Internet) -> None:
    def page(request: Request) -> None:
        if not headers:
            request.send_response(200)
            request.end_headers()
        try:
            for _ in range(100):
                request.wfile.write(b"X")
                time.sleep(0.02)
        except OSError:
            pass

    start = time.monotonic()
    with pytest.raises(EnvironmentFailure, match="too slow"):
        read(internet, page, limits=Limits(most_seconds=0.2))
    assert time.monotonic() - start < 1


def test_an_answer_that_breaks_off_is_not_taken_for_a_page(internet: Internet) -> None:
    def page(request: Request) -> None:
        request.send_response(200)
        request.send_header("Content-Length", "100")
        request.end_headers()
        request.wfile.write(b"half")

    with pytest.raises(EnvironmentFailure, match="broke off 96 bytes before the end"):
        read(internet, page)


def test_servers_learn_who_asks(internet: Internet) -> None:
    with serving(lambda request: request.answer(200)) as site:
        internet.add("gazette.example", site)
        fetch("http://gazette.example/?q=ü")

    assert site.asked == [("GET", "gazette.example", "/?q=%C3%BC")]
    assert site.headers[0]["user-agent"].startswith("alleged/")


def test_no_proxy_is_used(internet: Internet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")

    assert read(internet, lambda request: request.answer(200, "direct")).content == b"direct"


def test_names_of_other_scripts_are_asked_for_in_ascii() -> None:
    assert endpoint("https://Пример.example/ü?a=ю").host == "xn--e1afmkfd.example"


def test_checking_and_building_load_nothing_that_opens_connections(tmp_path: Path) -> None:
    (tmp_path / "claims").mkdir()
    program = (
        "import sys; from alleged.cli import _run; _run(['check']); _run(['build', '--help']);"
        "print(sorted(name for name in sys.modules if name.startswith('alleged.web') or name == 'http.client'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, env={**os.environ}
    )

    assert done.stdout.splitlines()[-1] == "[]", done.stderr


def test_the_limits_are_those_of_the_documentation() -> None:
    assert (fetching.HOPS, fetching.MOST_BYTES, fetching.MOST_SECONDS) == (5, 10 << 20, 20)

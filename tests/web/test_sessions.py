"""Sites are asked slowly, as their robots.txt allows, and busy servers only after the time that they name."""

from collections.abc import Iterator

import pytest

from alleged.errors import AddressRefused
from alleged.web.robots import EVERYTHING, read, robots_of
from alleged.web.sessions import PAUSE, Busy, Session
from internet import Internet, Page, Request, Site, serving


class Clock:
    """A clock that only moves when somebody sleeps."""

    def __init__(self) -> None:
        self.now, self.slept = 0.0, list[float]()

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def session(clock: Clock) -> Session:
    return Session(sleep=clock.sleep, clock=clock)


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    internet = Internet(monkeypatch)
    with serving(lambda request: request.answer(200, "words")) as server:
        internet.add("gazette.example", server)
        internet.add("courier.example", server, address="93.184.216.35")
        yield server


def robots(text: str, status: int = 200) -> Page:
    def page(request: Request) -> None:
        if request.path == "/robots.txt":
            request.answer(status, text, "text/plain")
        else:
            request.answer(200, "words")

    return page


def test_requests_to_one_host_keep_a_pause_and_others_do_not_wait(session: Session, clock: Clock, site: Site) -> None:
    for name in ("gazette", "gazette", "courier", "gazette"):
        session.ask(f"http://{name}.example/")

    assert clock.slept == [PAUSE, PAUSE]
    assert len(site.asked) == 4


def test_robots_are_asked_once_for_a_site_and_obeyed(session: Session, clock: Clock, site: Site) -> None:
    site.page = robots("User-agent: *\nDisallow: /private\nCrawl-delay: 9\n")

    for path in ("/a", "/b"):
        assert session.page(f"http://gazette.example{path}").content == b"words"
    with pytest.raises(AddressRefused, match=r"robots\.txt of gazette\.example asks programs not to"):
        session.page("http://gazette.example/private/a")

    assert [path for _, _, path in site.asked] == ["/robots.txt", "/a", "/b"]
    assert clock.slept == [9.0]


def test_a_redirect_does_not_lead_around_the_robots_of_another_site(session: Session, site: Site) -> None:
    def page(request: Request) -> None:
        if request.headers["Host"] == "gazette.example" and request.path == "/a":
            request.answer(302, Location="http://courier.example/private")
        else:
            robots("User-agent: *\nDisallow: /private")(request)

    site.page = page

    with pytest.raises(AddressRefused):
        session.page("http://gazette.example/a")


@pytest.mark.parametrize(("status", "read"), [(200, True), (404, True), (403, True), (429, False), (503, False)])
def test_missing_robots_allow_all_and_a_site_in_trouble_nothing(
    status: int, read: bool, session: Session, site: Site
) -> None:
    site.page = robots("", status)

    if read:
        assert session.page("http://gazette.example/a").content == b"words"
    else:
        with pytest.raises(Busy, match="cannot be read"):
            session.page("http://gazette.example/a")
        assert {path for _, _, path in site.asked} == {"/robots.txt"}


def test_a_busy_server_is_asked_after_the_time_that_it_names(session: Session, clock: Clock, site: Site) -> None:
    def page(request: Request) -> None:
        busy = len(site.asked) < 3
        request.answer(429 if busy else 200, "fine", **{"Retry-After": "7"})

    site.page = page

    assert session.ask("http://gazette.example/").content == b"fine"
    assert clock.slept == [7.0, 7.0]


def test_a_server_that_wants_a_long_pause_is_left_for_later(session: Session, clock: Clock, site: Site) -> None:
    site.page = lambda request: request.answer(429, **{"Retry-After": "3600"})

    with pytest.raises(Busy, match="in 3600 seconds"):
        session.ask("http://gazette.example/")
    assert clock.slept == []


@pytest.mark.parametrize(("method", "status", "requests"), [("GET", 503, 4), ("POST", 503, 1), ("POST", 429, 4)])
def test_a_post_is_repeated_after_429_only(
    method: str, status: int, requests: int, session: Session, site: Site
) -> None:
    site.page = lambda request: request.answer(status)

    assert session.ask("http://gazette.example/", method=method).status == status
    assert len(site.asked) == requests


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/", True),
        ("/news", True),
        ("/news/secret", False),
        ("/news/secret/open", True),
        ("/a.pdf", False),
        ("/a.pdf?x=1", True),
        ("/x/print", False),
        ("/x/y/print?z", False),
        ("/%6eews/secret", False),
    ],
)
def test_the_longest_rule_decides(path: str, allowed: bool) -> None:
    rules = read(
        "User-agent: other\nDisallow: /\n\n# ours\nUser-agent: x\nUser-agent: *\nDisallow: /news/secret\n"
        "Allow: /news/secret/open\nDisallow: /*.pdf$\nDisallow: /*/print\nDisallow:\n",
        "alleged",
    )

    assert rules.allow(path) == allowed


def test_rules_for_this_program_replace_those_for_all() -> None:
    text = "User-agent: *\nDisallow: /\nUser-agent: Alleged\nDisallow: /a\n\nUser-agent: alleged\nCrawl-delay: 7200\n"

    assert read(text, "alleged").rules == ((False, "/a"),)
    assert read(text, "alleged").pause == 60
    assert not read(text, "other").allow("/")


@pytest.mark.parametrize(
    ("delay", "pause"), [("2.5", 2.5), ("0", 0), ("1.2.3", 0), (".", 0), ("ten", 0), ("-1", 0), ("9" * 400, 0)]
)
def test_a_delay_that_is_no_number_is_ignored(delay: str, pause: float) -> None:
    assert read(f"User-agent: *\nCrawl-delay: {delay}\nDisallow: /a\n", "alleged") == (((False, "/a"),), pause)


def test_robots_that_are_no_text_allow_all() -> None:
    assert robots_of(200, b"\xff\xfe<html>" * 1000, "alleged") == EVERYTHING

"""The house platform's public pages: what anybody reads there, and how it is marked."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from services.house.threads import THREADS_A_PAGE, HouseAct
from tests.integration.console.console_parts import FakeMercat
from tests.integration.console.house_parts import HouseUnderTest

VOID = {"meta", "link", "input", "br"}


@pytest.fixture
def place(tmp_path: Path) -> Iterator[HouseUnderTest]:
    """An open platform."""
    made = HouseUnderTest(tmp_path)
    yield made
    made.house.close()


class Outline(HTMLParser):
    """What a screen reader goes by: headings, landmarks, labels, fields; and whether tags close."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.headings: list[int] = []
        self.landmarks: list[str] = []
        self.labelled: set[str] = set()
        self.fields: set[str] = set()
        self.ids: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what a tag begins."""
        values = {name: value or "" for name, value in attrs}
        if tag not in VOID:
            self.open.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag in ("header", "main", "footer", "nav"):
            self.landmarks.append(tag)
        if tag == "label":
            self.labelled.add(values["for"])
        if tag in ("input", "select", "textarea") and values.get("type") != "hidden":
            self.fields.add(values["id"])
        if "id" in values:
            self.ids.append(values["id"])

    def handle_endtag(self, tag: str) -> None:
        """Note what a tag ends."""
        assert tag == self.open.pop()


def test_threads_are_listed_with_their_answers(place: HouseUnderTest) -> None:
    """The page says what was asked, by whom, how often it was answered and whether officially."""
    root = place.say("ann", "When are the bins emptied?")
    place.say("council", "On Thursday.", root)
    place.say("bob", "Is the library open?")

    page = place.ask("GET", "/house").text

    assert page.index("Is the library open?") < page.index("When are the bins emptied?")
    assert "1 answer, answered by Test &lt;Council&gt;" in page
    assert "No answers" in page
    assert "@ann@social.example" in page


def test_the_bodys_own_posts_are_marked_in_words(place: HouseUnderTest) -> None:
    """Colour alone tells nobody who speaks, and nobody else gets the mark."""
    root = place.say("ann", "When?")
    place.say("council", "On Thursday.", root)

    page = place.ask("GET", f"/house/threads/{root}").text

    assert 1 == page.count("Official answer of Test Council")
    assert 'class="body"' in page.split("On Thursday.")[0].rsplit("<article", 1)[1]
    assert "Official" not in page.split("When?")[0].rsplit("<article", 1)[1]


def test_an_answer_stands_under_its_parent(place: HouseUnderTest) -> None:
    """Set in, and saying in words whom it answers."""
    root = place.say("ann", "The lamp is out.")
    other = place.say("bob", "Here too.", root)
    answer = place.say("council", "Which number?", other)

    page = place.ask("GET", f"/house/threads/{root}").text

    assert f'<li class="indent-2"><article id="post-{answer}"' in page
    assert f'in answer to <a href="#post-{other}" dir="auto">Bob</a>' in page


def test_texts_are_escaped_and_keep_their_language(place: HouseUnderTest) -> None:
    """Markup is shown, not obeyed, and a screen reader hears Welsh as Welsh."""
    place.house.welcome("eve", "<b>Eve</b>")
    root = place.say("eve", "<script>alert(1)</script> & bore da", language="cy")

    for address in ("/house", f"/house/threads/{root}", "/house/accounts/eve"):
        page = place.ask("GET", address).text
        assert "<script" not in page
        assert "<b>" not in page
    assert 'lang="cy">&lt;script&gt;' in place.ask("GET", f"/house/threads/{root}").text


def test_what_is_hidden_or_deleted_keeps_its_place_and_no_word(place: HouseUnderTest) -> None:
    """On every page and in every feed."""
    hidden = place.say("ann", "Rude words.")
    deleted = place.say("bob", "Regretted words.", hidden)
    place.say("ann", "Kept words.", deleted)
    place.act("council", HouseAct("hide", target=hidden))
    place.act("bob", HouseAct("delete", target=deleted))

    pages = {
        ending: place.ask("GET", f"/house/threads/{hidden}{ending}").text
        for ending in ("", ".atom", ".json")
    }
    pages["list"] = place.ask("GET", "/house").text
    pages["feed"] = place.ask("GET", "/house/feed.atom").text

    assert [] == [name for name, page in pages.items() if "Rude" in page or "Regretted" in page]
    assert "Hidden by Test &lt;Council&gt;." in pages[""]
    assert "Removed by whoever wrote it." in pages[""]
    assert "Kept words." in pages[""]


def test_an_account_shows_profile_and_pins_and_nothing_private(place: HouseUnderTest) -> None:
    """Whom the body blocks or mutes is nobody else's matter."""
    notice = place.say("council", "We are open until five.")
    for act in (
        HouseAct("profile", "We answer on working days."),
        HouseAct("pin", target=notice),
        HouseAct("block", target="bob"),
        HouseAct("mute", target="ann"),
    ):
        place.act("council", act)

    page = place.ask("GET", "/house/accounts/@council@social.example").text

    assert "We answer on working days." in page
    assert "an official account of" in page
    assert "We are open until five." in page
    assert "bob" not in page
    assert "ann" not in page


def test_pages_lead_to_one_another(place: HouseUnderTest) -> None:
    """Older threads can be reached, and the way back."""
    for number in range(THREADS_A_PAGE + 1):
        place.say("ann", f"Thread {number}.")

    first = place.ask("GET", "/house").text
    second = place.ask("GET", "/house?page=2").text

    assert '<a rel="next" href="/house?page=2">' in first
    assert "Thread 0." not in first
    assert "Thread 0." in second
    assert '<a rel="prev" href="/house?page=1">' in second


@pytest.mark.parametrize(
    "path", ["/house/threads/none", "/house/threads/none.atom", "/house/accounts/none"]
)
def test_what_is_not_there_is_told_with_a_way_on(place: HouseUnderTest, path: str) -> None:
    """A wrong address is answered 404 by a page of ours."""
    answer = place.ask("GET", path)

    assert 404 == answer.status_code
    assert 'href="/house"' in answer.text


@pytest.mark.parametrize("page", ["0", "-1", "501", "x"])
def test_pages_have_bounds(place: HouseUnderTest, page: str) -> None:
    """A page that cannot be is refused."""
    assert 422 == place.ask("GET", f"/house?page={page}").status_code


@pytest.mark.parametrize("address", ["/house", "/house/threads/{}", "/house/accounts/ann"])
def test_a_page_can_be_found_ones_way_around_by_ear(place: HouseUnderTest, address: str) -> None:
    """Headings go down by one, landmarks stand once, each field has a label, each id is one."""
    root = place.say("ann", "When?")
    place.say("council", "On Thursday.", root)

    outline = Outline(place.ask("GET", address.format(root)).text)

    assert [] == outline.open
    assert 1 == outline.headings.count(1)
    assert all(
        after - before <= 1
        for before, after in zip(outline.headings, outline.headings[1:], strict=False)
    )
    assert ["header", "main", "footer"] == outline.landmarks
    assert outline.fields == outline.labelled
    assert len(outline.ids) == len(set(outline.ids))


def test_the_console_serves_it_and_forbids_what_it_does_not_need(tmp_path: Path) -> None:
    """The policy that the console sets holds here too; the form may say where it stands."""
    place = HouseUnderTest(tmp_path, whole=True)
    answer = place.ask("GET", "/house")
    style = place.ask("GET", "/assets/house.css")
    front = place.ask("GET", "/")
    place.house.close()

    assert (200, 200) == (answer.status_code, style.status_code)
    assert '<a href="/house">Ask us</a>' in front.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "form-action 'self'" in answer.headers["content-security-policy"]
    assert "same-origin" == answer.headers["referrer-policy"]
    assert "<script" not in answer.text
    assert "style=" not in answer.text


def test_without_a_house_there_is_no_page() -> None:
    """A body that only listens shows nothing of it."""
    mercat = FakeMercat()

    assert 404 == mercat.ask("GET", "/house").status_code
    assert "/house" not in mercat.ask("GET", "/").text

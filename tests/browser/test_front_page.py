"""The front page in a real browser: live, honest, quiet, and usable by whoever opens it."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import HEIGHT, WIDTH_NARROW, WIDTH_USUAL, Looked, Served
from tests.fakes import post
from tests.integration.console.console_parts import removed, rerouted, routed, working

LONG_WORD = "https://mercatburgh.example/" + "verylong" * 40


def row_of(number: int) -> str:
    """Return how the rows of the n-th post are found on the page."""
    return f'#posts li[data-post="{post(number).post_id}"]'


def test_posts_arrive_while_one_looks(looked: Looked, served: Served) -> None:
    """A post routed after the page was opened appears, with its team by name and the reason."""
    expect(looked.page.locator("#nothing")).to_be_visible()

    served.mercat.routed(routed(1, "The bins were not emptied."))

    row = looked.page.locator(row_of(1))
    expect(row.locator(".text")).to_have_text("The bins were not emptied.")
    expect(row.locator(".team")).to_have_text("Waste & streets")
    expect(row.locator(".reason")).to_have_text("Rule “Bins” fits.")
    expect(looked.page.locator("#nothing")).to_be_hidden()
    expect(looked.page.locator("#state")).to_have_text("Listening.")


def test_the_newest_stands_on_top_and_the_list_is_bounded(looked: Looked, served: Served) -> None:
    """However long the page is open, it holds the last sixty."""
    served.mercat.routed(*(routed(number) for number in range(50)))
    expect(looked.page.locator("#posts li")).to_have_count(50)

    served.mercat.routed(*(routed(number) for number in range(50, 80)))

    expect(looked.page.locator("#posts li")).to_have_count(60)
    first = looked.page.locator("#posts li").first
    expect(first).to_have_attribute("data-post", post(79).post_id)


def test_the_counts_of_teams_move(looked: Looked, served: Served) -> None:
    """Open and overdue cases are as of now, and a team without any has none."""
    row = looked.page.locator('#teams tr[data-team="waste"]')
    expect(row).to_have_text("Waste & streets00")

    served.mercat.store.found = [{"team": "waste", "open_cases": 12, "overdue_cases": 3}]

    expect(row.locator("td")).to_have_text(["12", "3"])
    expect(looked.page.locator('#teams tr[data-team="roads"] td')).to_have_text(["0", "0"])


def test_what_waits_and_what_is_halted_is_said_at_the_top(looked: Looked, served: Served) -> None:
    """A halt stands out; without one, that is said too."""
    place = looked.page.locator("#speaking")
    expect(place).to_have_text("No act waits for consent; nothing is halted.")
    expect(place).not_to_have_class("wrong")

    served.mercat.speaking_now |= {"held": 2, "in_doubt": 1, "halts": 1}

    expect(place).to_have_text(
        "2 acts wait for consent; 1 halt is in force; "
        "1 act needs a person to say whether it was sent."
    )
    expect(place).to_have_class("wrong")


def test_a_removal_hides_what_was_shown(looked: Looked, served: Served) -> None:
    """Words that stood on the page are gone from it once their author took them back."""
    served.mercat.routed(routed(1, "My number is 01632 960001."), routed(2))
    expect(looked.page.locator("body")).to_contain_text("01632 960001")

    served.mercat.routed(removed(1))

    expect(looked.page.locator("body")).not_to_contain_text("01632")
    expect(looked.page.locator(row_of(1)).first).to_contain_text("removed by its author")
    expect(looked.page.locator(f"{row_of(2)} .text")).to_have_text("The bins.")


def test_edits_and_reroutes_are_marked(looked: Looked, served: Served) -> None:
    """What changed is told from what is new."""
    served.mercat.routed(routed(1, "The bins, again.", edited=True), rerouted(2))

    edited = looked.page.locator(f"{row_of(1)} .label")
    moved = looked.page.locator(f"{row_of(2)} .label")
    expect(edited).to_have_text("edited")
    expect(moved).to_have_text("moved by a person")


def test_markup_in_a_post_does_nothing(looked: Looked, served: Served) -> None:
    """It is shown as the text it is: no picture, no script, no dialogue."""
    text = '<img src="x" onerror="alert(1)"><script>alert(2)</script>'
    served.mercat.routed(routed(1, text))

    expect(looked.page.locator(f"{row_of(1)} .text")).to_have_text(text)
    assert 0 == looked.page.locator("#posts img, #posts script").count()
    assert looked.complaints == []


def test_the_page_asks_nobody_else_and_complains_of_nothing(looked: Looked, served: Served) -> None:
    """Everything comes from Mercat itself, and the browser's console stays empty."""
    served.mercat.routed(routed(1))
    expect(looked.page.locator("#posts li")).to_have_count(1)

    assert [] == [url for url in looked.asked if not url.startswith(f"{served.address}/")]
    assert looked.complaints == []


def test_a_part_that_stopped_is_told(looked: Looked, served: Served) -> None:
    """The state at the top leads to the list of parts, which says why."""
    expect(looked.page.locator("#state")).to_have_text("Listening.")

    served.mercat.statuses = [working("route", working=False, sentence="too many dead letters")]

    expect(looked.page.locator("#state")).to_contain_text("Not everything works")
    expect(looked.page.locator("#parts li.stopped")).to_have_text("✗ route too many dead letters")


def test_the_progress_of_a_replay_comes_and_goes(looked: Looked, served: Served) -> None:
    """A bar shows how much of it is read, until all is."""
    expect(looked.page.locator("#progress")).to_be_hidden()
    served.mercat.statuses = [working("week", kind="source", progress=0.42)]
    expect(looked.page.locator("#percent")).to_have_text("42 %")
    expect(looked.page.locator("#progress")).to_be_visible()

    served.mercat.statuses = [working("week", kind="source", progress=1.0)]

    expect(looked.page.locator("#progress")).to_be_hidden()


def test_the_page_says_when_mercat_is_away(looked: Looked, served: Served) -> None:
    """What was shown stays, and nobody takes it for live."""
    served.mercat.routed(routed(1))
    expect(looked.page.locator("#posts li")).to_have_count(1)

    served.stop()

    expect(looked.page.locator("#state")).to_contain_text("Mercat does not answer")
    expect(looked.page.locator("#state")).to_have_class("wrong")
    assert 1 == looked.page.locator("#posts li").count()


@pytest.mark.parametrize("looked", [WIDTH_NARROW, WIDTH_USUAL], indirect=True)
def test_nothing_runs_out_of_the_window(looked: Looked, served: Served) -> None:
    """On a telephone as on a desk, nobody scrolls sideways, whatever was posted."""
    served.mercat.statuses = [working("route", sentence=LONG_WORD)]
    served.mercat.routed(routed(1, LONG_WORD))
    expect(looked.page.locator("#posts li")).to_have_count(1)
    expect(looked.page.locator("#parts li")).to_have_count(1)

    inner = looked.page.evaluate("window.innerWidth")
    assert inner >= looked.page.evaluate("document.documentElement.scrollWidth")


def test_headings_go_down_step_by_step(looked: Looked) -> None:
    """Who moves by headings finds one title and a level below it, and every part has a name."""
    levels = looked.page.locator("h1, h2, h3, h4").evaluate_all("all => all.map(h => h.tagName)")

    assert levels == ["H1", "H2", "H2", "H2"]
    assert 1 == looked.page.locator("main").count()
    assert looked.page.locator("html").get_attribute("lang") == "en"
    for title in ("Open cases by team", "How Mercat is"):
        assert 1 == looked.page.get_by_role("region", name=title).count()


def test_whoever_goes_by_keyboard_sees_where_they_are(looked: Looked) -> None:
    """Each link is reached by Tab, in order, with an outline that can be seen."""
    reached = []
    for _ in range(7):
        looked.page.keyboard.press("Tab")
        reached.append(looked.page.evaluate("document.activeElement.textContent"))
        style = looked.page.evaluate(
            "(s => [s.outlineStyle, parseFloat(s.outlineWidth)])"
            "(getComputedStyle(document.activeElement))"
        )
        assert style[0] != "none"
        assert style[1] >= 2

    assert reached == [
        "Is this really Test <Council>?",
        "Who shall speak next",
        "The rules for what is said here",
        *("alive", "ready", "metrics", "sign in"),
    ]


def test_a_text_is_told_in_its_own_language_and_direction(looked: Looked, served: Served) -> None:
    """A screen reader can change its voice, and a line of Urdu runs from the right."""
    served.mercat.routed(routed(1, "سڑک پر گڑھا ہے"))

    said = looked.page.locator(f"{row_of(1)} .text")
    expect(said).to_have_attribute("lang", "en")
    assert "rtl" == said.evaluate("said => getComputedStyle(said).direction")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_by_day_and_by_night(looked: Looked, served: Served, scheme: str) -> None:
    """Every text has a contrast of at least 4.5 to 1 (WCAG 2.2, 1.4.3) in both colour schemes."""
    looked.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    served.mercat.routed(routed(1), removed(2))
    expect(looked.page.locator("#posts li")).to_have_count(2)

    faint = looked.page.evaluate(CONTRASTS)

    assert faint == []


CONTRASTS = """() => {
  const light = (channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const luminance = ([red, green, blue]) =>
    0.2126 * light(red) + 0.7152 * light(green) + 0.0722 * light(blue);
  const behind = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const found = parts(getComputedStyle(each).backgroundColor);
      if (found.length < 4 || found[3] > 0) return found;
    }
    return [255, 255, 255];
  };
  const faint = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!own || element.tagName === "NOSCRIPT" || !element.offsetParent) continue;
    const [ink, paper] = [parts(getComputedStyle(element).color), behind(element)].map(luminance);
    const contrast = (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
    if (contrast < 4.5) faint.push(`${element.tagName} ${element.className}: ${contrast}`);
  }
  return faint;
}"""


def test_the_window_of_a_test_is_the_one_asked_for(looked: Looked) -> None:
    """What is measured above is measured in a window of a known size."""
    assert {"width": WIDTH_USUAL, "height": HEIGHT} == looked.page.viewport_size

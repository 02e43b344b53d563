"""The first story through the page: two people in two browsers, and nobody reloads."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, FilePayload, expect

from e2e.conftest import SignUp
from e2e.leaves import autumn
from e2e.visitors import DESK, PHONE, Visitor, browser, chromium, visit
from e2e.waiting import eventually

JAPANESE = {
    "sign up": "アカウントを作成",
    "sign out": "サインアウト",
    "email": "メールアドレス",
    "password": "パスワード",
    "code": "確認コード",
    "confirm": "確認する",
    "handle": "ユーザー名",
    "name": "名前",
    "begin": "はじめる",
    "live": "受信中",
    "main": "メイン",
    "home": "ホーム",
    "notifications": "通知",
    "messages": "メッセージ",
    "write": "メッセージを書く",
    "settings": "設定",
}
ENGLISH = {
    "sign up": "Create account",
    "email": "E-mail address",
    "password": "Password",
    "code": "Confirmation code",
    "confirm": "Confirm",
    "handle": "Handle",
    "name": "Name",
    "begin": "Begin",
    "live": "Live",
    "main": "Main",
    "home": "Home",
    "search": "Search",
    "messages": "Messages",
    "write": "Write a message",
}

TEXT = "京都の紅葉"

# Cutting off the network leaves open sockets open: this lets the story close them.
KEEP_SOCKETS = """
    window.sockets = [];
    window.WebSocket = class extends WebSocket {
        constructor(address) { super(address); sockets.push(this); }
    };
"""


@pytest.fixture(scope="module")
def running() -> Iterator[Browser]:
    executable = chromium()
    if not executable:
        pytest.skip("no Chromium here: install one, or set CHROMIUM to its path")
    with browser(executable) as started:
        yield started


def test_one_post_travels_through_the_page(running: Browser, page_url: str) -> None:
    aiko = visit(running, "Aiko", "ja-JP", JAPANESE, viewport=PHONE, color_scheme="light")
    ben = visit(running, "Ben", "en-GB", ENGLISH, viewport=DESK, color_scheme="dark")
    aiko.join(page_url)
    ben.join(page_url)
    _ben_follows(ben, aiko, page_url)
    _aiko_posts_a_photo(aiko)
    _ben_sees_it_come(ben, aiko)
    _ben_finds_it(ben, aiko, page_url)
    _ben_answers_and_aiko_hears_of_it(ben, aiko)
    _they_talk(ben, aiko, page_url)
    _aiko_deletes_it(aiko, ben)
    _aiko_leaves(aiko)
    assert aiko.complaints == []
    assert ben.complaints == []


def _ben_follows(ben: Visitor, aiko: Visitor, page_url: str) -> None:
    ben.page.goto(f"{page_url}/@{aiko.handle}")
    expect(ben.page.get_by_role("heading", name="Aiko")).to_be_visible()
    ben.is_accessible("a profile")
    ben.page.get_by_role("button", name="Follow").click()
    expect(ben.page.get_by_role("button", name="Following")).to_be_enabled()
    ben.go("home")
    expect(ben.page.get_by_text("Still quiet here")).to_be_visible()
    expect(ben.page.get_by_text("Live", exact=True)).to_be_visible()
    ben.is_accessible("an empty home timeline")
    ben.mark()


def _aiko_posts_a_photo(aiko: Visitor) -> None:
    page = aiko.page
    page.get_by_role("textbox", name="新しい投稿").fill(TEXT)
    photo = FilePayload(name="leaves.jpg", mimeType="image/jpeg", buffer=autumn())
    page.get_by_label("写真を追加").set_input_files(photo)
    page.get_by_label("写真の説明").fill("赤と金の葉")
    aiko.is_accessible("a post being written")
    page.get_by_role("button", name="投稿する").click()
    # While the photo is prepared only she sees the post; then it has its picture.
    expect(page.get_by_role("article").get_by_role("img", name="赤と金の葉")).to_be_visible()
    aiko.is_accessible("home timeline")
    aiko.shoot("home-phone-ja")


def _ben_sees_it_come(ben: Visitor, aiko: Visitor) -> None:
    post = ben.post_of(aiko)
    expect(post).to_contain_text(TEXT)
    picture = post.get_by_role("img", name="赤と金の葉")
    eventually(lambda: picture.evaluate("image => image.naturalWidth > 0"), "the photo is really shown")
    assert ben.has_not_reloaded()
    ben.is_accessible("home timeline")
    ben.shoot("home-desk-en-dark")


def _ben_finds_it(ben: Visitor, aiko: Visitor, page_url: str) -> None:
    ben.go("search")
    ben.page.get_by_role("searchbox").fill("紅葉")
    found = ben.post_of(aiko).locator("mark")

    def look() -> bool:
        # The index is a moment behind: one who does not find asks again.
        if not found.count():
            ben.page.goto(f"{page_url}/search?q=紅葉")
            answered = ben.page.get_by_role("status").filter(has_text="shown")
            expect(answered.or_(ben.page.get_by_text("Nothing found"))).to_be_attached()
        return found.count() > 0

    eventually(look, "the search finds Aiko's post")
    expect(found.first).to_have_text("紅葉")
    ben.is_accessible("search")
    ben.shoot("search-desk-en-dark")


def _ben_answers_and_aiko_hears_of_it(ben: Visitor, aiko: Visitor) -> None:
    aiko.mark()
    ben.go("home")
    ben.post_of(aiko).get_by_role("link", name="Reply").click()
    ben.page.get_by_role("textbox", name=f"Reply to @{aiko.handle}").fill(f"@{aiko.handle} きれい！")
    ben.page.keyboard.press("Control+Enter")
    expect(ben.page.get_by_role("heading", name="Your replies")).to_be_visible()
    ben.is_accessible("a post")
    expect(aiko.place("notifications")).to_contain_text("新着")
    aiko.go("notifications")
    row = aiko.page.get_by_role("listitem").filter(has_text="きれい！").first
    expect(row).to_contain_text("Ben")
    expect(aiko.page.get_by_text("Benさんにフォローされました")).to_be_visible()
    assert aiko.has_not_reloaded()
    aiko.is_accessible("notifications")
    aiko.shoot("notifications-phone-ja")


def _they_talk(ben: Visitor, aiko: Visitor, page_url: str) -> None:
    ben.page.goto(f"{page_url}/@{aiko.handle}")
    ben.page.get_by_role("button", name="Message").click()
    ben.says("Where was it?")
    ben.hears("Where was it?")
    expect(aiko.place("messages")).to_contain_text("新着")
    aiko.go("messages")
    aiko.is_accessible("conversations")
    aiko.page.get_by_role("link", name=f"@{ben.handle}").click()
    aiko.hears("Where was it?")
    aiko.says("永観堂です。ゆっくり行ってみて。")
    ben.hears("永観堂です。ゆっくり行ってみて。")
    ben.says("I will, thank you!")
    aiko.hears("I will, thank you!")
    ben.is_accessible("a conversation")
    aiko.is_accessible("a conversation")
    aiko.shoot("talk-phone-ja")


def _aiko_deletes_it(aiko: Visitor, ben: Visitor) -> None:
    ben.go("home")
    post = ben.post_of(aiko).filter(has_text=TEXT)
    expect(post).to_have_count(1)
    ben.mark()
    aiko.go("home")
    aiko.post_of(aiko).get_by_role("button", name="削除").click()
    dialog = aiko.page.get_by_role("dialog")
    aiko.is_accessible("the question before deleting")
    dialog.get_by_role("button", name="削除").click()
    expect(aiko.post_of(aiko)).to_have_count(0)
    expect(post).to_have_count(0)
    assert ben.has_not_reloaded()


def _aiko_leaves(aiko: Visitor) -> None:
    aiko.page.get_by_role("link", name="設定").click()
    aiko.is_accessible("settings")
    aiko.page.get_by_role("button", name="サインアウト").click()
    expect(aiko.page.get_by_label("パスワード")).to_be_visible()
    assert aiko.page.evaluate("sessionStorage.length") == 0


def test_what_came_while_the_page_was_cut_off_is_fetched(
    running: Browser, page_url: str, person: SignUp
) -> None:
    aiko = person("Aiko")
    ben = visit(running, "Ben", "en-GB", ENGLISH, viewport=PHONE)
    ben.page.add_init_script(KEEP_SOCKETS)
    ben.join(page_url)
    ben.page.goto(f"{page_url}/@{aiko.handle}")
    ben.page.get_by_role("button", name="Follow").click()
    expect(ben.page.get_by_role("button", name="Following")).to_be_enabled()
    ben.go("home")
    expect(ben.page.get_by_text("Live", exact=True)).to_be_visible()

    ben.page.context.set_offline(True)
    ben.page.evaluate("sockets.at(-1).close()")
    expect(ben.page.get_by_text("Connecting …")).to_be_visible()
    aiko.sees(aiko.post("while Ben was away")["id"])

    ben.page.context.set_offline(False)
    expect(ben.page.get_by_text("while Ben was away")).to_be_visible()
    expect(ben.page.get_by_text("Live", exact=True)).to_be_visible()


def test_what_is_passed_on_comes_with_its_words_and_what_is_warned_of_waits_to_be_opened(
    running: Browser, page_url: str, person: SignUp
) -> None:
    aiko, chie = person("Aiko"), person("Chie")
    ben = visit(running, "Ben", "en-GB", ENGLISH, viewport=DESK)
    ben.join(page_url)
    ben.page.goto(f"{page_url}/@{chie.handle}")
    ben.page.get_by_role("button", name="Follow").click()
    expect(ben.page.get_by_role("button", name="Following")).to_be_enabled()
    ben.go("home")
    expect(ben.page.get_by_text("Live", exact=True)).to_be_visible()

    original = aiko.post("Momiji of Takao")
    chie.send("PUT", f"/posts/v1/posts/{original['id']}/repost")
    passed_on = ben.page.get_by_role("article", name="Post by Chie").filter(has_text="Reposted")
    expect(passed_on.get_by_role("link", name=f"@{aiko.handle}")).to_be_visible()
    expect(passed_on).to_contain_text("Momiji of Takao")

    chie.post("the butler did it", warning="how it ends")
    expect(ben.page.get_by_text("how it ends")).to_be_visible()
    expect(ben.page.get_by_text("the butler did it")).to_be_hidden()
    ben.is_accessible("a repost and a warning")
    ben.page.get_by_text("how it ends").click()
    expect(ben.page.get_by_text("the butler did it")).to_be_visible()


def test_the_event_catalogue_is_found_through_by_search_and_keyboard(running: Browser, page_url: str) -> None:
    reader = visit(running, "Rin", "en-GB", ENGLISH, viewport=DESK, color_scheme="dark")
    page = reader.page
    page.goto(f"{page_url}/docs/events.html")
    events = page.get_by_role("article")
    expect(events.filter(has_text="post.published.v2").first).to_be_visible()
    everything = events.count()
    reader.is_accessible("the event catalogue")

    page.keyboard.press("/")
    page.keyboard.type("search profile.created.v1")
    expect(page.get_by_role("status")).to_have_text(f"1 of {everything} events")
    expect(events).to_have_count(1)
    reader.is_accessible("the event catalogue, narrowed")
    page.keyboard.press("ArrowDown")
    listed = page.get_by_role("navigation", name="Events").get_by_role("link")
    expect(listed.first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{page_url}/docs/events.html?q=search+profile.created.v1#profile.created.v1")
    page.keyboard.press("Escape")
    expect(events).to_have_count(everything)
    assert page.request.get(f"{page_url}/docs/asyncapi.json").json()["asyncapi"] == "3.0.0"
    assert reader.complaints == []

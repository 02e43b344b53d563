"""People react to posts, answer and keep them; everyone sees the same counts, each what they did."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from e2e.conftest import SignUp
from e2e.people import Person
from e2e.system import System
from e2e.waiting import eventually


def test_people_react_change_their_minds_and_keep_a_post(system: System, person: SignUp) -> None:
    aiko, ben, chie = person("Aiko"), person("Ben"), person("Chie")
    post = aiko.post("紅葉の写真、どう？")["id"]
    route = f"/posts/v1/posts/{post}"

    # Ben and Chie react at once, an answer counts too; Aiko's own view differs only in what is hers.
    with ThreadPoolExecutor() as together:
        for reader in (ben, chie):
            together.submit(reader.send, "PUT", f"{route}/reaction", {"emoji": "🍁"})
    ben.post("いいね", in_reply_to=post)
    _counts(aiko, post, {"🍁": 2}, replies=1)
    assert _live(aiko, post)["mine"] == {"reaction": None, "bookmarked": False}
    assert _live(ben, post)["mine"]["reaction"] == "🍁"
    who = aiko.get(f"{route}/reactions")["items"]
    assert {(one["person"]["handle"], one["emoji"]) for one in who} == {
        (ben.handle, "🍁"),
        (chie.handle, "🍁"),
    }

    # Ben changes his, to one of our own; Chie takes hers back.
    ben.send("PUT", f"{route}/reaction", {"emoji": ":otsukare:"})
    chie.send("DELETE", f"{route}/reaction")
    _counts(chie, post, {":otsukare:": 1}, replies=1)

    # Chie keeps the post, which only she sees, until it is gone.
    chie.send("PUT", f"{route}/bookmark")
    eventually(lambda: _kept(chie) == [post], "Chie's bookmarks hold the post")
    assert _kept(ben) == []
    assert _live(chie, post)["mine"]["bookmarked"]
    aiko.send("DELETE", route)
    eventually(lambda: _kept(chie) == [], "the deleted post leaves Chie's bookmarks")


def _live(reader: Person, post: str) -> dict[str, Any]:
    (item,) = reader.get("/posts/v1/posts/live", ids=post)["items"]
    return dict(item)


def _counts(reader: Person, post: str, reactions: dict[str, int], replies: int) -> None:
    """Wait until a reader sees just these counts."""

    def look() -> bool:
        item = _live(reader, post)
        shown = {one["emoji"]: one["count"] for one in item["reactions"]}
        return (shown, item["replies"]) == (reactions, replies)

    eventually(look, f"{reader.handle} sees {reactions} and {replies} replies")


def _kept(reader: Person) -> list[str]:
    return [one["id"] for one in reader.get("/posts/v1/bookmarks")["items"]]

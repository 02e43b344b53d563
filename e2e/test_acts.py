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
    assert _live(aiko, post)["mine"] == {"reaction": None, "bookmarked": False, "vote": None}
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


def test_a_poll_counts_everyone_once_and_shows_how_it_stands_to_who_has_voted(
    system: System, person: SignUp
) -> None:
    aiko, ben, chie = person("Aiko"), person("Ben"), person("Chie")
    ben.follow(aiko)
    poll = {"options": ["嵐山", "高雄"], "minutes": 5}
    post = aiko.post("どこに行く？", poll=poll)["id"]
    route = f"/posts/v1/posts/{post}"
    assert ben.sees(post)["poll"]["options"] == ["嵐山", "高雄"]

    # Ben votes on two devices at once, otherwise on each: one of them is told that he has voted.
    with ThreadPoolExecutor() as devices:
        asked = [devices.submit(ben.ask, "PUT", f"{route}/vote", json={"options": [one]}) for one in (0, 1)]
        answers = sorted(one.result().status_code for one in asked)
    assert answers == [204, 409]

    # How it stands is hidden from Chie until she votes, too.
    hidden = chie.get(f"{route}/poll")
    assert (hidden["voters"], [one["votes"] for one in hidden["options"]]) == (None, [None, None])
    chie.send("PUT", f"{route}/vote", {"options": [0]})
    counted = eventually(
        lambda: (seen := chie.get(f"{route}/poll"))["voters"] == 2 and seen, "both votes are counted"
    )
    assert sum(one["votes"] for one in counted["options"]) == 2
    assert counted["mine"] == [0]


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

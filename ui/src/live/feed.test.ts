import { QueryClient } from "@tanstack/react-query";
import { beforeEach, expect, test } from "vitest";
import { itemsOf, type Pages } from "../api/pages";
import type { Message, Notice, Post } from "../api/types";
import { Feed, keys } from "./feed";

const aiko = { id: "a", handle: "aiko", name: "藍子" };
const at = (minute: number) => `2026-11-24T10:0${minute}:00Z`;
const post = (id: string, minute: number, more: Partial<Post> = {}): Post => ({
  id,
  author: aiko,
  text: id,
  created_at: at(minute),
  ...more,
});
const page = <T>(...items: T[]): Pages<T> => ({ pages: [{ items, next: null }], pageParams: [undefined] });

let queries: QueryClient;
let feed: Feed;
const shown = (key: readonly unknown[]) =>
  itemsOf(queries.getQueryData<Pages<{ id: string }>>(key), ({ id }) => id).map(({ id }) => id);

beforeEach(() => {
  queries = new QueryClient();
  feed = new Feed(queries);
  queries.setQueryData(keys.home, page(post("p1", 1)));
});

test("a post that comes is at the top of home and of its author's posts", () => {
  queries.setQueryData(keys.postsOf("a"), page(post("p1", 1)));
  feed.hear({ type: "timeline.post", id: "f", data: { post: post("p2", 2) } });
  expect(shown(keys.home)).toEqual(["p2", "p1"]);
  expect(shown(keys.postsOf("a"))).toEqual(["p2", "p1"]);
});

test("a removed post leaves every list, and does not come back by a late frame", () => {
  queries.setQueryData(keys.postsOf("a"), page(post("p1", 1)));
  queries.setQueryData(keys.foundPosts("x"), page({ post: post("p1", 1), highlight: "" }));
  queries.setQueryData(keys.repliesTo("p0"), [post("p1", 1)]);
  feed.hear({ type: "timeline.removed", id: "f", data: { post_id: "p1" } });
  feed.hear({ type: "timeline.post", id: "g", data: { post: post("p1", 1) } });
  expect(shown(keys.home)).toEqual([]);
  expect(shown(keys.postsOf("a"))).toEqual([]);
  expect(queries.getQueryData<Pages<unknown>>(keys.foundPosts("x"))?.pages[0]?.items).toEqual([]);
  expect(queries.getQueryData(keys.repliesTo("p0"))).toEqual([]);
  expect(feed.isGone(post("p1", 1))).toBe(true);
});

test("one's own post with a photo waits beside the timeline until it is published", () => {
  feed.posted(post("p2", 2, { state: "pending" }));
  expect(queries.getQueryData<Post[]>(keys.waiting)?.map(({ id }) => id)).toEqual(["p2"]);
  expect(shown(keys.home)).toEqual(["p1"]);
  feed.published(post("p2", 2, { state: "published" }));
  expect(queries.getQueryData(keys.waiting)).toEqual([]);
  expect(shown(keys.home)).toEqual(["p2", "p1"]);
});

test("one's own reply is shown under what it answers", () => {
  feed.posted(post("p2", 2, { in_reply_to: "p1", state: "published" }));
  expect(queries.getQueryData<Post[]>(keys.repliesTo("p1"))?.map(({ id }) => id)).toEqual(["p2"]);
});

test("a message is added to its conversation, whichever way it comes first", () => {
  const message: Message = { id: "m1", channel_id: "c", author: aiko, text: "x", sent_at: at(1) };
  queries.setQueryData(keys.messages("c"), page());
  feed.said(message);
  feed.hear({ type: "message", id: "f", data: { message } });
  expect(shown(keys.messages("c"))).toEqual(["m1"]);
});

test("a message of a conversation that is not known has the list asked for again", () => {
  queries.setQueryData(keys.channels, page({ id: "known" }));
  const stale = () => queries.getQueryState(keys.channels)?.isInvalidated;
  const message: Message = { id: "m", channel_id: "known", author: aiko, text: "", sent_at: at(1) };
  feed.said(message);
  expect(stale()).toBe(false);
  feed.said({ ...message, channel_id: "new" });
  expect(stale()).toBe(true);
});

test("a notice is added, and catching up asks for what may be missing", () => {
  const notice: Notice = { id: "n1", kind: "follow", actor: aiko, created_at: at(1) };
  queries.setQueryData(keys.notices, page());
  feed.hear({ type: "notification", id: "f", data: { notification: notice } });
  expect(shown(keys.notices)).toEqual(["n1"]);
  feed.catchUp();
  expect([keys.home, keys.notices].map((key) => queries.getQueryState(key)?.isInvalidated)).toEqual([true, true]);
});

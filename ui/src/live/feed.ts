/** What the page knows of posts, messages and notices, kept true by what the socket tells. */

import type { QueryClient } from "@tanstack/react-query";
import { type Pages, withItem, withoutItems } from "../api/pages";
import type { FoundPost, Message, Notice, Post } from "../api/types";
import type { Frame } from "./frames";

/** Names of what is loaded. */
export const keys = {
  me: ["me"],
  home: ["home"],
  post: (id: string) => ["post", id],
  postsOf: (person: string) => ["posts-of", person],
  profile: (person: string) => ["profile", person],
  repliesTo: (post: string) => ["replies", post],
  waiting: ["waiting"],
  notices: ["notices"],
  channels: ["channels"],
  messages: (channel: string) => ["messages", channel],
  foundPosts: (words: string) => ["found-posts", words],
  foundPeople: (words: string) => ["found-people", words],
} as const;

const created = (thing: { created_at: string }): string => thing.created_at;

export class Feed {
  readonly #queries: QueryClient;
  /** Posts known to be deleted: a frame or an answer that was under way must not bring one back. */
  readonly #gone = new Set<string>();

  constructor(queries: QueryClient) {
    this.#queries = queries;
  }

  isGone = (post: Post): boolean => this.#gone.has(post.id);

  /** Take in a frame. */
  hear(frame: Frame): void {
    if (frame.type === "timeline.post") this.published(frame.data.post);
    else if (frame.type === "timeline.removed") this.removed(frame.data.post_id);
    else if (frame.type === "message") this.said(frame.data.message);
    else if (frame.type === "notification") this.noticed(frame.data.notification);
  }

  /** A post can be seen: by someone followed, or one's own. */
  published(post: Post): void {
    if (this.#gone.has(post.id)) return;
    for (const key of [keys.home, keys.postsOf(post.author.id)]) this.#add(key, post, created);
    this.#queries.setQueryData<Post[]>(keys.waiting, (posts) => posts?.filter(({ id }) => id !== post.id));
  }

  /** One's own post was taken, and waits for its photo or is to be seen at once. */
  posted(post: Post): void {
    this.#queries.setQueryData(keys.post(post.id), post);
    if (post.in_reply_to) {
      this.#queries.setQueryData<Post[]>(keys.repliesTo(post.in_reply_to), (posts = []) => [...posts, post]);
    }
    if (post.state === "pending") {
      this.#queries.setQueryData<Post[]>(keys.waiting, (posts = []) => [post, ...posts]);
    } else {
      this.published(post);
    }
  }

  /** A post is gone for everyone. */
  removed(id: string): void {
    this.#gone.add(id);
    const is = (post: Post): boolean => post.id === id;
    this.#queries.setQueryData<Pages<Post>>(keys.home, (pages) => withoutItems(pages, is));
    this.#queries.setQueriesData<Pages<Post>>({ queryKey: ["posts-of"] }, (pages) => withoutItems(pages, is));
    this.#queries.setQueriesData<Pages<FoundPost>>({ queryKey: ["found-posts"] }, (pages) =>
      withoutItems(pages, ({ post }) => is(post)),
    );
    for (const key of [keys.waiting, ["replies"]]) {
      this.#queries.setQueriesData<Post[]>({ queryKey: key }, (posts) => posts?.filter((post) => !is(post)));
    }
    void this.#queries.invalidateQueries({ queryKey: keys.post(id) });
  }

  /** A message was said in a channel one is in. */
  said(message: Message): void {
    this.#add(keys.messages(message.channel_id), message, ({ sent_at }) => sent_at);
    const channels = this.#queries.getQueryData<Pages<{ id: string }>>(keys.channels);
    const known = channels?.pages.some(({ items }) => items.some(({ id }) => id === message.channel_id));
    if (!known) void this.#queries.invalidateQueries({ queryKey: keys.channels });
  }

  /** A notice arrived. */
  noticed(notice: Notice): void {
    this.#add(keys.notices, notice, created);
  }

  /** Add to a list; one that is shown but could not be loaded, or is on its way, is asked for anew. */
  #add<T extends { id: string }>(key: readonly unknown[], item: T, time: (item: T) => string): void {
    if (this.#queries.getQueryData(key)) {
      this.#queries.setQueryData<Pages<T>>(key, (pages) => withItem(pages, item, time));
    } else {
      void this.#queries.invalidateQueries({ queryKey: key });
    }
  }

  /** Ask for what may have come while nothing could be heard. */
  catchUp(): void {
    for (const key of [keys.home, keys.notices, keys.channels, ["messages"]]) {
      void this.#queries.invalidateQueries({ queryKey: key });
    }
  }
}

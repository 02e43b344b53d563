/** All that the page asks of the services, by service. */

import type { Request } from "./request";
import type {
  Channel, FoundPerson, FoundPost, Message, NewPost, Notice, Page, Post, Profile, Upload,
} from "./types";

const id = encodeURIComponent;

export type Api = ReturnType<typeof apiOf>;

/** Return the services' operations over a way to ask. */
export function apiOf(request: Request) {
  const list =
    <T>(path: string) =>
    (cursor?: string, signal?: AbortSignal): Promise<Page<T>> =>
      request<Page<T>>("GET", path, { query: { cursor }, ...(signal && { signal }) });

  const search =
    <T>(path: string) =>
    (q: string, cursor?: string, signal?: AbortSignal): Promise<Page<T>> =>
      request<Page<T>>("GET", path, { query: { q, cursor }, ...(signal && { signal }) });

  return {
    posts: {
      me: () => request<Profile>("GET", "/api/posts/v1/profiles/me"),
      describeMe: (profile: { handle: string; name: string; bio: string; locale: string }) =>
        request<Profile>("PUT", "/api/posts/v1/profiles/me", { body: profile }),
      profile: (person: string) => request<Profile>("GET", `/api/posts/v1/profiles/${id(person)}`),
      follow: (person: string) => request<void>("PUT", `/api/posts/v1/profiles/${id(person)}/follow`),
      unfollow: (person: string) => request<void>("DELETE", `/api/posts/v1/profiles/${id(person)}/follow`),
      ofPerson: (person: string) => list<Post>(`/api/posts/v1/profiles/${id(person)}/posts`),
      home: list<Post>("/api/posts/v1/timelines/home"),
      get: (post: string) => request<Post>("GET", `/api/posts/v1/posts/${id(post)}`),
      create: (post: NewPost, key: string) => request<Post>("POST", "/api/posts/v1/posts", { body: post, key }),
      remove: (post: string) => request<void>("DELETE", `/api/posts/v1/posts/${id(post)}`),
    },
    media: {
      open: (file: { content_type: string; size: number; alt: string; sha256?: string }) =>
        request<Upload>("POST", "/api/media/v1/media", { body: file }),
    },
    chat: {
      channels: list<Channel>("/api/chat/v1/channels"),
      withPerson: (person: string) =>
        request<Channel>("POST", "/api/chat/v1/channels", { body: { kind: "direct", with: person } }),
      messages: (channel: string) => list<Message>(`/api/chat/v1/channels/${id(channel)}/messages`),
      say: (channel: string, text: string, key: string) =>
        request<Message>("POST", `/api/chat/v1/channels/${id(channel)}/messages`, { body: { text }, key }),
    },
    rtc: {
      socket: () => request<{ url: string }>("POST", "/api/rtc/v1/sockets"),
    },
    notify: {
      notices: list<Notice>("/api/notify/v1/notifications"),
    },
    search: {
      posts: search<FoundPost>("/api/search/v1/search/posts"),
      people: search<FoundPerson>("/api/search/v1/search/people"),
    },
  };
}

/** What the services answer, as far as the page reads it. */

export interface Person {
  id: string;
  handle: string;
  name: string;
}

export interface Profile extends Person {
  bio: string;
  locale: string;
  created_at: string;
  /** Whether the reader follows this person; absent on one's own profile. */
  followed?: boolean | null;
}

export interface Media {
  id: string;
  url: string;
  content_type: string;
  width: number;
  height: number;
  alt: string;
}

export interface Mention {
  id: string;
  handle: string;
}

/** Another post, as one shows it; a frame tells no more than where to ask for it. */
export interface Embedded {
  id: string;
  /** Null once it is gone, or not for this reader. */
  author?: Person | null;
  text?: string;
  media?: Media[] | null;
  warning?: string | null;
  created_at: string;
}

export interface Post {
  id: string;
  author: Person;
  text: string;
  /** Absent in search results. */
  media?: Media[];
  mentions?: Mention[];
  in_reply_to?: string | null;
  created_at: string;
  /** Absent where only published posts are shown: in frames and in search. */
  state?: "published" | "pending" | "draft";
  /** Why a post went back to draft. */
  problem?: string | null;
  /** What to warn of before it is shown. */
  warning?: string | null;
  quote?: Embedded | null;
  /** What it passes on, with no text of its own. */
  repost_of?: Embedded | null;
}

export interface NewPost {
  text: string;
  media: string[];
  in_reply_to?: string;
}

export interface Upload {
  id: string;
  upload: { url: string; fields: Record<string, string> };
}

export interface Channel {
  id: string;
  kind: "direct";
  members: Person[];
  created_at: string;
}

export interface Message {
  id: string;
  channel_id: string;
  author: Person;
  text: string;
  sent_at: string;
}

export interface Notice {
  id: string;
  kind: "follow" | "mention" | "reply" | "message" | "reaction";
  actor: Person;
  post_id?: string | null;
  channel_id?: string | null;
  preview?: string | null;
  created_at: string;
}

export interface FoundPost {
  post: Post;
  highlight: string;
}

export interface FoundPerson {
  person: Person & { bio?: string };
  highlight: string;
}

/** Part of a list; `next` is the cursor of the part after it. */
export interface Page<T> {
  items: T[];
  next: string | null;
}

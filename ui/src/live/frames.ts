/** The frames of the socket: read from text, and each delivered once. */

import type { Message, Notice, Post } from "../api/types";

export type Frame =
  | { type: "timeline.post"; id: string; data: { post: Post } }
  | { type: "timeline.removed"; id: string; data: { post_id: string } }
  | { type: "message"; id: string; data: { message: Message } }
  | { type: "notification"; id: string; data: { notification: Notice } }
  | { type: "pong"; id: string; data: unknown }
  | { type: "error"; id: string; data: { problem: unknown } };

const TYPES: ReadonlySet<string> = new Set([
  "timeline.post",
  "timeline.removed",
  "message",
  "notification",
  "pong",
  "error",
]);

/** Return the frame that a text holds, or undefined if it is none that this page knows. */
export function frameOf(text: unknown): Frame | undefined {
  if (typeof text !== "string") return undefined;
  try {
    const frame: unknown = JSON.parse(text);
    if (typeof frame !== "object" || frame === null) return undefined;
    const { type, id, data } = frame as Record<string, unknown>;
    const known = typeof type === "string" && TYPES.has(type) && typeof id === "string";
    return known && typeof data === "object" ? (frame as Frame) : undefined;
  } catch {
    return undefined;
  }
}

/** Remembers the newest ids, to tell a frame that comes again (delivery is at least once) from a new one. */
export class Seen {
  readonly #ids = new Set<string>();
  readonly #limit: number;

  constructor(limit = 2_000) {
    this.#limit = limit;
  }

  /** Return whether the id is new, and remember it. */
  first(id: string): boolean {
    if (this.#ids.has(id)) return false;
    this.#ids.add(id);
    if (this.#ids.size > this.#limit) {
      const [oldest] = this.#ids;
      if (oldest !== undefined) this.#ids.delete(oldest);
    }
    return true;
  }
}

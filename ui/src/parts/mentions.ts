/** Finds the mentions in a text. */

import type { Mention } from "../api/types";

export interface Part {
  text: string;
  /** Whom this part mentions. */
  handle?: string;
}

/** Return the text in parts; only those whom the post really mentions are told apart. */
export function withMentions(text: string, mentions: readonly Mention[]): Part[] {
  const known = new Set(mentions.map(({ handle }) => handle.toLowerCase()));
  return text
    .split(/(?<![A-Za-z0-9_.@/＠])([@＠][A-Za-z0-9_]{2,30})(?![A-Za-z0-9_])/)
    .filter((part) => part !== "")
    .map((part) => {
      const handle = /^[@＠]/.test(part) ? part.slice(1).toLowerCase() : "";
      return known.has(handle) ? { text: part, handle } : { text: part };
    });
}

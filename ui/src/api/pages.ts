/** Changes to a list that was loaded page by page, for what the socket tells between two loads. */

import type { InfiniteData } from "@tanstack/react-query";
import type { Page } from "./types";

export type Pages<T> = InfiniteData<Page<T>, string | undefined>;

/** Return the items of all pages, each id once: a page may repeat what moved down while it was loaded. */
export function itemsOf<T>(pages: Pages<T> | undefined, id: (item: T) => string): T[] {
  const items = new Map<string, T>();
  for (const item of pages?.pages.flatMap((page) => page.items) ?? []) {
    if (!items.has(id(item))) items.set(id(item), item);
  }
  return [...items.values()];
}

/**
 * Return the list, newest first, with an item in its place by time.
 *
 * Frames come in any order and more than once: a known id changes nothing. What is older than all that
 * is loaded is left out while there is more to load, since it comes with its page.
 */
export function withItem<T extends { id: string }>(
  pages: Pages<T> | undefined,
  item: T,
  time: (item: T) => string,
): Pages<T> | undefined {
  if (!pages || pages.pages.some((page) => page.items.some((other) => other.id === item.id))) return pages;
  const at = Date.parse(time(item));
  const last = pages.pages.length - 1;
  let placed = false;
  const changed = pages.pages.map((page, number) => {
    if (placed) return page;
    let place = page.items.findIndex((other) => Date.parse(time(other)) <= at);
    if (place < 0 && number === last && page.next === null) place = page.items.length;
    if (place < 0) return page;
    placed = true;
    return { ...page, items: page.items.toSpliced(place, 0, item) };
  });
  return placed ? { ...pages, pages: changed } : pages;
}

/** Return the list without the items that match. */
export function withoutItems<T>(
  pages: Pages<T> | undefined,
  matches: (item: T) => boolean,
): Pages<T> | undefined {
  if (!pages?.pages.some((page) => page.items.some(matches))) return pages;
  return {
    ...pages,
    pages: pages.pages.map((page) => ({ ...page, items: page.items.filter((item) => !matches(item)) })),
  };
}

/**
 * Return the items below which nothing moves while one reads: those from `top` on, and how many wait above.
 *
 * Without a top, or if it is gone, all are shown.
 */
export function heldAt<T extends { id: string }>(
  items: readonly T[],
  top: string | undefined,
): { shown: readonly T[]; waiting: number } {
  const place = top === undefined ? -1 : items.findIndex((item) => item.id === top);
  return place > 0 ? { shown: items.slice(place), waiting: place } : { shown: items, waiting: 0 };
}

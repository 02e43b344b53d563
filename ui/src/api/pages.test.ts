import { expect, test } from "vitest";
import { heldAt, itemsOf, type Pages, withItem, withoutItems } from "./pages";

interface Thing {
  id: string;
  at: string;
}

const thing = (id: string, minute: number): Thing => ({
  id,
  at: `2026-11-24T10:${String(minute).padStart(2, "0")}:00Z`,
});

function pagesOf(next: string | null, ...pages: Thing[][]): Pages<Thing> {
  return {
    pages: pages.map((items, number) => ({ items, next: number < pages.length - 1 ? `c${number}` : next })),
    pageParams: pages.map(() => undefined),
  };
}

const ids = (pages: Pages<Thing> | undefined) => itemsOf(pages, (item) => item.id).map((item) => item.id);
const add = (pages: Pages<Thing> | undefined, item: Thing) => withItem(pages, item, ({ at }) => at);

test("a new item comes first", () => {
  expect(ids(add(pagesOf(null, [thing("b", 2), thing("a", 1)]), thing("c", 3)))).toEqual(["c", "b", "a"]);
});

test("a late item takes its place by time, on whichever page", () => {
  const pages = pagesOf("more", [thing("d", 4)], [thing("c", 3), thing("a", 1)]);
  expect(ids(add(pages, thing("b", 2)))).toEqual(["d", "c", "b", "a"]);
});

test("a known item changes nothing", () => {
  const pages = pagesOf(null, [thing("a", 1)]);
  expect(add(pages, thing("a", 9))).toBe(pages);
});

test("an item older than all comes last once the end is loaded, and with its page before", () => {
  expect(ids(add(pagesOf(null, [thing("b", 2)]), thing("a", 1)))).toEqual(["b", "a"]);
  expect(ids(add(pagesOf("more", [thing("b", 2)]), thing("a", 1)))).toEqual(["b"]);
});

test("an empty list takes its first item", () => {
  expect(ids(add(pagesOf(null, []), thing("a", 1)))).toEqual(["a"]);
});

test("a list that is not loaded stays so", () => {
  expect(add(undefined, thing("a", 1))).toBeUndefined();
  expect(withoutItems<Thing>(undefined, () => true)).toBeUndefined();
});

test("an item is removed from every page, and a list without it stays the same", () => {
  const pages = pagesOf(null, [thing("b", 2)], [thing("a", 1)]);
  expect(ids(withoutItems(pages, ({ id }) => id === "a"))).toEqual(["b"]);
  expect(withoutItems(pages, ({ id }) => id === "x")).toBe(pages);
});

test("an item that two pages hold is shown once", () => {
  expect(ids(pagesOf(null, [thing("b", 2), thing("a", 1)], [thing("a", 1)]))).toEqual(["b", "a"]);
});

test("what is new waits above the item one was reading", () => {
  const items = [thing("c", 3), thing("b", 2), thing("a", 1)];
  expect(heldAt(items, "b")).toEqual({ shown: items.slice(1), waiting: 1 });
  expect(heldAt(items, "c").waiting).toBe(0);
});

test("when the item one was reading is gone, all are shown", () => {
  const items = [thing("c", 3)];
  expect(heldAt(items, "b")).toEqual({ shown: items, waiting: 0 });
  expect(heldAt(items, undefined)).toEqual({ shown: items, waiting: 0 });
});

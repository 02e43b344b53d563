import { expect, test } from "vitest";
import { frameOf, Seen } from "./frames";

test("a frame of a known type is read", () => {
  const text = JSON.stringify({ type: "timeline.removed", id: "f1", data: { post_id: "p1" } });
  expect(frameOf(text)).toEqual({ type: "timeline.removed", id: "f1", data: { post_id: "p1" } });
});

test.each([
  ["not JSON", "{"],
  ["no object", "3"],
  ["null", "null"],
  ["an unknown type", JSON.stringify({ type: "presence", id: "f", data: {} })],
  ["no id", JSON.stringify({ type: "message", data: {} })],
  ["no data", JSON.stringify({ type: "message", id: "f", data: "x" })],
  ["binary", new ArrayBuffer(1)],
])("%s is no frame and does no harm", (_name, text) => {
  expect(frameOf(text)).toBeUndefined();
});

test("a frame that comes again is told from a new one", () => {
  const seen = new Seen();
  expect(seen.first("a")).toBe(true);
  expect(seen.first("a")).toBe(false);
  expect(seen.first("b")).toBe(true);
});

test("only the newest ids are remembered", () => {
  const seen = new Seen(2);
  ["a", "b", "c"].forEach((id) => seen.first(id));
  expect(seen.first("b")).toBe(false);
  expect(seen.first("a")).toBe(true);
});

import { expect, test } from "vitest";
import { graphemes } from "./length";

test("a character is what a reader sees as one", () => {
  expect(graphemes("")).toBe(0);
  expect(graphemes("紅葉")).toBe(2);
  expect(graphemes("👨‍👩‍👧")).toBe(1);
  expect(graphemes("が")).toBe(1); // か and a combining mark
});

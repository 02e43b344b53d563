import { expect, test } from "vitest";
import { delay, FIRST_MS, LONGEST_MS } from "./reconnect";

test("the first wait is short and at least half of its ceiling", () => {
  expect(delay(0, () => 0)).toBe(FIRST_MS / 2);
  expect(delay(0, () => 1)).toBe(FIRST_MS);
});

test("each wait may be twice as long as the one before, until the longest", () => {
  expect(delay(1, () => 1)).toBe(FIRST_MS * 2);
  expect(delay(5, () => 1)).toBe(FIRST_MS * 32);
  expect(delay(6, () => 1)).toBe(LONGEST_MS);
  expect(delay(2_000, () => 1)).toBe(LONGEST_MS);
});

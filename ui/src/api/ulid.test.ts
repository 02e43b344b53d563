import { expect, test } from "vitest";
import { ulid } from "./ulid";

test("a ULID is 26 letters of Crockford's alphabet", () => {
  expect(ulid()).toMatch(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
});

test("the time comes first and as the specification spells it", () => {
  expect(ulid(1469918176385).slice(0, 10)).toBe("01ARYZ6S41");
  expect(ulid(0).slice(0, 10)).toBe("0000000000");
  expect(ulid(2 ** 48 - 1).slice(0, 10)).toBe("7ZZZZZZZZZ");
});

test("later ULIDs sort after earlier ones", () => {
  expect(ulid(1_000) < ulid(1_001)).toBe(true);
});

test("no two are alike, even of one millisecond", () => {
  expect(new Set(Array.from({ length: 1_000 }, () => ulid(1))).size).toBe(1_000);
});

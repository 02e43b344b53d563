import { expect, test } from "vitest";
import { spoken } from "./spoken";

const now = new Date(2026, 10, 24, 12, 0, 0);
const ago = (ms: number) => spoken(new Date(now.getTime() - ms), now, "en", "just now");

test("a time is said as just now, in minutes, in hours, then by date", () => {
  expect(ago(59_999)).toBe("just now");
  expect(ago(60_000)).toBe("1m ago");
  expect(ago(3_599_999)).toBe("59m ago");
  expect(ago(3_600_000)).toBe("1h ago");
  expect(ago(86_399_999)).toBe("23h ago");
  expect(ago(86_400_000)).toBe("Nov 23");
});

test("another year is named", () => {
  expect(spoken(new Date(2025, 10, 24), now, "ja", "")).toBe("2025年11月24日");
});

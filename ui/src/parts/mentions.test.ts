import { expect, test } from "vitest";
import { withMentions } from "./mentions";

const mentions = [{ id: "1", handle: "aiko" }];

test("a mentioned person is told from the text around", () => {
  expect(withMentions("やあ @Aiko、元気？", mentions)).toEqual([
    { text: "やあ " },
    { text: "@Aiko", handle: "aiko" },
    { text: "、元気？" },
  ]);
});

test("the full-width sign of Japanese keyboards counts", () => {
  expect(withMentions("＠aiko", mentions)).toEqual([{ text: "＠aiko", handle: "aiko" }]);
});

test("whom the post does not mention is plain text, as are addresses", () => {
  expect(withMentions("@ben and mail@aiko.jp", mentions).some(({ handle }) => handle)).toBe(false);
  expect(withMentions("@ben", [])).toEqual([{ text: "@ben" }]);
});

import { expect, test } from "vitest";
import { pieces, plain } from "./highlight";

test("what was found is told from what was not", () => {
  expect(pieces("京都の<em>紅葉</em>です")).toEqual([
    { text: "京都の", found: false },
    { text: "紅葉", found: true },
    { text: "です", found: false },
  ]);
});

test("escaped characters are shown as themselves", () => {
  expect(pieces("&lt;b&gt; &amp; &quot;x&quot; &#39;y&#x27; &#x2F;")).toEqual([
    { text: `<b> & "x" 'y' /`, found: false },
  ]);
});

test("an escape is read once only", () => {
  expect(pieces("&amp;lt;em&amp;gt;")).toEqual([{ text: "&lt;em&gt;", found: false }]);
});

test("other markup stays text", () => {
  const text = `<img src=x onerror=alert(1)><em class="x">`;
  expect(pieces(text)).toEqual([{ text, found: false }]);
});

test("an em that is never closed marks what follows", () => {
  expect(pieces("a<em>b")).toEqual([
    { text: "a", found: false },
    { text: "b", found: true },
  ]);
});

test("an unknown entity or impossible code point stays as it is", () => {
  expect(pieces("&nope; &#x110000;")).toEqual([{ text: "&nope; &#x110000;", found: false }]);
});

test("the plain text has neither marks nor escapes", () => {
  expect(plain("<em>a</em> &amp; b")).toBe("a & b");
});

test("nothing gives nothing", () => {
  expect(pieces("")).toEqual([]);
});

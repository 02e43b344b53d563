import { expect, test } from "vitest";
import { CATALOGUES, languageFor } from "./catalogue";

/** Every path of a catalogue with what kind of thing stands there. */
function paths(value: object, prefix = ""): string[] {
  return Object.entries(value).flatMap(([key, entry]) =>
    typeof entry === "object" && entry !== null
      ? paths(entry, `${prefix}${key}.`)
      : [`${prefix}${key}: ${typeof entry}${typeof entry === "function" ? `/${entry.length}` : ""}`],
  );
}

function sentences(value: object): string[] {
  return Object.values(value).flatMap((entry) =>
    typeof entry === "object" ? sentences(entry) : [typeof entry === "function" ? entry("X", 2) : entry],
  );
}

test("both languages say the same things", () => {
  expect(paths(CATALOGUES.ja).toSorted()).toEqual(paths(CATALOGUES.en).toSorted());
});

test("nothing is left empty", () => {
  expect(Object.values(CATALOGUES).flatMap(sentences).filter((sentence) => !sentence.trim())).toEqual([]);
});

test("no Japanese is left in English", () => {
  expect(sentences(CATALOGUES.en).filter((sentence) => /[\p{Script=Han}\p{Script=Hiragana}]/u.test(sentence))).toEqual([]);
});

test("what was chosen goes before what the browser wishes", () => {
  expect(languageFor("ja", ["en-GB"])).toBe("ja");
});

test("the first of the browser's languages that the page speaks is taken, whatever its region", () => {
  expect(languageFor(null, ["fr", "ja-JP", "en"])).toBe("ja");
  expect(languageFor(null, ["en-AU", "ja"])).toBe("en");
});

test("who wishes neither, or chose nonsense, gets English", () => {
  expect(languageFor("klingon", ["fr", "de"])).toBe("en");
  expect(languageFor(null, [])).toBe("en");
});

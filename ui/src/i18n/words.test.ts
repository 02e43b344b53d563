import { expect, test } from "vitest";
import { Problem } from "../api/problem";
import { CognitoError } from "../session/cognito";
import { CATALOGUES } from "./catalogue";
import { accountWords, profileWords, wordsFor } from "./words";

const { ja, en } = CATALOGUES;

test("a known problem is said in the page's own words", () => {
  expect(wordsFor(new Problem("offline"), ja)).toBe(ja.errors.offline);
  expect(wordsFor(new CognitoError("NotAuthorizedException"), en)).toBe(en.errors.NotAuthorizedException);
});

test("an unknown problem is said as the service titles it", () => {
  expect(wordsFor(new Problem("new-kind", 422, "新しい種類です"), ja)).toBe("新しい種類です");
});

test("what says nothing itself still gets a sentence", () => {
  expect(wordsFor(new Problem("x", 500), en)).toBe(en.errors.unavailable);
  expect(wordsFor(new Problem("x", 418), en)).toBe(en.errors.unknown);
  expect(wordsFor(new TypeError("bug"), en)).toBe(en.errors.unknown);
  expect(wordsFor(new CognitoError("SomethingException"), en)).toBe(en.errors.unknown);
});

test("a taken handle is said beside the handle", () => {
  expect(profileWords(new Problem("conflict", 409), en)).toEqual({ field: "handle", words: en.errors.handleTaken });
});

test("a wrong field is said beside it, whether the schema or the domain refused it", () => {
  const bySchema = new Problem("invalid", 422, "", "", [{ pointer: "#/name", detail: "too long" }]);
  const byDomain = new Problem("invalid", 422, "", "A handle has 2 to 30 letters.");
  expect(profileWords(bySchema, ja)).toEqual({ field: "name", words: ja.nameRule });
  expect(profileWords(byDomain, ja)).toEqual({ field: "handle", words: ja.handleRule });
});

test("trouble elsewhere belongs to no field", () => {
  expect(profileWords(new Problem("unavailable", 503), en)).toBeUndefined();
  expect(accountWords(new CognitoError("offline"), en)).toBeUndefined();
});

test.each([
  ["UsernameExistsException", "email"],
  ["InvalidParameterException", "email"],
  ["InvalidPasswordException", "password"],
  ["CodeMismatchException", "code"],
])("%s is said beside the %s", (code, field) => {
  expect(accountWords(new CognitoError(code), ja)?.field).toBe(field);
});

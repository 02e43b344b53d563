import { expect, test } from "vitest";
import { fieldOf, Problem, problemOf } from "./problem";

test("a problem document is read whole", () => {
  const problem = problemOf(422, {
    type: "urn:hidoki:problem:invalid",
    title: "入力内容に誤りがあります",
    status: 422,
    detail: "See `errors`.",
    errors: [{ pointer: "#/text", detail: "too long" }],
  });
  expect(problem.slug).toBe("invalid");
  expect(problem.title).toBe("入力内容に誤りがあります");
  expect(problem.fields).toEqual([{ pointer: "#/text", detail: "too long" }]);
  expect(fieldOf(problem)).toBe("text");
});

test.each([
  [401, { message: "Unauthorized" }, "unauthorized"],
  [403, undefined, "unauthorized"],
  [404, "<html>", "not-found"],
  [409, null, "conflict"],
  [413, {}, "too-large"],
  [429, { message: "Too Many Requests" }, "too-many"],
  [502, { message: null }, "unavailable"],
  [400, { type: "about:blank" }, "malformed"],
])("an answer of %i in another shape is understood by its status", (status, body, slug) => {
  expect(problemOf(status, body).slug).toBe(slug);
});

test("a problem without fields speaks of none", () => {
  expect(fieldOf(new Problem("conflict", 409))).toBeUndefined();
});

test("the field of a nested pointer is its outermost", () => {
  expect(fieldOf(problemOf(422, { errors: [{ pointer: "#/media/0", detail: "" }] }))).toBe("media");
});

test("only trouble on the way or at the service passes by itself, and that it has not heard of a profile yet", () => {
  expect([0, 429, 500, 503].every((status) => new Problem("x", status).passing)).toBe(true);
  expect([400, 401, 404, 409, 422].some((status) => new Problem("x", status).passing)).toBe(false);
  expect(new Problem("profile-required", 409).passing).toBe(true);
});

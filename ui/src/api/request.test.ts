import { expect, test } from "vitest";
import { requester } from "./request";

interface Sent {
  url: string;
  method: string;
  headers: Headers;
  body: unknown;
}

const json = (body: unknown, status = 200, type = "application/json") =>
  new Response(JSON.stringify(body), { status, headers: { "Content-Type": type } });

/** A wire that gives these answers in turn and remembers what was sent. */
function wireOf(...answers: (Response | Error)[]) {
  const sent: Sent[] = [];
  const wire = async (url: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    sent.push({
      url: url as string,
      method: init.method ?? "",
      headers: new Headers(init.headers),
      body: init.body,
    });
    const answer = answers.shift();
    if (!answer || answer instanceof Error) throw answer ?? new Error("nothing left to answer");
    return answer;
  };
  const asker = { token: async (fresh = false) => (fresh ? "fresh" : "old"), language: () => "ja" };
  return { sent, request: requester(asker, wire as typeof fetch) };
}

test("a request carries the token and the reader's language, and a GET no key", async () => {
  const { sent, request } = wireOf(json({ items: [] }));
  expect(await request("GET", "/x", { query: { q: "紅葉", cursor: undefined } })).toEqual({ items: [] });
  expect(sent[0]?.url).toBe(`/x?q=${encodeURIComponent("紅葉")}`);
  expect(sent[0]?.headers.get("Authorization")).toBe("Bearer old");
  expect(sent[0]?.headers.get("Accept-Language")).toBe("ja");
  expect(sent[0]?.headers.has("Idempotency-Key")).toBe(false);
});

test("a POST carries a ULID as its key, or the one it was given", async () => {
  const { sent, request } = wireOf(json({}, 201), json({}, 201));
  await request("POST", "/x", { body: { text: "a" } });
  await request("POST", "/x", { key: "again" });
  expect(sent[0]?.headers.get("Idempotency-Key")).toMatch(/^[0-9A-Z]{26}$/);
  expect(sent[0]?.body).toBe('{"text":"a"}');
  expect(sent[1]?.headers.get("Idempotency-Key")).toBe("again");
});

test("a refused token is tried once more with a fresh one, as the same request", async () => {
  const { sent, request } = wireOf(json({}, 401), json({ id: "1" }, 201));
  expect(await request("POST", "/x")).toEqual({ id: "1" });
  expect(sent.map(({ headers }) => headers.get("Authorization"))).toEqual(["Bearer old", "Bearer fresh"]);
  expect(new Set(sent.map(({ headers }) => headers.get("Idempotency-Key"))).size).toBe(1);
});

test("a token that is refused twice is a problem", async () => {
  const { request } = wireOf(json({}, 401), json({}, 401));
  await expect(request("GET", "/x")).rejects.toMatchObject({ slug: "unauthorized", status: 401 });
});

test("a problem document becomes a problem", async () => {
  const body = { type: "urn:hidoki:problem:conflict", title: "すでに使われています", status: 409 };
  const { request } = wireOf(json(body, 409, "application/problem+json"));
  await expect(request("PUT", "/x")).rejects.toMatchObject({ slug: "conflict", title: "すでに使われています" });
});

test("no answer at all means no connection", async () => {
  const { request } = wireOf(new TypeError("Failed to fetch"));
  await expect(request("GET", "/x")).rejects.toMatchObject({ slug: "offline", passing: true });
});

test("a page of the CDN in place of an answer is not taken for one", async () => {
  const { request } = wireOf(new Response("<!doctype html>", { headers: { "Content-Type": "text/html" } }));
  await expect(request("GET", "/x")).rejects.toMatchObject({ slug: "unavailable" });
});

test("an answer without content is none", async () => {
  const { request } = wireOf(new Response(null, { status: 204 }));
  expect(await request("DELETE", "/x")).toBeUndefined();
});

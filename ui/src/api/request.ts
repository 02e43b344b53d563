/** One way to ask a service: with the token, the reader's language and, for a POST, a key against doing it twice. */

import { Problem, problemOf } from "./problem";
import { ulid } from "./ulid";

export interface Ask {
  body?: unknown;
  query?: Record<string, string | undefined>;
  /** The idempotency key of a POST; give the same one to try the same thing again. */
  key?: string;
  signal?: AbortSignal;
}

export type Request = <T>(method: Method, path: string, ask?: Ask) => Promise<T>;
type Method = "GET" | "POST" | "PUT" | "DELETE";

export interface Asker {
  /** Return an access token that is still good, or a fresh one. */
  token(fresh?: boolean): Promise<string>;
  language(): string;
}

/** Return a function that asks the services on behalf of a person. */
export function requester(asker: Asker, wire: typeof fetch = fetch): Request {
  return async function request<T>(method: Method, path: string, ask: Ask = {}): Promise<T> {
    // Made once, so that the second try below is known to be the same request.
    const key = method === "POST" ? (ask.key ?? ulid()) : undefined;
    const attempt = async (fresh: boolean) =>
      send(wire, method, path, ask, key, await asker.token(fresh), asker.language());
    let answer = await attempt(false);
    // A token may be revoked, or expire on the way, though its time seemed good: one fresh one, one more try.
    if (answer.status === 401) answer = await attempt(true);
    const body = await bodyOf(answer);
    if (!answer.ok) throw problemOf(answer.status, body);
    if (answer.status !== 204 && body === undefined) throw new Problem("unavailable", 502);
    return body as T;
  };
}

async function send(
  wire: typeof fetch,
  method: Method,
  path: string,
  ask: Ask,
  key: string | undefined,
  token: string,
  language: string,
): Promise<Response> {
  const headers = new Headers({ Authorization: `Bearer ${token}`, "Accept-Language": language });
  if (key) headers.set("Idempotency-Key", key);
  if (ask.body !== undefined) headers.set("Content-Type", "application/json");
  try {
    return await wire(path + queryOf(ask.query), {
      method,
      headers,
      body: ask.body === undefined ? null : JSON.stringify(ask.body),
      signal: ask.signal ?? null,
    });
  } catch (failure) {
    if (failure instanceof DOMException && failure.name === "AbortError") throw failure;
    throw new Problem("offline");
  }
}

function queryOf(query: Ask["query"]): string {
  const given = Object.entries(query ?? {}).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return given.length ? `?${new URLSearchParams(given)}` : "";
}

/** Return the JSON of an answer, or undefined if it has none (an error page of the CDN, say). */
async function bodyOf(answer: Response): Promise<unknown> {
  if (!/[/+]json/.test(answer.headers.get("Content-Type") ?? "")) return undefined;
  try {
    return await answer.json();
  } catch {
    return undefined;
  }
}

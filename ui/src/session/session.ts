/**
 * Who is signed in, and their tokens.
 *
 * Tokens live in memory and in `sessionStorage`: a reload keeps one signed in, closing the tab signs one
 * out, and nothing stays on a shared computer. They are not in `localStorage`, which every later
 * visit (and every later flaw in the page) could read, and not in a cookie, since the services take them
 * from the Authorization header only and so can't be reached by a forged request of another site.
 */

import { Problem } from "../api/problem";
import { Cognito, CognitoError, type Tokens } from "./cognito";

const KEY = "hidoki.session";
/** A token this close to its end is renewed before it is used. */
const MARGIN_MS = 60_000;

export class Session {
  readonly cognito: Cognito;
  #tokens: Tokens | undefined;
  #renewing: Promise<string> | undefined;
  readonly #listeners = new Set<() => void>();
  readonly #storage: Storage;

  constructor(cognito: Cognito, storage: Storage = sessionStorage) {
    this.cognito = cognito;
    this.#storage = storage;
    this.#tokens = stored(storage);
  }

  /** The signed-in person's id, or undefined. */
  get userId(): string | undefined {
    return this.#tokens && subjectOf(this.#tokens.accessToken);
  }

  /** Call back when someone signs in or out; return how to stop. */
  onChange = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  async signIn(email: string, password: string): Promise<void> {
    this.#keep(await this.cognito.signIn(email, password));
  }

  signOut = (): void => {
    const left = this.#tokens;
    this.#keep(undefined);
    // Out here already; that the refresh token ends too is a courtesy which must not keep anyone waiting.
    if (left) this.cognito.revoke(left.refreshToken).catch(() => undefined);
  };

  /** Return an access token that is good for a while; a new one if asked for. */
  token = async (fresh = false): Promise<string> => {
    if (!this.#tokens) throw new Problem("unauthorized", 401);
    if (!fresh && this.#tokens.expiresAt - Date.now() > MARGIN_MS) return this.#tokens.accessToken;
    // All who ask meanwhile get the one that is on its way.
    this.#renewing ??= this.#renew(this.#tokens).finally(() => (this.#renewing = undefined));
    return this.#renewing;
  };

  async #renew(old: Tokens): Promise<string> {
    try {
      const tokens = await this.cognito.refresh(old.refreshToken);
      // Someone may have signed out, or in as another, while this was on its way.
      if (this.#tokens !== old) throw new Problem("unauthorized", 401);
      this.#keep(tokens);
      return tokens.accessToken;
    } catch (failure) {
      if (!(failure instanceof CognitoError)) throw failure;
      if (failure.code === "offline") throw new Problem("offline");
      if (this.#tokens === old) this.#keep(undefined);
      throw new Problem("unauthorized", 401);
    }
  }

  #keep(tokens: Tokens | undefined): void {
    this.#tokens = tokens;
    if (tokens) this.#storage.setItem(KEY, JSON.stringify(tokens));
    else this.#storage.removeItem(KEY);
    for (const listener of this.#listeners) listener();
  }
}

function stored(storage: Storage): Tokens | undefined {
  try {
    const tokens = JSON.parse(storage.getItem(KEY) ?? "null") as Tokens | null;
    return tokens && subjectOf(tokens.accessToken) ? tokens : undefined;
  } catch {
    return undefined;
  }
}

/** Read the `sub` of a token, to know oneself; the services verify it. */
function subjectOf(token: string): string | undefined {
  try {
    const claims = (token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
    const { sub } = JSON.parse(atob(claims)) as { sub?: string };
    return sub;
  } catch {
    return undefined;
  }
}

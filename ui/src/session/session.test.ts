import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Problem } from "../api/problem";
import { Cognito, CognitoError, type Tokens } from "./cognito";
import { Session } from "./session";

const HOUR = 3_600_000;
const tokenOf = (sub: string, n = 0) => `h.${btoa(JSON.stringify({ sub, n }))}.s`;

class Pool extends Cognito {
  refreshed = 0;
  refusal: string | undefined;

  constructor() {
    super({ region: "", clientId: "c", cognitoUrl: "" });
  }

  override async signIn(email: string): Promise<Tokens> {
    return { accessToken: tokenOf(email), refreshToken: "r", expiresAt: Date.now() + HOUR };
  }

  override async refresh(): Promise<Tokens> {
    this.refreshed += 1;
    if (this.refusal) throw new CognitoError(this.refusal);
    return { accessToken: tokenOf("aiko", this.refreshed), refreshToken: "r", expiresAt: Date.now() + HOUR };
  }

  override async revoke(): Promise<void> {}
}

class Memory implements Pick<Storage, "getItem" | "setItem" | "removeItem"> {
  readonly items = new Map<string, string>();
  getItem = (key: string) => this.items.get(key) ?? null;
  setItem = (key: string, value: string) => void this.items.set(key, value);
  removeItem = (key: string) => void this.items.delete(key);
}

let pool: Pool;
let memory: Memory;
const newSession = () => new Session(pool, memory as unknown as Storage);

beforeEach(() => {
  vi.useFakeTimers();
  pool = new Pool();
  memory = new Memory();
});
afterEach(() => void vi.useRealTimers());

test("one who signed in is known, also after a reload", async () => {
  const session = newSession();
  expect(session.userId).toBeUndefined();
  await session.signIn("aiko", "secret");
  expect(session.userId).toBe("aiko");
  expect(newSession().userId).toBe("aiko");
});

test("a token is used until a minute before its end, then renewed", async () => {
  const session = newSession();
  await session.signIn("aiko", "secret");
  vi.advanceTimersByTime(HOUR - 60_001);
  expect(await session.token()).toBe(tokenOf("aiko"));
  vi.advanceTimersByTime(1);
  expect(await session.token()).toBe(tokenOf("aiko", 1));
});

test("many who ask at once get one renewal", async () => {
  const session = newSession();
  await session.signIn("aiko", "secret");
  const tokens = await Promise.all([session.token(true), session.token(true), session.token(true)]);
  expect(new Set(tokens).size).toBe(1);
  expect(pool.refreshed).toBe(1);
});

test("a refused renewal signs out and says so", async () => {
  const session = newSession();
  await session.signIn("aiko", "secret");
  let told = 0;
  session.onChange(() => (told += 1));
  pool.refusal = "NotAuthorizedException";
  await expect(session.token(true)).rejects.toMatchObject({ slug: "unauthorized" });
  expect(session.userId).toBeUndefined();
  expect(told).toBe(1);
});

test("being offline does not sign out", async () => {
  const session = newSession();
  await session.signIn("aiko", "secret");
  pool.refusal = "offline";
  await expect(session.token(true)).rejects.toBeInstanceOf(Problem);
  expect(session.userId).toBe("aiko");
});

test("signing out leaves nothing behind, even while a renewal is on its way", async () => {
  const session = newSession();
  await session.signIn("aiko", "secret");
  const renewal = session.token(true);
  session.signOut();
  await expect(renewal).rejects.toMatchObject({ slug: "unauthorized" });
  expect(session.userId).toBeUndefined();
  expect(memory.items.size).toBe(0);
});

test("a spoilt stored session counts as none", () => {
  memory.setItem("hidoki.session", "{");
  expect(newSession().userId).toBeUndefined();
});

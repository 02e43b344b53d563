/** Keeps one socket open: opens it with a fresh ticket, proves it alive, opens it again when it closes. */

import { ulid } from "../api/ulid";
import { type Frame, frameOf, Seen } from "./frames";
import { delay } from "./reconnect";

const PING_MS = 25_000;

export type Wire = Pick<WebSocket, "send" | "close" | "addEventListener">;

export interface Line {
  /** Return the address of a socket to open; its ticket is good once, for a minute. */
  address(): Promise<string>;
  open(address: string): Wire;
  onFrame(frame: Frame): void;
  /** Called when frames can be heard again: what was missed before is to be fetched otherwise. */
  onOpen(): void;
  onState(live: boolean): void;
}

export class LiveSocket {
  readonly #line: Line;
  readonly #seen = new Seen();
  #wire: Wire | undefined;
  #attempt = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #ping: ReturnType<typeof setInterval> | undefined;
  #heard = true;
  #stopped = true;
  #connecting = false;

  constructor(line: Line) {
    this.#line = line;
  }

  start(): void {
    this.#stopped = false;
    void this.#connect();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#retry);
    this.#leave()?.close();
  }

  /** Try again now rather than later: the network is back, or someone looks at the page again. */
  nudge(): void {
    if (this.#stopped || this.#wire || this.#connecting) return;
    clearTimeout(this.#retry);
    this.#attempt = 0;
    void this.#connect();
  }

  async #connect(): Promise<void> {
    this.#connecting = true;
    let address: string;
    try {
      address = await this.#line.address();
    } catch {
      this.#connecting = false;
      this.#later();
      return;
    }
    this.#connecting = false;
    if (this.#stopped) return;
    const wire = this.#line.open(address);
    this.#wire = wire;
    wire.addEventListener("open", () => wire === this.#wire && this.#opened(wire));
    wire.addEventListener("message", ({ data }) => wire === this.#wire && this.#received(data));
    wire.addEventListener("close", () => wire === this.#wire && this.#lost());
  }

  #opened(wire: Wire): void {
    this.#heard = true;
    this.#ping = setInterval(() => this.#prove(wire), PING_MS);
    ping(wire);
    this.#line.onState(true);
    this.#line.onOpen();
  }

  /** A network that went away closes nothing: a socket that answered no ping is given up. */
  #prove(wire: Wire): void {
    if (this.#heard) {
      this.#heard = false;
      ping(wire);
    } else {
      this.#lost();
      wire.close();
    }
  }

  #received(data: unknown): void {
    this.#heard = true;
    // Only a socket that answers ends the backing off: one that opens and closes at once must not.
    this.#attempt = 0;
    const frame = frameOf(data);
    if (frame && frame.type !== "pong" && this.#seen.first(frame.id)) this.#line.onFrame(frame);
  }

  #lost(): void {
    this.#leave();
    this.#later();
  }

  #leave(): Wire | undefined {
    const wire = this.#wire;
    this.#wire = undefined;
    clearInterval(this.#ping);
    if (wire) this.#line.onState(false);
    return wire;
  }

  #later(): void {
    if (this.#stopped) return;
    this.#retry = setTimeout(() => void this.#connect(), delay(this.#attempt));
    this.#attempt += 1;
  }
}

function ping(wire: Wire): void {
  wire.send(JSON.stringify({ type: "ping", id: ulid(), data: {} }));
}

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Frame } from "./frames";
import { FIRST_MS } from "./reconnect";
import { LiveSocket, type Wire } from "./socket";

class OneWire extends EventTarget {
  sent: string[] = [];
  closed = false;
  send = (text: string) => void this.sent.push(text);
  close = () => void (this.closed = true);
  opens = () => this.dispatchEvent(new Event("open"));
  breaks = () => this.dispatchEvent(new Event("close"));
  says = (frame: object) =>
    this.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(frame) }));
}

const removed = (id: string) => ({ type: "timeline.removed", id, data: { post_id: "p" } });

let wires: OneWire[];
let frames: Frame[];
let states: boolean[];
let opened: number;
let tickets: number;
let refused: boolean;
let socket: LiveSocket;

const wire = (number: number): OneWire => {
  const found = wires[number];
  if (!found) throw new Error(`no wire ${number}`);
  return found;
};
const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(async () => {
  vi.useFakeTimers();
  [wires, frames, states, opened, tickets, refused] = [[], [], [], 0, 0, false];
  socket = new LiveSocket({
    address: async () => {
      tickets += 1;
      if (refused) throw new Error("offline");
      return `ws://x?ticket=${tickets}`;
    },
    open: () => {
      const made = new OneWire();
      wires.push(made);
      return made as unknown as Wire;
    },
    onFrame: (frame) => void frames.push(frame),
    onOpen: () => void (opened += 1),
    onState: (live) => void states.push(live),
  });
  socket.start();
  await settle();
});
afterEach(() => {
  socket.stop();
  vi.useRealTimers();
});

test("a frame that comes twice is delivered once, also over the next socket", async () => {
  wire(0).opens();
  wire(0).says(removed("f1"));
  wire(0).says(removed("f1"));
  wire(0).breaks();
  await vi.advanceTimersByTimeAsync(FIRST_MS);
  wire(1).opens();
  wire(1).says(removed("f1"));
  wire(1).says(removed("f2"));
  expect(frames.map(({ id }) => id)).toEqual(["f1", "f2"]);
});

test("every socket gets a ticket of its own, and every opening is a reason to catch up", async () => {
  wire(0).opens();
  wire(0).breaks();
  await vi.advanceTimersByTimeAsync(FIRST_MS);
  wire(1).opens();
  expect(tickets).toBe(2);
  expect(opened).toBe(2);
  expect(states).toEqual([true, false, true]);
});

test("attempts that fail come at longer and longer distances", async () => {
  refused = true;
  wire(0).breaks();
  await vi.advanceTimersByTimeAsync(60_000);
  const inOneMinute = tickets;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(inOneMinute).toBeGreaterThan(6);
  expect(inOneMinute).toBeLessThan(12);
  expect(tickets - inOneMinute).toBeLessThan(6);
});

test("a socket that opens but never answers keeps backing off", async () => {
  for (let turn = 0; turn < 4; turn += 1) {
    wire(turn).opens();
    wire(turn).breaks();
    await vi.advanceTimersByTimeAsync(FIRST_MS * 2 ** turn);
  }
  wire(4).opens();
  wire(4).breaks();
  await vi.advanceTimersByTimeAsync(FIRST_MS * 8 - 1);
  expect(wires).toHaveLength(5);
});

test("a ping goes out at once and every 25 seconds", async () => {
  wire(0).opens();
  expect(wire(0).sent).toHaveLength(1);
  wire(0).says({ type: "pong", id: "x", data: {} });
  await vi.advanceTimersByTimeAsync(25_000);
  expect(wire(0).sent).toHaveLength(2);
  expect(JSON.parse(wire(0).sent[1] ?? "")).toMatchObject({ type: "ping" });
  expect(frames).toEqual([]);
});

test("a socket that answers no ping is given up and another opened", async () => {
  wire(0).opens();
  await vi.advanceTimersByTimeAsync(50_000);
  expect(wire(0).closed).toBe(true);
  await vi.advanceTimersByTimeAsync(FIRST_MS);
  expect(wires).toHaveLength(2);
});

test("after a stop nothing is opened any more", async () => {
  wire(0).opens();
  socket.stop();
  wire(0).breaks();
  await vi.advanceTimersByTimeAsync(120_000);
  expect(wires).toHaveLength(1);
  expect(wire(0).closed).toBe(true);
});

test("a nudge tries at once, and not while a socket is there", async () => {
  socket.nudge();
  await settle();
  expect(tickets).toBe(1);
  wire(0).breaks();
  socket.nudge();
  await settle();
  expect(wires).toHaveLength(2);
});

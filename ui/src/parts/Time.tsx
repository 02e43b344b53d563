/** When something was, as one would say it now. */

import { useSyncExternalStore } from "react";
import { useSpeech } from "../i18n/language";
import { spoken } from "./spoken";

const TICK_MS = 30_000;

const listeners = new Set<() => void>();
let now = Date.now();
let ticking: ReturnType<typeof setInterval> | undefined;

/** One clock for all times on the page, running while there are any. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  ticking ??= setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(ticking);
      ticking = undefined;
    }
  };
}

export function Time({ at }: { at: string }) {
  const { language, t } = useSpeech();
  const moment = useSyncExternalStore(subscribe, () => now);
  const date = new Date(at);
  const whole = new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "short" }).format(date);
  return (
    <time dateTime={at} title={whole}>{spoken(date, new Date(Math.max(moment, date.getTime())), language, t.justNow)}</time>
  );
}

/** Puts a time into words. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Return how one says `date` at `now`: relative for a day, then by date. */
export function spoken(date: Date, now: Date, language: string, justNow: string): string {
  const ago = now.getTime() - date.getTime();
  const relative = new Intl.RelativeTimeFormat(language, { style: "narrow", numeric: "always" });
  if (ago < MINUTE) return justNow;
  if (ago < HOUR) return relative.format(-Math.floor(ago / MINUTE), "minute");
  if (ago < DAY) return relative.format(-Math.floor(ago / HOUR), "hour");
  const sameYear = date.getFullYear() === now.getFullYear();
  return new Intl.DateTimeFormat(language, {
    month: "short",
    day: "numeric",
    ...(sameYear ? {} : { year: "numeric" }),
  }).format(date);
}

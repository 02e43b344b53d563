/** When to try again after the socket closed: later each time, and not all clients at once. */

export const FIRST_MS = 500;
export const LONGEST_MS = 30_000;

/**
 * Return how long to wait before the given attempt (0 is the first).
 *
 * Half of the wait is fixed, so that an attempt never comes at once; half is chance, so that
 * thousands of clients that lost the same server do not return in the same moment.
 */
export function delay(attempt: number, random: () => number = Math.random): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt);
  return ceiling / 2 + (random() * ceiling) / 2;
}

/** ULIDs: sortable ids that a client can make, used as idempotency keys (a fresh one becomes the thing's id). */

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const TIME_LETTERS = 10;
const RANDOM_LETTERS = 16;

/** Return a new ULID of `now` (milliseconds since 1970). */
export function ulid(now: number = Date.now()): string {
  let time = "";
  for (let rest = now, letter = 0; letter < TIME_LETTERS; letter += 1) {
    time = ALPHABET.charAt(rest % ALPHABET.length) + time;
    rest = Math.floor(rest / ALPHABET.length);
  }
  // 256 is a multiple of 32, so the lowest five bits of a random byte are evenly spread.
  const random = crypto.getRandomValues(new Uint8Array(RANDOM_LETTERS));
  return time + Array.from(random, (byte) => ALPHABET.charAt(byte & 31)).join("");
}

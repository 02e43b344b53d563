/** How long a text is, as its reader counts. */

export const POST_LIMIT = 500;

const segmenter = new Intl.Segmenter();

/** Count the characters that a reader sees. */
export function graphemes(text: string): number {
  let count = 0;
  for (const _ of segmenter.segment(text)) count += 1;
  return count;
}

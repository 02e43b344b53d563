/**
 * Reads a search highlight: HTML-escaped text whose only markup is `<em>`.
 *
 * It becomes plain strings for React to show, so that nothing in it can ever act as markup.
 */

export interface Piece {
  text: string;
  found: boolean;
}

const NAMED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** Return the text in pieces, each either found by the search or not. */
export function pieces(highlight: string): Piece[] {
  const result: Piece[] = [];
  let found = false;
  for (const part of highlight.split(/(<\/?em>)/)) {
    if (part === "<em>") found = true;
    else if (part === "</em>") found = false;
    else if (part) result.push({ text: unescaped(part), found });
  }
  return result;
}

/** Return the text without its marks. */
export function plain(highlight: string): string {
  return pieces(highlight).map(({ text }) => text).join("");
}

function unescaped(html: string): string {
  return html.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]+));/gi, (whole, hex, decimal, name) => {
    if (name) return NAMED[String(name).toLowerCase()] ?? whole;
    const code = hex ? Number.parseInt(hex, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

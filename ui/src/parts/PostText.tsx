/** The text of a post, with the people it mentions as links. */

import { Link } from "react-router";
import { pieces } from "../api/highlight";
import type { Mention } from "../api/types";
import { withMentions } from "./mentions";

export function PostText({ text, mentions }: { text: string; mentions: readonly Mention[] }) {
  if (!text) return null;
  return (
    <p className="post-text">
      {withMentions(text, mentions).map((part, place) =>
        // The parts of one text never move: their place names them.
        part.handle ? <Link key={place} to={`/@${part.handle}`}>{part.text}</Link> : part.text,
      )}
    </p>
  );
}

/** Text in which a search found something. */
export function Highlight({ html }: { html: string }) {
  return pieces(html).map((piece, place) => (piece.found ? <mark key={place}>{piece.text}</mark> : piece.text));
}

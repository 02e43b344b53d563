/** A post within another that quotes it or passes it on, and what is shown only to who asks. */

import type { ReactNode } from "react";
import { Link } from "react-router";
import type { Embedded } from "../api/types";
import { useSpeech } from "../i18n/language";
import { Photos } from "./Photos";

export function Embed({ post }: { post: Embedded }) {
  const { t } = useSpeech();
  if (!post.author) return <p className="embed">{post.text === undefined ? t.loading : t.notSeen}</p>;
  return (
    <blockquote className="embed">
      <Link to={`/posts/${post.id}`} className="who">
        <b>{post.author.name}</b> <span>@{post.author.handle}</span>
      </Link>
      <Behind warning={post.warning}>
        {post.text && <p className="post-text">{post.text}</p>}
        <Photos media={post.media ?? []} />
      </Behind>
    </blockquote>
  );
}

/** Show the content only to who opens it, if its author warns of it. */
export function Behind({ warning, children }: { warning: string | null | undefined; children: ReactNode }) {
  if (!warning) return children;
  return (
    <details className="behind">
      <summary>{warning}</summary>
      {children}
    </details>
  );
}

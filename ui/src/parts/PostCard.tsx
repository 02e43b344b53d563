/** One post as all lists show it. */

import { useMutation, useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";
import { Link } from "react-router";
import type { Catalogue } from "../i18n/catalogue";
import type { Embedded, Post } from "../api/types";
import { useSpeech } from "../i18n/language";
import { keys } from "../live/feed";
import { useLive } from "../live/LiveProvider";
import { useServices, useUserId } from "../services";
import { Confirm } from "./Confirm";
import { Behind, Embed } from "./Embed";
import { Icon } from "./Icon";
import { Photos } from "./Photos";
import { PostText } from "./PostText";
import { Seal } from "./Seal";
import { Failure } from "./states";
import { Time } from "./Time";

const ASK_AGAIN_MS = 1_500;

export function PostCard({ post: given, text, onReply }: { post: Post; text?: ReactNode; onReply?: () => void }) {
  const { t } = useSpeech();
  const mine = useUserId() === given.author.id;
  const post = useCurrent(given);
  const waits = post.state === "pending" || post.state === "draft";

  return (
    <article className={waits ? "post waits" : "post"} aria-label={t.postBy(post.author.name)}>
      <Link to={`/@${post.author.handle}`} className="post-seal" tabIndex={-1} aria-hidden="true">
        <Seal person={post.author} />
      </Link>
      <header className="post-head">
        <Link to={`/@${post.author.handle}`} className="who">
          <b>{post.author.name}</b> <span>@{post.author.handle}</span>
        </Link>
        <Link to={`/posts/${post.id}`} className="when"><Time at={post.created_at} /></Link>
      </header>
      <div className="post-body">
        {post.in_reply_to && (
          <Link to={`/posts/${post.in_reply_to}`} className="answers"><Icon name="reply" />{t.inReplyTo}</Link>
        )}
        <Behind warning={post.warning}>
          {text ? <p className="post-text">{text}</p> : <PostText text={post.text} mentions={post.mentions ?? []} />}
          <Photos media={post.media ?? []} />
        </Behind>
        {post.repost_of && <p className="answers">{t.passedOn}</p>}
        {embedded(post).map((other) => <Embed key={other.id} post={other} />)}
        {waits && <p className="waiting-note" role="status">{stateWords(post, t)}</p>}
        <footer className="post-acts">
          {!waits && (
            onReply
              ? <button type="button" onClick={onReply}><Icon name="reply" />{t.reply}</button>
              : <Link to={`/posts/${post.id}`} state={{ reply: true }}><Icon name="reply" />{t.reply}</Link>
          )}
          {mine && <Remove post={post} />}
        </footer>
      </div>
    </article>
  );
}

const embedded = (post: Post): Embedded[] => [post.quote, post.repost_of].filter((other) => other != null);

/**
 * Return the post as it stands: one that waits for its photo is asked for until it is published, and one that a
 * frame told of is asked for once if it shows another post, of which frames tell nothing.
 */
function useCurrent(given: Post): Post {
  const { api } = useServices();
  const { feed } = useLive();
  const waits = given.state === "pending";
  const lacks = embedded(given).some((other) => other.text === undefined);
  const { data } = useQuery({
    queryKey: keys.post(given.id),
    queryFn: () => api.posts.get(given.id),
    enabled: waits || lacks,
    refetchInterval: ({ state }) => ((state.data ?? given).state === "pending" ? ASK_AGAIN_MS : false),
  });
  const current = (waits || lacks) && data ? data : given;
  useEffect(() => {
    if (waits && current.state === "published") feed.published(current);
  }, [waits, current, feed]);
  return current;
}

function stateWords(post: Post, t: Catalogue): string {
  if (post.state === "pending") return t.pending;
  if (post.problem === "media-failed") return t.draftFailed;
  return post.problem === "media-late" ? t.draftLate : t.draft;
}

function Remove({ post }: { post: Post }) {
  const { t } = useSpeech();
  const { api } = useServices();
  const { feed } = useLive();
  const [asking, setAsking] = useState(false);
  const removal = useMutation({
    mutationFn: () => api.posts.remove(post.id),
    onSuccess: () => feed.removed(post.id),
  });
  return (
    <>
      <button type="button" onClick={() => setAsking(true)}><Icon name="trash" />{t.remove}</button>
      {asking && (
        <Confirm
          title={t.removeAsk}
          warning={t.removeWarn}
          act={t.remove}
          busy={removal.isPending}
          onAct={() => removal.mutate()}
          onClose={() => setAsking(false)}
        >
          {removal.error && <Failure failure={removal.error} />}
        </Confirm>
      )}
    </>
  );
}

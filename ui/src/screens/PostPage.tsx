/** One post, what it answers, and a place to reply. */

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation, useParams } from "react-router";
import { Problem } from "../api/problem";
import type { Post, Profile } from "../api/types";
import { useSpeech } from "../i18n/language";
import { keys } from "../live/feed";
import { useLive } from "../live/LiveProvider";
import { Composer } from "../parts/Composer";
import { Heading, Screen } from "../parts/Heading";
import { PostCard } from "../parts/PostCard";
import { Failure, Loading } from "../parts/states";
import { useServices } from "../services";
import { NotFound } from "./NotFound";

export function PostPage({ me }: { me: Profile }) {
  const { post: id = "" } = useParams();
  const { t } = useSpeech();
  const { feed } = useLive();
  const location = useLocation();
  const [writing, setWriting] = useState(Boolean((location.state as { reply?: boolean } | null)?.reply));
  const post = usePost(id);
  const parent = usePost(post.data?.in_reply_to ?? "");
  const { data: replies = [] } = useQuery<Post[]>({
    queryKey: keys.repliesTo(id),
    queryFn: () => [],
    staleTime: Number.POSITIVE_INFINITY,
  });

  if (post.isPending) return <Loading />;
  const gone = (post.error instanceof Problem && post.error.slug === "not-found") || (post.data && feed.isGone(post.data));
  if (gone) return <NotFound />;
  if (!post.data) return <Failure failure={post.error} retry={() => void post.refetch()} />;

  return (
    <Screen>
      <Heading>{t.post}</Heading>
      {parent.data && !parent.error && <div className="thread-above"><PostCard post={parent.data} /></div>}
      <PostCard post={post.data} onReply={() => setWriting(true)} />
      {post.data.state !== "pending" && post.data.state !== "draft" && (
        <Composer key={`${id}${writing}`} me={me} replyTo={post.data} focused={writing} />
      )}
      {replies.length > 0 && (
        <section aria-label={t.replies} className="thread-below">
          <h2>{t.replies}</h2>
          {replies.map((reply) => <PostCard key={reply.id} post={reply} />)}
        </section>
      )}
    </Screen>
  );
}

function usePost(id: string) {
  const { api } = useServices();
  return useQuery({ queryKey: keys.post(id), queryFn: () => api.posts.get(id), enabled: id !== "" });
}

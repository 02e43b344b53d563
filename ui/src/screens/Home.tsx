/** The home timeline: what the people one follows write, coming by itself. */

import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Link } from "react-router";
import { heldAt } from "../api/pages";
import type { Post, Profile } from "../api/types";
import { useSpeech } from "../i18n/language";
import { keys } from "../live/feed";
import { useLive } from "../live/LiveProvider";
import { Composer } from "../parts/Composer";
import { Heading, Screen } from "../parts/Heading";
import { More } from "../parts/More";
import { PostCard } from "../parts/PostCard";
import { Empty, Failure, Loading } from "../parts/states";
import { useList } from "../parts/useList";
import { useServices } from "../services";

const NEAR_TOP_PX = 160;

export function Home({ me }: { me: Profile }) {
  const { t } = useSpeech();
  const { api } = useServices();
  const { feed } = useLive();
  const list = useList<Post>(keys.home, api.posts.home, ({ id }) => id);
  const waitingForPhotos = useOwnWaiting();
  const items = list.items.filter((post) => !feed.isGone(post));
  const { shown, waiting, showAll } = useHeld(items);

  return (
    <Screen>
      <Heading unread={waiting} unseen>{t.home}</Heading>
      <Composer me={me} />
      {waiting > 0 && (
        <button type="button" className="pill" onClick={showAll}>{t.newPosts(waiting)}</button>
      )}
      {list.isPending && <Loading />}
      {list.error && !list.data && <Failure failure={list.error} retry={() => void list.refetch()} />}
      {waitingForPhotos.map((post) => <PostCard key={post.id} post={post} />)}
      {shown.length > 0 && (
        <div role="feed" aria-label={t.home} aria-busy={list.isFetching}>
          {shown.map((post) => <PostCard key={post.id} post={post} />)}
        </div>
      )}
      {list.isSuccess && items.length === 0 && waitingForPhotos.length === 0 && (
        <Empty title={t.homeEmpty} hint={t.homeEmptyHint}>
          <Link to="/search?in=people" className="button">{t.findPeople}</Link>
        </Empty>
      )}
      <More list={list} />
    </Screen>
  );
}

/** Return one's own posts that are not published yet. */
function useOwnWaiting(): Post[] {
  // Filled by what is posted here; there is nothing to ask for.
  const { data = [] } = useQuery<Post[]>({ queryKey: keys.waiting, queryFn: () => [], staleTime: Number.POSITIVE_INFINITY });
  return data;
}

/** Let new posts in at once while the reader is at the top; else keep them above what is being read. */
function useHeld(items: readonly Post[]) {
  const [top, setTop] = useState<string>();
  useEffect(() => {
    const newest = items[0]?.id;
    const hold = () => setTop((held) => (window.scrollY > NEAR_TOP_PX ? (held ?? newest) : undefined));
    window.addEventListener("scroll", hold, { passive: true });
    return () => window.removeEventListener("scroll", hold);
  }, [items]);
  const showAll = () => {
    setTop(undefined);
    window.scrollTo({ top: 0 });
  };
  return { ...heldAt(items, top), showAll };
}

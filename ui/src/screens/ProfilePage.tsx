/** A person: who they say they are, whether one follows them, and what they wrote. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "react-router";
import { Problem } from "../api/problem";
import type { Post, Profile } from "../api/types";
import { useSpeech } from "../i18n/language";
import { keys } from "../live/feed";
import { Heading, Screen } from "../parts/Heading";
import { Icon } from "../parts/Icon";
import { More } from "../parts/More";
import { PostCard } from "../parts/PostCard";
import { Seal } from "../parts/Seal";
import { Empty, Failure, Loading } from "../parts/states";
import { useList } from "../parts/useList";
import { useServices } from "../services";
import { NotFound } from "./NotFound";

export function ProfilePage({ me }: { me: Profile }) {
  const { person = "" } = useParams();
  const { api } = useServices();
  const known = person.startsWith("@");
  const profile = useQuery({
    queryKey: keys.profile(person.toLowerCase()),
    queryFn: () => api.posts.profile(person.toLowerCase()),
    enabled: known,
  });
  if (!known || (profile.error instanceof Problem && profile.error.slug === "not-found")) return <NotFound />;
  if (profile.isPending) return <Loading />;
  if (!profile.data) return <Failure failure={profile.error} retry={() => void profile.refetch()} />;
  return <Person profile={profile.data} mine={profile.data.id === me.id} />;
}

function Person({ profile, mine }: { profile: Profile; mine: boolean }) {
  const { t, language } = useSpeech();
  const { api } = useServices();
  const posts = useList<Post>(keys.postsOf(profile.id), api.posts.ofPerson(profile.id), ({ id }) => id);
  const since = new Intl.DateTimeFormat(language, { year: "numeric", month: "long" }).format(new Date(profile.created_at));

  return (
    <Screen>
      <header className="person">
        <Seal person={profile} large />
        <div className="person-words">
          <Heading>{profile.name}</Heading>
          <p className="handle">@{profile.handle}</p>
        </div>
        <div className="person-acts">
          {mine ? <Link to="/settings" className="button">{t.editProfile}</Link> : (
            <>
              <Follow profile={profile} />
              <TalkTo profile={profile} />
            </>
          )}
        </div>
        {profile.bio && <p className="bio">{profile.bio}</p>}
        <p className="hint">{t.since(since)}</p>
      </header>
      <section aria-label={t.posts}>
        {posts.isPending && <Loading />}
        {posts.error && !posts.data && <Failure failure={posts.error} retry={() => void posts.refetch()} />}
        {posts.items.map((post) => <PostCard key={post.id} post={post} />)}
        {posts.isSuccess && posts.items.length === 0 && <Empty title={t.noPosts} />}
        <More list={posts} />
      </section>
    </Screen>
  );
}

function Follow({ profile }: { profile: Profile }) {
  const { t } = useSpeech();
  const { api } = useServices();
  const queries = useQueryClient();
  const key = keys.profile(`@${profile.handle}`);
  const followed = Boolean(profile.followed);

  const change = useMutation({
    mutationFn: () => (followed ? api.posts.unfollow(profile.id) : api.posts.follow(profile.id)),
    // Shown at once; taken back if it was refused.
    onMutate: () => {
      queries.setQueryData<Profile>(key, (old) => old && { ...old, followed: !followed });
    },
    onError: () => {
      queries.setQueryData<Profile>(key, (old) => old && { ...old, followed });
    },
  });
  return (
    <>
      <button
        type="button"
        className={followed ? "button following" : "main"}
        aria-pressed={followed}
        disabled={change.isPending}
        onClick={() => change.mutate()}
      >
        {followed ? t.following : t.follow}
      </button>
      {change.error && <Failure failure={change.error} />}
    </>
  );
}

function TalkTo({ profile }: { profile: Profile }) {
  const { t } = useSpeech();
  const { api } = useServices();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const opening = useMutation({
    mutationFn: () => api.chat.withPerson(profile.id),
    onSuccess: (channel) => {
      void queries.invalidateQueries({ queryKey: keys.channels });
      void navigate(`/messages/${channel.id}`, { state: { channel } });
    },
  });
  return (
    <>
      <button type="button" className="button" disabled={opening.isPending} onClick={() => opening.mutate()}>
        <Icon name="talk" />{t.message}
      </button>
      {opening.error && <Failure failure={opening.error} />}
    </>
  );
}

/** Search for posts and people; the words are in the address, so that a search can be kept and shared. */

import { useEffect, useState } from "react";
import { Link, useSearchParams } from "react-router";
import { plain } from "../api/highlight";
import type { FoundPerson, FoundPost } from "../api/types";
import { useSpeech } from "../i18n/language";
import { keys } from "../live/feed";
import { Heading, Screen } from "../parts/Heading";
import { Icon } from "../parts/Icon";
import { More } from "../parts/More";
import { PostCard } from "../parts/PostCard";
import { Highlight } from "../parts/PostText";
import { Seal } from "../parts/Seal";
import { Empty, Failure, Loading } from "../parts/states";
import { useList } from "../parts/useList";
import { useServices } from "../services";

const WAIT_MS = 300;

export function Search() {
  const { t } = useSpeech();
  const [address, setAddress] = useSearchParams();
  const words = address.get("q") ?? "";
  const people = address.get("in") === "people";
  const [typed, setTyped] = useState(words);

  useEffect(() => {
    if (typed.trim() === words) return undefined;
    const search = () =>
      setAddress((old) => {
        old.set("q", typed.trim());
        return old;
      }, { replace: true });
    const timer = setTimeout(search, WAIT_MS);
    return () => clearTimeout(timer);
  }, [typed, words, setAddress]);

  const tab = (name: string, within: string, current: boolean) => (
    <Link
      to={`?${new URLSearchParams({ q: words, in: within })}`}
      replace
      aria-current={current ? "true" : undefined}
    >
      {name}
    </Link>
  );

  return (
    <Screen>
      <Heading unseen>{t.search}</Heading>
      <search className="search">
        <label className="search-box">
          <Icon name="search" />
          <span className="unseen">{t.search}</span>
          <input
            type="search"
            value={typed}
            maxLength={200}
            placeholder={t.searchHint}
            enterKeyHint="search"
            onChange={(event) => setTyped(event.target.value)}
          />
        </label>
        <nav className="tabs" aria-label={t.search}>
          {tab(t.posts, "posts", !people)}
          {tab(t.people, "people", people)}
        </nav>
      </search>
      {words === "" && <Empty title={t.searchStart} />}
      {words !== "" && (people ? <People words={words} /> : <Posts words={words} />)}
    </Screen>
  );
}

function Posts({ words }: { words: string }) {
  const { t } = useSpeech();
  const { api } = useServices();
  const list = useList<FoundPost>(
    keys.foundPosts(words),
    (cursor, signal) => api.search.posts(words, cursor, signal),
    ({ post }) => post.id,
  );
  return (
    <section aria-label={t.posts}>
      <Outcome list={list} words={words} />
      {list.items.map(({ post, highlight }) => (
        <PostCard key={post.id} post={post} text={highlight && <Highlight html={highlight} />} />
      ))}
      <More list={list} />
    </section>
  );
}

function People({ words }: { words: string }) {
  const { t } = useSpeech();
  const { api } = useServices();
  const list = useList<FoundPerson>(
    keys.foundPeople(words),
    (cursor, signal) => api.search.people(words, cursor, signal),
    ({ person }) => person.id,
  );
  return (
    <section aria-label={t.people}>
      <Outcome list={list} words={words} />
      <ul className="rows">
        {list.items.map((found) => <li key={found.person.id}><Found {...found} /></li>)}
      </ul>
      <More list={list} />
    </section>
  );
}

/** A person; what was found is marked where it stands: in the name, the handle or the words about them. */
function Found({ person, highlight }: FoundPerson) {
  const text = plain(highlight);
  const marked = (field: string) => (text === field ? <Highlight html={highlight} /> : field);
  // Of long words about someone the highlight is a fragment only.
  const about = text && text !== person.name && text !== person.handle ? <Highlight html={highlight} /> : person.bio;
  return (
    <Link to={`/@${person.handle}`} className="row">
      <Seal person={person} />
      <span className="row-words">
        <b>{marked(person.name)}</b> <span className="handle">@{marked(person.handle)}</span>
        {about && <span className="row-more">{about}</span>}
      </span>
    </Link>
  );
}

function Outcome({ list, words }: { list: Pick<ReturnType<typeof useList>, "isPending" | "error" | "data" | "items" | "refetch">; words: string }) {
  const { t } = useSpeech();
  if (list.isPending) return <Loading />;
  if (list.error && !list.data) return <Failure failure={list.error} retry={() => void list.refetch()} />;
  if (list.items.length === 0) return <Empty title={t.searchNothing(words)} />;
  return <p className="unseen" role="status">{t.results(list.items.length)}</p>;
}

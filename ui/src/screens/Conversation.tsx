/** A direct conversation, moving by itself. */

import { useEffect, useLayoutEffect, useRef } from "react";
import { Link, useLocation, useParams } from "react-router";
import { Problem } from "../api/problem";
import type { Channel, Message, Person, Profile } from "../api/types";
import { useSpeech } from "../i18n/language";
import { wordsFor } from "../i18n/words";
import { keys } from "../live/feed";
import { useLive } from "../live/LiveProvider";
import { Heading } from "../parts/Heading";
import { Icon } from "../parts/Icon";
import { MessageBox } from "../parts/MessageBox";
import { More } from "../parts/More";
import { Seal } from "../parts/Seal";
import { Empty, Failure, Loading } from "../parts/states";
import { Time } from "../parts/Time";
import { useList } from "../parts/useList";
import { useOutgoing } from "../parts/outgoing";
import { useServices } from "../services";
import { NotFound } from "./NotFound";

export function Conversation({ me }: { me: Profile }) {
  const { channel: id = "" } = useParams();
  // Another conversation is another screen: nothing half-written may follow into it.
  return <Talk key={id} id={id} me={me} />;
}

function Talk({ id, me }: { id: string; me: Profile }) {
  const { t } = useSpeech();
  const { api } = useServices();
  const { listenTo } = useLive();
  const other = useOther(id, me);
  const list = useList<Message>(keys.messages(id), api.chat.messages(id), (message) => message.id);
  const outgoing = useOutgoing(id);
  const log = useStayAtEnd(list.items[0]?.id, list.items.length, outgoing.waiting.length);

  useEffect(() => {
    listenTo(id);
    return () => listenTo(undefined);
  }, [id, listenTo]);

  if (list.error instanceof Problem && list.error.slug === "not-found") return <NotFound />;
  const name = other?.name ?? "";

  return (
    <div className="talk">
      <header className="talk-head">
        <Link to="/messages" className="round" aria-label={t.back}><Icon name="back" /></Link>
        {other && <Link to={`/@${other.handle}`} tabIndex={-1} aria-hidden="true"><Seal person={other} /></Link>}
        <div>
          <Heading>{name || t.messages}</Heading>
          {other && <p className="handle">@{other.handle}</p>}
        </div>
      </header>
      {/* A log that scrolls must be reachable by keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className="talk-log" ref={log} role="log" tabIndex={0} aria-label={t.conversationWith(name)}>
        <More list={list} label={t.earlier} />
        {list.isPending && <Loading />}
        {list.error && !list.data && <Failure failure={list.error} retry={() => void list.refetch()} />}
        {list.isSuccess && list.items.length + outgoing.waiting.length === 0 && <Empty title={t.conversationEmpty} />}
        {list.items.toReversed().map((message) => (
          <div key={message.id} className={message.author.id === me.id ? "said mine" : "said"}>
            <span className="unseen">{message.author.id === me.id ? t.you : message.author.name}</span>
            <p>{message.text}</p>
            <Time at={message.sent_at} />
          </div>
        ))}
        {outgoing.waiting.map((message) => (
          <div key={message.key} className="said mine going">
            <p>{message.text}</p>
            {message.failure ? (
              <span className="wrong" role="alert">
                {t.notSent} {wordsFor(message.failure, t)}{" "}
                <button type="button" className="link" onClick={() => outgoing.again(message)}>{t.retry}</button>
              </span>
            ) : <span className="hint">{t.sending}</span>}
          </div>
        ))}
      </div>
      <MessageBox onSend={outgoing.send} />
    </div>
  );
}

/** Return the other one in a channel: known from the way here, from the list, or from what they said. */
function useOther(id: string, me: Profile): Person | undefined {
  const { api } = useServices();
  const location = useLocation();
  const brought = (location.state as { channel?: Channel } | null)?.channel;
  const list = useList<Channel>(keys.channels, api.chat.channels, (channel) => channel.id);
  const channel = list.items.find((each) => each.id === id) ?? brought;
  const found = channel?.members.find((member) => member.id !== me.id);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  useEffect(() => {
    if (!found && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [found, hasNextPage, isFetchingNextPage, fetchNextPage]);
  return found;
}

/** Keep the end in sight when something is said, and the place one reads when earlier messages come. */
function useStayAtEnd(newest: string | undefined, count: number, waiting: number) {
  const log = useRef<HTMLDivElement>(null);
  const before = useRef({ newest, height: 0 });
  useLayoutEffect(() => {
    const box = log.current;
    if (!box) return;
    const { newest: last, height } = before.current;
    if (last !== newest || height === 0 || waiting > 0) box.scrollTop = box.scrollHeight;
    else if (box.scrollHeight > height && box.scrollTop < 40) box.scrollTop += box.scrollHeight - height;
    before.current = { newest, height: box.scrollHeight };
    // That there are more is the reason, though nothing counts them.
    // oxlint-disable-next-line react/exhaustive-effect-dependencies
  }, [newest, count, waiting]);
  return log;
}

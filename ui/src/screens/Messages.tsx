/** One's conversations. */

import { Link } from "react-router";
import type { Channel, Profile } from "../api/types";
import { useSpeech } from "../i18n/language";
import { keys } from "../live/feed";
import { useLive } from "../live/LiveProvider";
import { Heading, Screen } from "../parts/Heading";
import { More } from "../parts/More";
import { Seal } from "../parts/Seal";
import { Empty, Failure, Loading } from "../parts/states";
import { useList } from "../parts/useList";
import { useServices } from "../services";

export function Messages({ me }: { me: Profile }) {
  const { t } = useSpeech();
  const { api } = useServices();
  const { unheard } = useLive();
  const list = useList<Channel>(keys.channels, api.chat.channels, ({ id }) => id);

  return (
    <Screen>
      <Heading>{t.messages}</Heading>
      {list.isPending && <Loading />}
      {list.error && !list.data && <Failure failure={list.error} retry={() => void list.refetch()} />}
      <ul className="rows">
        {list.items.map((channel) => {
          const other = channel.members.find(({ id }) => id !== me.id);
          if (!other) return null;
          return (
            <li key={channel.id}>
              <Link to={`/messages/${channel.id}`} className="row">
                <Seal person={other} />
                <span className="row-words">
                  <b>{other.name}</b> <span className="handle">@{other.handle}</span>
                </span>
                {unheard.has(channel.id) && <span className="dot" role="img" aria-label={t.newMessageFrom(other.name)} />}
              </Link>
            </li>
          );
        })}
      </ul>
      {list.isSuccess && list.items.length === 0 && <Empty title={t.messagesEmpty} hint={t.messagesEmptyHint} />}
      <More list={list} />
    </Screen>
  );
}

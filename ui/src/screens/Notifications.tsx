/** What others did that concerns oneself. */

import { useEffect } from "react";
import { Link } from "react-router";
import type { Notice } from "../api/types";
import type { Catalogue } from "../i18n/catalogue";
import { useSpeech } from "../i18n/language";
import { keys } from "../live/feed";
import { useLive } from "../live/LiveProvider";
import { Heading, Screen } from "../parts/Heading";
import { More } from "../parts/More";
import { Seal } from "../parts/Seal";
import { Empty, Failure, Loading } from "../parts/states";
import { Time } from "../parts/Time";
import { useList } from "../parts/useList";
import { useServices } from "../services";

export function Notifications() {
  const { t } = useSpeech();
  const { api } = useServices();
  const { seeNotices } = useLive();
  const list = useList<Notice>(keys.notices, api.notify.notices, ({ id }) => id);
  const newest = list.items[0]?.id;

  // Seen when the screen is opened, and again for each that comes while it is.
  useEffect(() => {
    if (newest) seeNotices();
  }, [newest, seeNotices]);

  return (
    <Screen>
      <Heading>{t.notifications}</Heading>
      {list.isPending && <Loading />}
      {list.error && !list.data && <Failure failure={list.error} retry={() => void list.refetch()} />}
      <ul className="rows" aria-live="polite">
        {list.items.map((notice) => (
          <li key={notice.id}>
            <Link to={placeOf(notice)} className="row">
              <Seal person={notice.actor} />
              <span className="row-words">
                <span>{sentence(notice, t)}</span>
                {notice.preview && <span className="row-more">{notice.preview}</span>}
              </span>
              <Time at={notice.created_at} />
            </Link>
          </li>
        ))}
      </ul>
      {list.isSuccess && list.items.length === 0 && (
        <Empty title={t.notificationsEmpty} hint={t.notificationsEmptyHint} />
      )}
      <More list={list} />
    </Screen>
  );
}

function sentence({ kind, actor }: Notice, t: Catalogue): string {
  const say = {
    follow: t.followedYou,
    mention: t.mentionedYou,
    reply: t.repliedToYou,
    message: t.wroteToYou,
    reaction: t.reactedToYou,
  };
  return say[kind](actor.name);
}

function placeOf({ actor, post_id: post, channel_id: channel }: Notice): string {
  if (channel) return `/messages/${channel}`;
  return post ? `/posts/${post}` : `/@${actor.handle}`;
}

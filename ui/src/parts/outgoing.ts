/** Messages on their way out of a conversation: shown at once, kept until they are taken, tried again on demand. */

import { useCallback, useState } from "react";
import { ulid } from "../api/ulid";
import { useLive } from "../live/LiveProvider";
import { useServices } from "../services";

export interface Outgoing {
  /** Also the idempotency key, so that a second try can't say it twice. */
  key: string;
  text: string;
  failure?: unknown;
}

/** Return the messages of a channel that are not taken yet, and how to send. */
export function useOutgoing(channel: string) {
  const { api } = useServices();
  const { feed } = useLive();
  const [waiting, setWaiting] = useState<readonly Outgoing[]>([]);

  const attempt = useCallback(
    async ({ key, text }: Outgoing) => {
      const without = (all: readonly Outgoing[]) => all.filter((each) => each.key !== key);
      try {
        feed.said(await api.chat.say(channel, text, key));
        setWaiting(without);
      } catch (failure) {
        setWaiting((all) => [...without(all), { key, text, failure }]);
      }
    },
    [api, feed, channel],
  );

  const send = useCallback(
    (text: string) => {
      const message = { key: ulid(), text };
      setWaiting((all) => [...all, message]);
      void attempt(message);
    },
    [attempt],
  );

  const again = useCallback(
    ({ key, text }: Outgoing) => {
      setWaiting((all) => all.map((each) => (each.key === key ? { key, text } : each)));
      void attempt({ key, text });
    },
    [attempt],
  );

  return { waiting, send, again };
}

/** Holds the socket for as long as someone is signed in, and what it tells that is not yet read. */

import { useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef, useState } from "react";
import { useSpeech } from "../i18n/language";
import { useAnnounce } from "../parts/Announcer";
import { useServices } from "../services";
import { Feed } from "./feed";
import { LiveSocket } from "./socket";

interface Live {
  /** Whether frames are heard right now. */
  live: boolean;
  feed: Feed;
  /** Channels in which something was said that was not yet looked at. */
  unheard: ReadonlySet<string>;
  /** Say which channel is being looked at, if any. */
  listenTo(channel: string | undefined): void;
  /** When one last looked at one's notices. */
  noticesSeenAt: string;
  seeNotices(): void;
}

const Context = createContext<Live | undefined>(undefined);

/** Return the state of the live connection. */
export function useLive(): Live {
  const live = useContext(Context);
  if (!live) throw new Error("useLive needs a LiveProvider around it");
  return live;
}

export function LiveProvider({ userId, children }: { userId: string; children: ReactNode }) {
  const { api } = useServices();
  const queries = useQueryClient();
  const [feed] = useState(() => new Feed(queries));
  const [live, setLive] = useState(false);
  const [unheard, setUnheard] = useState<ReadonlySet<string>>(new Set());
  const listening = useRef<string>(undefined);
  const [noticesSeenAt, setNoticesSeenAt] = useState(() => localStorage.getItem(seenKey(userId)) ?? "");

  const listenTo = useCallback((channel: string | undefined) => {
    listening.current = channel;
    if (channel) setUnheard((channels) => new Set([...channels].filter((other) => other !== channel)));
  }, []);

  const seeNotices = useCallback(() => {
    const now = new Date().toISOString();
    localStorage.setItem(seenKey(userId), now);
    setNoticesSeenAt(now);
  }, [userId]);

  // The socket must not be opened anew because the language changed.
  const { t } = useSpeech();
  const announce = useAnnounce();
  const say = useRef({ t, announce });
  useEffect(() => {
    say.current = { t, announce };
  }, [t, announce]);

  useEffect(() => {
    const socket = new LiveSocket({
      address: async () => (await api.rtc.socket()).url,
      open: (address) => new WebSocket(address),
      onState: setLive,
      onOpen: () => feed.catchUp(),
      onFrame: (frame) => {
        feed.hear(frame);
        if (frame.type === "timeline.post" && frame.data.post.author.id !== userId) {
          say.current.announce(say.current.t.newPostFrom(frame.data.post.author.name));
        }
        if (frame.type === "message" && frame.data.message.author.id !== userId) {
          const { channel_id: channel, author } = frame.data.message;
          if (channel === listening.current) return; // The conversation is a live region itself.
          setUnheard((channels) => new Set([...channels, channel]));
          say.current.announce(say.current.t.newMessageFrom(author.name));
        }
      },
    });
    socket.start();
    const nudge = () => document.visibilityState === "visible" && socket.nudge();
    window.addEventListener("online", nudge);
    document.addEventListener("visibilitychange", nudge);
    return () => {
      window.removeEventListener("online", nudge);
      document.removeEventListener("visibilitychange", nudge);
      socket.stop();
    };
  }, [api, feed, userId]);

  const value = useMemo(
    () => ({ live, feed, unheard, listenTo, noticesSeenAt, seeNotices }),
    [live, feed, unheard, listenTo, noticesSeenAt, seeNotices],
  );
  return <Context value={value}>{children}</Context>;
}

function seenKey(userId: string): string {
  return `hidoki.notices-seen.${userId}`;
}

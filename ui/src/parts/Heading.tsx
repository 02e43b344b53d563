/** The title of a screen, in the page and in the browser's own places. */

import type { ReactNode } from "react";
import { useSpeech } from "../i18n/language";

export function Heading({ children, unread = 0, unseen = false }: { children: string; unread?: number; unseen?: boolean }) {
  const { t } = useSpeech();
  return (
    <>
      <title>{`${unread ? `(${unread}) ` : ""}${children} · ${t.brand}`}</title>
      <h1 className={unseen ? "unseen" : "screen-title"}>{children}</h1>
    </>
  );
}

export function Screen({ children }: { children: ReactNode }) {
  return <div className="screen">{children}</div>;
}

/** Says aloud, to those who listen to the page, what others see appear. */

import { createContext, type ReactNode, useContext, useState } from "react";

const Context = createContext<(text: string) => void>(() => undefined);

/** Return a function that has a sentence spoken when the reader is not in the middle of another. */
export function useAnnounce(): (text: string) => void {
  return useContext(Context);
}

export function AnnouncerProvider({ children }: { children: ReactNode }) {
  const [text, setText] = useState("");
  return (
    <Context value={setText}>
      {children}
      <div className="unseen" role="status" aria-live="polite">{text}</div>
    </Context>
  );
}

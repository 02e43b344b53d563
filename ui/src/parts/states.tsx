/** What a screen shows while it has nothing to show: waiting, nothing there, something wrong. */

import type { ReactNode } from "react";
import { useSpeech } from "../i18n/language";
import { wordsFor } from "../i18n/words";

/** Two circles out of phase: the mark of the page, at work. */
export function Loading() {
  const { t } = useSpeech();
  return (
    <p className="loading" role="status">
      <span className="phases" aria-hidden="true"><i /><i /></span>
      <span className="unseen">{t.loading}</span>
    </p>
  );
}

export function Empty({ title, hint, children }: { title: string; hint?: string; children?: ReactNode }) {
  return (
    <div className="empty">
      <p className="empty-title">{title}</p>
      {hint && <p>{hint}</p>}
      {children}
    </div>
  );
}

export function Failure({ failure, retry }: { failure: unknown; retry?: () => void }) {
  const { t } = useSpeech();
  return (
    <div className="failure" role="alert">
      <p>{wordsFor(failure, t)}</p>
      {retry && <button type="button" className="quiet" onClick={retry}>{t.retry}</button>}
    </div>
  );
}

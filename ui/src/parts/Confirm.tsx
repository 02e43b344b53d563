/** Asks before something that can't be undone. */

import { type ReactNode, useEffect, useId, useRef } from "react";
import { useSpeech } from "../i18n/language";

interface Question {
  title: string;
  warning: string;
  act: string;
  busy: boolean;
  onAct(): void;
  onClose(): void;
  children?: ReactNode;
}

export function Confirm({ title, warning, act, busy, onAct, onClose, children }: Question) {
  const { t } = useSpeech();
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} aria-labelledby={id} onClose={onClose}>
      <h2 id={id}>{title}</h2>
      <p>{warning}</p>
      {children}
      <div className="dialog-acts">
        <button type="button" className="quiet" onClick={() => dialog.current?.close()}>{t.cancel}</button>
        <button type="button" className="danger" disabled={busy} onClick={onAct}>{act}</button>
      </div>
    </dialog>
  );
}

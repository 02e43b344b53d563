/** Where a message is written. */

import { type FormEvent, type KeyboardEvent, useId, useState } from "react";
import { useSpeech } from "../i18n/language";
import { Icon } from "./Icon";
import { graphemes } from "./length";

const LIMIT = 2_000;

export function MessageBox({ onSend }: { onSend(text: string): void }) {
  const { t } = useSpeech();
  const id = useId();
  const [text, setText] = useState("");
  const tooLong = graphemes(text) > LIMIT;

  const submit = (event: FormEvent | KeyboardEvent) => {
    event.preventDefault();
    if (!text.trim() || tooLong) return;
    onSend(text.trim());
    setText("");
  };
  return (
    <form className="message-box" onSubmit={submit}>
      <label className="unseen" htmlFor={id}>{t.writeMessage}</label>
      <textarea
        id={id}
        rows={1}
        value={text}
        placeholder={t.writeMessage}
        aria-invalid={tooLong || undefined}
        aria-describedby={tooLong ? `${id}-long` : undefined}
        onChange={(event) => setText(event.target.value)}
        // Enter that ends a conversion (of kana to kanji) is not meant to send.
        onKeyDown={(event) => event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing && submit(event)}
      />
      <button type="submit" className="main round" aria-label={t.send} disabled={!text.trim() || tooLong}>
        <Icon name="send" />
      </button>
      {tooLong && <p id={`${id}-long`} className="wrong" role="alert">{t.errors.message}</p>}
    </form>
  );
}

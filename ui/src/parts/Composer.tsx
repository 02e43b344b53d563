/** Where a post or a reply is written. */

import { useMutation } from "@tanstack/react-query";
import { type FormEvent, type KeyboardEvent, useId, useRef, useState } from "react";
import { ulid } from "../api/ulid";
import type { Person, Post } from "../api/types";
import { Problem } from "../api/problem";
import { useSpeech } from "../i18n/language";
import { wordsFor } from "../i18n/words";
import { useLive } from "../live/LiveProvider";
import { useServices } from "../services";
import { TYPES, useAttachment } from "./attachment";
import { Field } from "./Field";
import { Icon } from "./Icon";
import { graphemes, POST_LIMIT } from "./length";
import { Seal } from "./Seal";

const COUNT_FROM = 400;

interface Writing {
  me: Person;
  replyTo?: Post;
  focused?: boolean;
}

export function Composer({ me, replyTo, focused = false }: Writing) {
  const { t } = useSpeech();
  const { api } = useServices();
  const { feed } = useLive();
  const id = useId();
  const [text, setText] = useState("");
  const [alt, setAlt] = useState("");
  const photo = useAttachment();
  const picker = useRef<HTMLInputElement>(null);
  // The same words under the same key are one post, however often a bad network has them sent.
  const attempt = useRef<{ words: string; key: string }>(undefined);

  const sending = useMutation({
    mutationFn: async () => {
      const media = await photo.send(alt.trim());
      const words = JSON.stringify([text, media]);
      if (attempt.current?.words !== words) attempt.current = { words, key: ulid() };
      const reply = replyTo && { in_reply_to: replyTo.id };
      return api.posts.create({ text, media, ...reply }, attempt.current.key);
    },
    onSuccess: (post) => {
      feed.posted(post);
      attempt.current = undefined;
      setText("");
      setAlt("");
      photo.choose(undefined);
      window.scrollTo({ top: 0 });
    },
  });

  const left = POST_LIMIT - graphemes(text);
  const ready = text.trim() !== "" && left >= 0 && !sending.isPending;
  const submit = (event: FormEvent | KeyboardEvent) => {
    event.preventDefault();
    if (ready) sending.mutate();
  };
  const wrong = photo.refusal ? (photo.refusal === "type" ? t.photoType : t.photoSize) : undefined;
  const label = replyTo ? t.composeReply(replyTo.author.handle) : t.compose;

  return (
    <form className="composer" onSubmit={submit} aria-label={label}>
      <Seal person={me} />
      <div className="composer-body">
        <label className="unseen" htmlFor={id}>{label}</label>
        <textarea
          id={id}
          value={text}
          rows={2}
          placeholder={replyTo ? label : t.composeHint}
          disabled={sending.isPending}
          aria-describedby={`${id}-left`}
          aria-invalid={left < 0 || undefined}
          // Someone asked for this very field by pressing “Reply”.
          // oxlint-disable-next-line jsx-a11y/no-autofocus
          autoFocus={focused}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => event.key === "Enter" && (event.metaKey || event.ctrlKey) && submit(event)}
        />
        {photo.file && (
          <div className="attached">
            <img src={photo.preview} alt={t.photoPreview} />
            <button
              type="button"
              className="round"
              aria-label={t.removePhoto}
              disabled={sending.isPending}
              onClick={() => photo.choose(undefined)}
            >
              <Icon name="close" />
            </button>
            <Field
              label={t.alt}
              hint={t.altHint}
              maxLength={1_500}
              value={alt}
              disabled={sending.isPending}
              onChange={(event) => setAlt(event.target.value)}
            />
          </div>
        )}
        {photo.share !== undefined && (
          <progress max={1} value={photo.share} aria-label={t.uploading(Math.round(photo.share * 100))} />
        )}
        {wrong && <p className="wrong" role="alert">{wrong}</p>}
        {sending.error && <p className="wrong" role="alert">{postWords(sending.error, t)}</p>}
        <div className="composer-acts">
          <input
            ref={picker}
            type="file"
            hidden
            accept={TYPES.join(",")}
            aria-label={t.addPhoto}
            onChange={(event) => {
              photo.choose(event.target.files?.[0]);
              event.target.value = ""; // so that the same file can be chosen again
            }}
          />
          <button
            type="button"
            className="tool"
            disabled={sending.isPending}
            onClick={() => picker.current?.click()}
          >
            <Icon name="photo" />{t.addPhoto}
          </button>
          <span id={`${id}-left`} className={left < 0 ? "left over" : "left"}>
            {POST_LIMIT - left >= COUNT_FROM && t.charactersLeft(left)}
          </span>
          <button type="submit" className="main" disabled={!ready}>
            {sending.isPending ? t.publishing : replyTo ? t.reply : t.publish}
          </button>
        </div>
      </div>
    </form>
  );
}

/** A refused post is refused for its text: the page sends nothing else that could be wrong. */
function postWords(failure: unknown, t: ReturnType<typeof useSpeech>["t"]): string {
  return failure instanceof Problem && failure.slug === "invalid" ? t.errors.text : wordsFor(failure, t);
}

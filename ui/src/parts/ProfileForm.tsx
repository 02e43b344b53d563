/** What one says of oneself, at first and later. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { Profile } from "../api/types";
import { useSpeech } from "../i18n/language";
import { profileWords, wordsFor } from "../i18n/words";
import { keys } from "../live/feed";
import { useServices } from "../services";
import { Field, TextField } from "./Field";

export function ProfileForm({ profile, act }: { profile?: Profile; act: string }) {
  const { t, language } = useSpeech();
  const { api } = useServices();
  const queries = useQueryClient();
  const [handle, setHandle] = useState(profile?.handle ?? "");
  const [name, setName] = useState(profile?.name ?? "");
  const [bio, setBio] = useState(profile?.bio ?? "");

  const saving = useMutation({
    mutationFn: () => api.posts.describeMe({ handle: handle.trim(), name: name.trim(), bio: bio.trim(), locale: language }),
    onSuccess: (saved) => {
      queries.setQueryData(keys.me, saved);
      void queries.invalidateQueries({ queryKey: ["profile"] });
    },
  });
  const beside = profileWords(saving.error, t);
  const wrong = (field: string) => (beside?.field === field ? beside.words : undefined);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    saving.mutate();
  };

  return (
    <form className="form" onSubmit={submit}>
      <Field
        label={t.handle}
        name="handle"
        required
        minLength={2}
        maxLength={30}
        pattern="[A-Za-z0-9_]{2,30}"
        title={t.handleRule}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        value={handle}
        hint={t.handleRule}
        wrong={wrong("handle")}
        onChange={(event) => setHandle(event.target.value)}
      />
      <Field
        label={t.name}
        name="name"
        required
        maxLength={50}
        autoComplete="name"
        value={name}
        wrong={wrong("name")}
        onChange={(event) => setName(event.target.value)}
      />
      <TextField
        label={t.bioOptional}
        name="bio"
        rows={3}
        maxLength={500}
        value={bio}
        wrong={wrong("bio")}
        onChange={(event) => setBio(event.target.value)}
      />
      {saving.error && !beside && <p className="wrong" role="alert">{wordsFor(saving.error, t)}</p>}
      <div className="form-acts">
        <button type="submit" className="main" disabled={saving.isPending}>{act}</button>
        {saving.isSuccess && <span role="status" className="hint">{t.saved}</span>}
      </div>
    </form>
  );
}

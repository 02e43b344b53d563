/** The way in: make an account, confirm it if the pool asks for that, sign in. */

import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useSpeech } from "../i18n/language";
import { accountWords, wordsFor } from "../i18n/words";
import { Field } from "../parts/Field";
import { LanguageChoice } from "../parts/LanguageChoice";
import { useServices } from "../services";
import { CognitoError } from "../session/cognito";

type Step = "sign-in" | "sign-up" | "confirm";

export function Account() {
  const { t } = useSpeech();
  const { session } = useServices();
  const [step, setStep] = useState<Step>("sign-in");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");

  const entry = useMutation({
    mutationFn: async () => {
      const { cognito } = session;
      if (step === "sign-up" && !(await cognito.signUp(email, password))) return setStep("confirm");
      if (step === "confirm") await cognito.confirm(email, code.trim());
      return session.signIn(email, password);
    },
    onError: (failure) => {
      // An account whose making was left half-way: the code is all that is missing.
      if (failure instanceof CognitoError && failure.code === "UserNotConfirmedException") setStep("confirm");
    },
  });
  const again = useMutation({ mutationFn: () => session.cognito.sendCodeAgain(email) });

  const go = (next: Step) => {
    entry.reset();
    setStep(next);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    entry.mutate();
  };

  const asksForCode = entry.error instanceof CognitoError && entry.error.code === "UserNotConfirmedException";
  const beside = accountWords(entry.error, t);
  const wrong = (field: string) => (beside?.field === field ? beside.words : undefined);
  const title = { "sign-in": t.signIn, "sign-up": t.signUp, confirm: t.confirm }[step];

  return (
    <div className="door">
      <title>{`${title} · ${t.brand}`}</title>
      <header className="door-brand">
        <p className="door-mark" lang="ja">非同期</p>
        <p className="door-name">hidoki</p>
      </header>
      <main className="door-in">
        <p className="door-tagline">{t.tagline}</p>
        <p className="door-promise">{t.promise}</p>
        <form onSubmit={submit} className="form" aria-labelledby="door-title">
          <h1 id="door-title">{title}</h1>
          {step === "confirm" ? (
            <>
              <p>{t.codeSent(email)}</p>
              <Field
                label={t.code}
                name="code"
                required
                inputMode="numeric"
                autoComplete="one-time-code"
                maxLength={10}
                value={code}
                wrong={wrong("code")}
                onChange={(event) => setCode(event.target.value)}
              />
            </>
          ) : (
            <>
              <Field
                label={t.email}
                name="email"
                type="email"
                required
                autoComplete="username"
                maxLength={128}
                value={email}
                wrong={wrong("email")}
                onChange={(event) => setEmail(event.target.value)}
              />
              <Field
                label={t.password}
                name="password"
                type="password"
                required
                minLength={step === "sign-up" ? 10 : 1}
                maxLength={256}
                autoComplete={step === "sign-up" ? "new-password" : "current-password"}
                value={password}
                hint={step === "sign-up" ? t.passwordRule : undefined}
                wrong={wrong("password")}
                onChange={(event) => setPassword(event.target.value)}
              />
            </>
          )}
          {entry.error && !beside && !asksForCode && <p className="wrong" role="alert">{wordsFor(entry.error, t)}</p>}
          <button type="submit" className="main wide" disabled={entry.isPending}>{title}</button>
        </form>
        {step === "sign-in" && (
          <p className="other">{t.newHere} <button type="button" className="link" onClick={() => go("sign-up")}>{t.signUp}</button></p>
        )}
        {step === "sign-up" && (
          <p className="other">{t.haveAccount} <button type="button" className="link" onClick={() => go("sign-in")}>{t.signIn}</button></p>
        )}
        {step === "confirm" && (
          <p className="other">
            {again.isSuccess ? <span role="status">{t.codeSentAgain}</span> : (
              <button type="button" className="link" disabled={again.isPending} onClick={() => again.mutate()}>{t.codeAgain}</button>
            )}
            {again.error && <span className="wrong" role="alert">{wordsFor(again.error, t)}</span>}
            <button type="button" className="link" onClick={() => go("sign-in")}>{t.back}</button>
          </p>
        )}
      </main>
      <footer className="door-foot"><LanguageChoice /></footer>
    </div>
  );
}

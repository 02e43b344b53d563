/** The first thing asked of a new account: who one is here. */

import { useSpeech } from "../i18n/language";
import { LanguageChoice } from "../parts/LanguageChoice";
import { ProfileForm } from "../parts/ProfileForm";
import { useServices } from "../services";

export function FirstProfile() {
  const { t } = useSpeech();
  const { session } = useServices();
  return (
    <div className="door">
      <title>{`${t.welcome} · ${t.brand}`}</title>
      <header className="door-brand">
        <p className="door-mark" lang="ja">非同期</p>
        <p className="door-name">hidoki</p>
      </header>
      <main className="door-in">
        <h1 className="door-tagline">{t.welcome}</h1>
        <p className="door-promise">{t.welcomeLead}</p>
        <ProfileForm act={t.begin} />
        <p className="other"><button type="button" className="link" onClick={session.signOut}>{t.signOut}</button></p>
      </main>
      <footer className="door-foot"><LanguageChoice /></footer>
    </div>
  );
}

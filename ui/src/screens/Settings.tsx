/** What one can change: oneself, the language, and being here. */

import type { Profile } from "../api/types";
import { useSpeech } from "../i18n/language";
import { Heading, Screen } from "../parts/Heading";
import { LanguageChoice } from "../parts/LanguageChoice";
import { ProfileForm } from "../parts/ProfileForm";
import { useServices } from "../services";

export function Settings({ me }: { me: Profile }) {
  const { t } = useSpeech();
  const { session } = useServices();
  return (
    <Screen>
      <Heading>{t.settings}</Heading>
      <section className="setting" aria-labelledby="setting-profile">
        <h2 id="setting-profile">{t.profile}</h2>
        <ProfileForm profile={me} act={t.save} />
      </section>
      <section className="setting" aria-labelledby="setting-language">
        <h2 id="setting-language">{t.language}</h2>
        <p className="hint">{t.languageHint}</p>
        <LanguageChoice />
      </section>
      <section className="setting" aria-labelledby="setting-account">
        <h2 id="setting-account">{t.account}</h2>
        <button type="button" className="button" onClick={session.signOut}>{t.signOut}</button>
      </section>
    </Screen>
  );
}

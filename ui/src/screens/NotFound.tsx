/** Where there is nothing. */

import { Link } from "react-router";
import { useSpeech } from "../i18n/language";
import { Heading, Screen } from "../parts/Heading";

export function NotFound() {
  const { t } = useSpeech();
  return (
    <Screen>
      <div className="empty">
        <Heading>{t.notFound}</Heading>
        <p>{t.notFoundHint}</p>
        <Link to="/" className="button">{t.goHome}</Link>
      </div>
    </Screen>
  );
}

/** Which language the page speaks. */

import { type Language, NAMES } from "../i18n/catalogue";
import { useSpeech } from "../i18n/language";

export function LanguageChoice() {
  const { t, language, choose } = useSpeech();
  return (
    <fieldset className="choice">
      <legend className="unseen">{t.language}</legend>
      {(Object.keys(NAMES) as Language[]).map((each) => (
        <label key={each} lang={each}>
          <input type="radio" name="language" value={each} checked={each === language} onChange={() => choose(each)} />
          <span>{NAMES[each]}</span>
        </label>
      ))}
    </fieldset>
  );
}

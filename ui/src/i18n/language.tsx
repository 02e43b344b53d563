/** The reader's language: from the browser, switchable, remembered. */

import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { type Catalogue, CATALOGUES, type Language, languageFor } from "./catalogue";

const KEY = "hidoki.language";

interface Speech {
  language: Language;
  t: Catalogue;
  choose(language: Language): void;
}

const Context = createContext<Speech | undefined>(undefined);

/** Return the language in use, also outside of React: requests name it. */
export function currentLanguage(): Language {
  return languageFor(localStorage.getItem(KEY), navigator.languages);
}

export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState(currentLanguage);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const speech = useMemo(
    () => ({
      language,
      t: CATALOGUES[language],
      choose: (chosen: Language) => {
        localStorage.setItem(KEY, chosen);
        setLanguage(chosen);
      },
    }),
    [language],
  );
  return <Context value={speech}>{children}</Context>;
}

/** Return the reader's language and catalogue. */
export function useSpeech(): Speech {
  const speech = useContext(Context);
  if (!speech) throw new Error("useSpeech needs a LanguageProvider around it");
  return speech;
}

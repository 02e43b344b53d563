/** The languages of the page, and which one a reader wants. English sets what there is to say; the compiler asks the rest of it. */

import { en } from "./en";
import { ja } from "./ja";

export type Catalogue = typeof en;
export type Language = "ja" | "en";

export const CATALOGUES: Readonly<Record<Language, Catalogue>> = { ja, en };
export const NAMES: Readonly<Record<Language, string>> = { ja: "日本語", en: "English" };

/** Return the language chosen before, or else the first of the browser's that the page speaks. */
export function languageFor(chosen: string | null, wished: readonly string[]): Language {
  for (const tag of [chosen ?? "", ...wished]) {
    const language = tag.toLowerCase().split("-")[0];
    if (language === "ja" || language === "en") return language;
  }
  return "en";
}

/** The photos of a post, each leading to itself. */

import type { Media } from "../api/types";
import { useSpeech } from "../i18n/language";

export function Photos({ media }: { media: readonly Media[] }) {
  const { t } = useSpeech();
  return media.map((one) => (
    <a key={one.id} href={one.url} className="photo" target="_blank" rel="noreferrer">
      <img src={one.url} width={one.width} height={one.height} alt={one.alt || t.photo} loading="lazy" />
    </a>
  ));
}

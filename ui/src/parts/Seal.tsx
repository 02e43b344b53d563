/** A person's seal: the first character of their name, stamped in a colour of their own. */

const TINTS = 8;

export function Seal({ person, large = false }: { person: { id: string; name: string }; large?: boolean }) {
  return (
    <span className={large ? "seal seal-large" : "seal"} data-tint={tintOf(person.id)} aria-hidden="true">
      {firstCharacter(person.name)}
    </span>
  );
}

function firstCharacter(name: string): string {
  const [first] = new Intl.Segmenter().segment(name.trim());
  return first?.segment.toUpperCase() ?? "・";
}

/** The same person always has the same colour. */
function tintOf(id: string): number {
  let sum = 0;
  for (const letter of id) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9_973;
  return sum % TINTS;
}

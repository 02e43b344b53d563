/** Problem details (RFC 9457) as the page understands them. */

export interface FieldError {
  pointer: string;
  detail: string;
}

const TYPE_BASE = "urn:hidoki:problem:";

/** An answer that is an error, or no answer at all. */
export class Problem extends Error {
  readonly slug: string;
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly fields: readonly FieldError[];

  constructor(slug: string, status = 0, title = "", detail = "", fields: readonly FieldError[] = []) {
    super(`${status} ${slug}`);
    this.name = "Problem";
    this.slug = slug;
    this.status = status;
    this.title = title;
    this.detail = detail;
    this.fields = fields;
  }

  /** Whether asking again later may help: the service, or the way to it, is in trouble, or has yet to hear of a new profile. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500 || this.slug === "profile-required";
  }
}

/** Return the problem that an HTTP answer tells of, whoever on the way wrote it. */
export function problemOf(status: number, body: unknown): Problem {
  const members = isRecord(body) ? body : {};
  const type = text(members.type);
  const slug = type.startsWith(TYPE_BASE) ? type.slice(TYPE_BASE.length) : slugOf(status);
  const errors = Array.isArray(members.errors) ? members.errors.filter(isRecord) : [];
  const fields = errors.map((error) => ({ pointer: text(error.pointer), detail: text(error.detail) }));
  return new Problem(slug, status, text(members.title), text(members.detail), fields);
}

/** Return which field (`text` of `#/text`) a problem speaks of first, if any. */
export function fieldOf(problem: Problem): string | undefined {
  return problem.fields[0]?.pointer.replace(/^#?\//, "").split("/")[0] || undefined;
}

/** The gateway and the CDN answer in shapes of their own; the status says what is meant. */
function slugOf(status: number): string {
  if (status === 401 || status === 403) return "unauthorized";
  if (status === 404) return "not-found";
  if (status === 409) return "conflict";
  if (status === 413) return "too-large";
  if (status === 429) return "too-many";
  return status >= 500 ? "unavailable" : "malformed";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

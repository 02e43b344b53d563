/** What went wrong, in the reader's words, and the field it belongs to. */

import { fieldOf, Problem } from "../api/problem";
import { CognitoError } from "../session/cognito";
import type { Catalogue } from "./catalogue";

/** Return a sentence about a failure. */
export function wordsFor(failure: unknown, t: Catalogue): string {
  if (failure instanceof CognitoError) return said(t, failure.code) ?? t.errors.unknown;
  if (!(failure instanceof Problem)) return t.errors.unknown;
  // The services title their problems in the reader's language.
  return said(t, failure.slug) ?? (failure.title || (failure.status >= 500 ? t.errors.unavailable : t.errors.unknown));
}

/** Return what to say beside which field of the profile form, or undefined if it concerns none. */
export function profileWords(failure: unknown, t: Catalogue): { field: "handle" | "name" | "bio"; words: string } | undefined {
  if (!(failure instanceof Problem)) return undefined;
  // The handle is the one thing of a profile that another can have taken.
  if (failure.status === 409) return { field: "handle", words: t.errors.handleTaken };
  const field = fieldOf(failure) ?? mentionedField(failure.detail);
  if (field === "handle") return { field, words: t.handleRule };
  if (field === "name") return { field, words: t.nameRule };
  if (field === "bio") return { field, words: failure.title };
  return undefined;
}

/** Return what to say beside the account form's fields. */
export function accountWords(failure: unknown, t: Catalogue): { field: "email" | "password" | "code"; words: string } | undefined {
  if (!(failure instanceof CognitoError)) return undefined;
  const words = wordsFor(failure, t);
  switch (failure.code) {
    case "UsernameExistsException":
      return { field: "email", words };
    case "InvalidParameterException":
      return { field: "email", words: t.errors.email };
    case "InvalidPasswordException":
    case "NotAuthorizedException":
    case "UserNotFoundException":
      return { field: "password", words };
    case "CodeMismatchException":
    case "ExpiredCodeException":
      return { field: "code", words };
    default:
      return undefined;
  }
}

function said(t: Catalogue, code: string): string | undefined {
  return (t.errors as Readonly<Record<string, string>>)[code];
}

/** A rule of the domain names its field in its sentence only. */
function mentionedField(detail: string): string | undefined {
  return /\b(handle|name|bio)\b/i.exec(detail)?.[1]?.toLowerCase();
}

/** Puts a file where an upload session says, and tells how far it is. */

import { Problem } from "./problem";
import type { Upload } from "./types";

export interface Sending {
  done: Promise<void>;
  stop(): void;
}

/**
 * Send a file by the session's presigned POST.
 *
 * XMLHttpRequest, since `fetch` does not tell how much of a body has been sent.
 */
export function sendFile(
  { url, fields }: Upload["upload"],
  file: File,
  onProgress: (share: number) => void,
): Sending {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append("file", file); // S3 ignores what comes after the file.

  const xhr = new XMLHttpRequest();
  const done = new Promise<void>((resolve, reject) => {
    xhr.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    });
    xhr.addEventListener("load", () => {
      if (xhr.status >= 200 && xhr.status < 300) resolve();
      else reject(new Problem("upload-refused", xhr.status));
    });
    xhr.addEventListener("error", () => reject(new Problem("offline")));
    xhr.addEventListener("abort", () => reject(new DOMException("stopped", "AbortError")));
  });
  xhr.open("POST", url);
  xhr.send(form);
  return { done, stop: () => xhr.abort() };
}

/** Return the SHA-256 of a file in base64, or undefined where the browser can't (no secure context). */
export async function sha256(file: File): Promise<string | undefined> {
  const subtle: SubtleCrypto | undefined = crypto.subtle;
  if (!subtle) return undefined;
  const digest = new Uint8Array(await subtle.digest("SHA-256", await file.arrayBuffer()));
  return btoa(String.fromCharCode(...digest));
}

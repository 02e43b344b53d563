/** A photo on its way into a post: chosen, checked, sent once. */

import { useCallback, useEffect, useRef, useState } from "react";
import { sendFile, sha256 } from "../api/upload";
import { useServices } from "../services";

export const TYPES = ["image/jpeg", "image/png", "image/webp"];
export const SIZE_LIMIT = 20 * 1024 * 1024;

export interface Attachment {
  file: File | undefined;
  preview: string | undefined;
  /** Why the last choice was refused. */
  refusal: "type" | "size" | undefined;
  /** How much is sent, 0 to 1, while it is being sent. */
  share: number | undefined;
  choose(file: File | undefined): void;
  /** Send the photo, unless it is sent already, and return its media ids. */
  send(alt: string): Promise<string[]>;
}

/** Return the photo of a composer. */
export function useAttachment(): Attachment {
  const { api } = useServices();
  const [file, setFile] = useState<File>();
  const [preview, setPreview] = useState<string>();
  const [refusal, setRefusal] = useState<Attachment["refusal"]>();
  const [share, setShare] = useState<number>();
  const sent = useRef<{ file: File; alt: string; id: string }>(undefined);

  useEffect(() => () => void (preview && URL.revokeObjectURL(preview)), [preview]);

  const choose = useCallback((chosen: File | undefined) => {
    const refused = chosen && refusalOf(chosen);
    setRefusal(refused);
    if (refused) return;
    setFile(chosen);
    setPreview(chosen && URL.createObjectURL(chosen));
  }, []);

  const send = useCallback(
    async (alt: string): Promise<string[]> => {
      if (!file) return [];
      if (sent.current?.file === file && sent.current.alt === alt) return [sent.current.id];
      setShare(0);
      try {
        const digest = await sha256(file);
        const session = await api.media.open({
          content_type: file.type,
          size: file.size,
          alt,
          ...(digest && { sha256: digest }),
        });
        await sendFile(session.upload, file, setShare).done;
        sent.current = { file, alt, id: session.id };
        return [session.id];
      } finally {
        setShare(undefined);
      }
    },
    [api, file],
  );

  return { file, preview, refusal, share, choose, send };
}

function refusalOf(file: File): Attachment["refusal"] {
  if (!TYPES.includes(file.type)) return "type";
  return file.size > SIZE_LIMIT ? "size" : undefined;
}

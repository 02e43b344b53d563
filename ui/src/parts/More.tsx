/** The end of a list: more comes by itself when it is scrolled to, or by the button. */

import { useEffect, useRef } from "react";
import { useSpeech } from "../i18n/language";
import { Failure } from "./states";

interface List {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  isFetchNextPageError: boolean;
  error: unknown;
  fetchNextPage(): unknown;
}

export function More({ list, label }: { list: List; label?: string }) {
  const { t } = useSpeech();
  const end = useRef<HTMLDivElement>(null);
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = list;

  useEffect(() => {
    // After a failure only the button tries again: an end that stays in sight would ask without end.
    if (!end.current || !hasNextPage || isFetchingNextPage || isFetchNextPageError) return undefined;
    const observer = new IntersectionObserver(
      ([entry]) => entry?.isIntersecting && void fetchNextPage(),
      { rootMargin: "400px" },
    );
    observer.observe(end.current);
    return () => observer.disconnect();
  }, [hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage]);

  if (isFetchNextPageError) return <Failure failure={list.error} retry={() => void fetchNextPage()} />;
  if (!hasNextPage) return null;
  return (
    <div className="more" ref={end}>
      <button type="button" className="quiet" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
        {isFetchingNextPage ? t.loading : (label ?? t.more)}
      </button>
    </div>
  );
}

/** A list that is loaded page by page. */

import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { itemsOf, type Pages } from "../api/pages";
import type { Page } from "../api/types";

type Load<T> = (cursor: string | undefined, signal: AbortSignal) => Promise<Page<T>>;

/** Load a list under a name, and return its items, each once, with how to get more. */
export function useList<T>(
  name: readonly unknown[],
  load: Load<T>,
  id: (item: T) => string,
  enabled = true,
) {
  const list = useInfiniteQuery({
    queryKey: name,
    queryFn: ({ pageParam, signal }) => load(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
    enabled,
  });
  // The cursors' type is lost on the way through the library; they are what `initialPageParam` says.
  // `id` is written where the list is used and does the same each time.
  // oxlint-disable-next-line react/exhaustive-deps
  const items = useMemo(() => itemsOf(list.data as Pages<T> | undefined, id), [list.data]);
  return { ...list, items };
}

// When cached views are fetched anew: at once where there are none, else some time after what calls for it.
import type { ViewCache } from "#relay/zone/view-cache.ts";

export interface ViewRefresh {
  /** After so many milliseconds at the latest; a call that comes meanwhile is the same fetch. */
  look(delay?: number): void;
  close(): void;
}

export function createViewRefresh(views: Pick<ViewCache, "views" | "refresh">, pause: number): ViewRefresh {
  let timer: NodeJS.Timeout | undefined;
  return {
    look(delay = pause) {
      if (views.views.length === 0 || delay === 0) void views.refresh();
      else
        timer ??= setTimeout(() => {
          timer = undefined;
          void views.refresh();
        }, delay).unref();
    },
    close: () => clearTimeout(timer),
  };
}

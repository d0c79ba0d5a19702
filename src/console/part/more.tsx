// The way to what follows in a list: it comes by itself as one nears the end, and by a button for those who do not scroll.

import { type ReactNode, useEffect, useRef } from "react";
import { type TextKey, useSay } from "#console/text/say.ts";
import { Press } from "./press.tsx";

interface MoreProps {
  readonly answer: {
    readonly hasNextPage: boolean;
    readonly isFetchingNextPage: boolean;
    readonly isFetchNextPageError: boolean;
    readonly fetchNextPage: () => unknown;
  };
  readonly text?: TextKey;
}

/** Before its end is seen. */
const AHEAD = "1200px";

export function More({ answer, text = "more" }: MoreProps): ReactNode {
  const say = useSay();
  const button = useRef<HTMLButtonElement>(null);
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = answer;
  // What failed is asked for again by hand alone.
  const isWilling = hasNextPage && !isFetchingNextPage && !isFetchNextPageError;
  useEffect(() => {
    const place = button.current;
    if (!isWilling || place === null) return undefined;
    // A page that is not scrolled yet shows what it has.
    const isShort = (): boolean => scrollY === 0;
    const near = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting === true && !isShort()) fetchNextPage();
      },
      { rootMargin: AHEAD },
    );
    const look = (): void => {
      near.unobserve(place);
      near.observe(place);
    };
    near.observe(place);
    addEventListener("scroll", look, { once: true, passive: true });
    return () => {
      removeEventListener("scroll", look);
      near.disconnect();
    };
  }, [isWilling, fetchNextPage]);
  if (!hasNextPage) return null;
  return (
    <Press
      ref={button}
      type="button"
      className="button more"
      isOff={isFetchingNextPage}
      onClick={() => void fetchNextPage()}
    >
      {say(text)}
    </Press>
  );
}

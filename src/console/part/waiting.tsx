// A page's answer: while it comes, when it came, when it could not. A skeleton shows only when it takes long enough to be seen.
import type { UseQueryResult } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";
import { useSay } from "#console/text/say.ts";
import { Trouble } from "./trouble.tsx";

const PATIENCE = 150;

export function Waiting<T>({
  answer,
  children,
}: {
  readonly answer: UseQueryResult<T, Error>;
  readonly children: (data: T) => ReactNode;
}): ReactNode {
  if (answer.data !== undefined) return children(answer.data);
  if (answer.error !== null) return <Trouble error={answer.error} again={() => void answer.refetch()} />;
  return <Skeleton />;
}

function Skeleton(): ReactNode {
  const say = useSay();
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), PATIENCE);
    return () => clearTimeout(timer);
  }, []);
  if (!isLong) return <div className="skeleton" data-still />;
  return (
    <div className="skeleton" role="status" aria-label={say("waiting")}>
      <i />
      <i />
      <i />
    </div>
  );
}

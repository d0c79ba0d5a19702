// A value as YAML. The printer is loaded when there is something to print.
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Source } from "./source.tsx";
import { Waiting } from "./waiting.tsx";

export function Yaml({ value, label }: { readonly value: unknown; readonly label: string }): ReactNode {
  const printer = useQuery({
    queryKey: ["yaml"],
    queryFn: () => import("yaml"),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <Waiting answer={printer}>
      {({ stringify }) => <Source text={stringify(value, { lineWidth: 0 })} label={label} />}
    </Waiting>
  );
}

// A state in a word and a shape: never by colour alone.
import { CircleAlert, CircleCheck, CircleDashed, CircleX, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

export type Tone = "good" | "doubt" | "bad" | "none";

const SHAPES: Readonly<Record<Tone, LucideIcon>> = {
  good: CircleCheck,
  doubt: CircleAlert,
  bad: CircleX,
  none: CircleDashed,
};

export function Status({ tone, children }: { readonly tone: Tone; readonly children: ReactNode }): ReactNode {
  const Shape = SHAPES[tone];
  return (
    <span className="status" data-tone={tone}>
      <Shape aria-hidden size={14} />
      {children}
    </span>
  );
}

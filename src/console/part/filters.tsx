// What narrows a list: a row of fields above it. Text is heeded when the reader pauses.
import { Search } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useSay } from "#console/text/say.ts";

const PAUSE = 200;

export function Filters({ children }: { readonly children: ReactNode }): ReactNode {
  const say = useSay();
  return (
    <search className="filters" aria-label={say("filter.label")}>
      {children}
    </search>
  );
}

interface TextFilterProps {
  readonly label: string;
  readonly value: string | undefined;
  readonly onChange: (value: string) => void;
}

export function TextFilter({ label, value = "", onChange }: TextFilterProps): ReactNode {
  const [text, setText] = useState(value);
  const heard = useRef(onChange);
  heard.current = onChange;
  const sent = useRef(value);
  // The address moved by itself: a link, or the way back.
  useEffect(() => {
    if (value === sent.current) return;
    sent.current = value;
    setText(value);
  }, [value]);
  useEffect(() => {
    if (text === sent.current) return;
    const timer = setTimeout(() => {
      sent.current = text;
      heard.current(text);
    }, PAUSE);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <label className="filter">
      <Search aria-hidden size={15} />
      <input
        type="search"
        className="filter-input"
        aria-label={label}
        placeholder={label}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
    </label>
  );
}

interface ChoiceFilterProps extends TextFilterProps {
  readonly options: readonly { readonly id: string; readonly text: string }[];
  /** What the first choice says, unless it is all of them. */
  readonly all?: string;
}

/** One of few; the first choice is none of them. */
export function ChoiceFilter({ label, value = "", options, all, onChange }: ChoiceFilterProps): ReactNode {
  const say = useSay();
  const isKnown = value === "" || options.some(({ id }) => id === value);
  return (
    <select className="select" aria-label={label} value={value} onChange={(event) => onChange(event.target.value)}>
      <option value="">{all ?? say("filter.all", { what: label })}</option>
      {!isKnown && <option value={value}>{value}</option>}
      {options.map(({ id, text }) => (
        <option key={id} value={id}>
          {text}
        </option>
      ))}
    </select>
  );
}

// What may be written at a place: members with what they take, and values that can be counted.
import { type Place, placeAt } from "./place.ts";
import { alternatives, type Shape, shapesAt, typesOf, valuesOf } from "./shape.ts";

export interface Option {
  readonly label: string;
  readonly kind: "key" | "value";
  /** What is put in place of the word. */
  readonly text: string;
  /** Behind which of its characters the cursor stands then. */
  readonly cursor: number;
  /** The JSON types of what it holds, for a member. */
  readonly types: readonly string[];
  readonly isRequired: boolean;
  readonly description: string;
}

export interface Completion {
  readonly from: number;
  readonly to: number;
  readonly options: readonly Option[];
}

/** Null where nothing can be said. */
export function completionAt(text: string, shape: Shape, offset: number): Completion | null {
  const place = placeAt(text, offset);
  if (place === null) return null;
  const shapes = shapesAt(shape, place.path);
  const keys = place.role === "key" ? shapes.flatMap((one) => keysOf(one, place)) : [];
  const values = place.role === "key" && place.hasColon ? [] : shapes.flatMap((one) => valueOptions(one, place));
  const options = [...new Map([...keys, ...values].map((option) => [option.label, option])).values()];
  return options.length === 0 ? null : { from: place.from, to: place.to, options };
}

function keysOf({ properties = {}, required = [] }: Shape, place: Place): readonly Option[] {
  return Object.entries(properties)
    .filter(([key, { readOnly }]) => readOnly !== true && !place.others.includes(key))
    .map(([key, member]) => {
      const types = [...new Set(alternatives(member).flatMap(typesOf))];
      const text = keyText(key, types, place);
      // Behind what opens a map or list, before what closes it.
      const cursor = place.inFlow && /[}\]"]$/.test(text) ? text.length - 1 : text.length;
      const description = member.description ?? "";
      return { label: key, kind: "key", text, cursor, types, isRequired: required.includes(key), description };
    });
}

function keyText(key: string, types: readonly string[], { quote, hasColon, inFlow, indent }: Place): string {
  const name = `${quote}${key}${quote}`;
  if (hasColon) return name;
  const [type] = types;
  if (inFlow) return `${name}: ${type === "object" ? "{}" : type === "array" ? "[]" : ""}`;
  const deeper = `\n${" ".repeat(indent + 2)}`;
  if (type === "object") return `${name}:${deeper}`;
  return type === "array" ? `${name}:${deeper}- ` : `${name}: `;
}

function valueOptions(shape: Shape, { quote }: Place): readonly Option[] {
  return valuesOf(shape).map((value) => {
    const plain = String(value);
    const isText = typeof value === "string";
    const text = isText ? quoted(plain, quote) : plain;
    const option = { label: plain, kind: "value", text, cursor: text.length } as const;
    return { ...option, types: [], isRequired: false, description: shape.description ?? "" };
  });
}

/** Words that YAML would take for something else, and what begins like a sign, stand in quotes. */
function quoted(value: string, quote: string): string {
  if (quote !== "") return `${quote}${value}${quote}`;
  return /^[A-Za-z][\w./-]*$/.test(value) && !/^(true|false|null|yes|no|on|off)$/i.test(value)
    ? value
    : JSON.stringify(value);
}

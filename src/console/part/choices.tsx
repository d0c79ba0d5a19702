// Any of several names, each with what it is for.
import type { ReactNode } from "react";

interface ChoicesProps<Name extends string> {
  readonly title: string;
  readonly names: readonly Name[];
  readonly chosen: readonly Name[];
  readonly aboutOf: (name: Name) => string;
  readonly onChoose: (chosen: readonly Name[]) => void;
}

export function Choices<Name extends string>({
  title,
  names,
  chosen,
  aboutOf,
  onChoose,
}: ChoicesProps<Name>): ReactNode {
  return (
    <fieldset className="choices">
      <legend>{title}</legend>
      {names.map((name) => (
        <label key={name} className="choice">
          <input
            type="checkbox"
            checked={chosen.includes(name)}
            onChange={({ target }) =>
              onChoose(target.checked ? [...chosen, name] : chosen.filter((one) => one !== name))
            }
          />
          <span>
            <code>{name}</code> <span className="soft">{aboutOf(name)}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

// A new API token: its name, what it may do, for how long; then its text, once.

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { api } from "#console/data/api.ts";
import { useMeshes } from "#console/data/mesh.ts";
import { SCOPES, scopesFor } from "#console/data/scope.ts";
import { useZones } from "#console/data/zone.ts";
import { Choices } from "#console/part/choices.tsx";
import { Field } from "#console/part/field.tsx";
import { Moment } from "#console/part/moment.tsx";
import { Press } from "#console/part/press.tsx";
import { ShownOnce } from "#console/part/shown-once.tsx";
import { Trouble } from "#console/part/trouble.tsx";
import { Window } from "#console/part/window.tsx";
import { type TextKey, useSay } from "#console/text/say.ts";
import { type ScopeName, ZONAL_SCOPES } from "#model/scope-name.ts";

/** Go durations; empty = until it is revoked. */
const TIMES = [
  ["24h", "token.for.day"],
  ["720h", "token.for.month"],
  ["2160h", "token.for.quarter"],
  ["8760h", "token.for.year"],
  ["", "token.endless"],
] as const;

interface NewTokenProps {
  readonly org: string;
  readonly onClose: () => void;
}

export function NewToken({ org, onClose }: NewTokenProps): ReactNode {
  const say = useSay();
  const cache = useQueryClient();
  const { zones } = useZones(org, 60_000);
  const { meshes } = useMeshes(org);
  const [name, setName] = useState("");
  const [chosen, setChosen] = useState<readonly ScopeName[]>(["read"]);
  const [where, setWhere] = useState("");
  const [validFor, setValidFor] = useState<string>("2160h");
  const create = useMutation({
    mutationFn: () =>
      api.call("createToken", {
        params: { organisation: org },
        body: { name: name.trim(), scopes: [...scopesFor(chosen, where)], ...(validFor !== "" && { validFor }) },
      }),
    onSuccess: () => cache.invalidateQueries({ queryKey: ["listTokens"] }),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    create.mutate();
  };
  const isPlaced = chosen.some((scope) => ZONAL_SCOPES.includes(scope));
  if (create.data !== undefined) {
    const { token, expiresAt } = create.data;
    return (
      <ShownOnce
        title={say("token.made.title", { name })}
        about={say("token.once")}
        label={say("token.text")}
        text={token}
        onClose={onClose}
      >
        {expiresAt !== null && (
          <p className="soft">
            {say("token.ends")} <Moment at={expiresAt} />
          </p>
        )}
      </ShownOnce>
    );
  }
  return (
    <Window title={say("token.add")} isOpen onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <Field
          label={say("name")}
          about={say("token.name.about")}
          value={name}
          onChange={setName}
          autoFocus
          isRequired
        />
        <Choices
          title={say("token.scopes")}
          names={SCOPES}
          chosen={chosen}
          aboutOf={(scope) => say(`scope.${scope.replace(":", "-")}` as TextKey)}
          onChoose={setChosen}
        />
        {isPlaced && (
          <label className="field">
            <span>{say("token.where")}</span>
            <select className="select" value={where} onChange={({ target }) => setWhere(target.value)}>
              <option value="">{say("token.where.all")}</option>
              <optgroup label={say("overview.meshes")}>
                {meshes.map(({ name }) => (
                  <option key={name} value={`mesh:${name}`}>
                    {name}
                  </option>
                ))}
              </optgroup>
              <optgroup label={say("nav.zones")}>
                {zones.map(({ name }) => (
                  <option key={name} value={name}>
                    {name}
                  </option>
                ))}
              </optgroup>
            </select>
          </label>
        )}
        <label className="field">
          <span>{say("token.for")}</span>
          <select className="select" value={validFor} onChange={({ target }) => setValidFor(target.value)}>
            {TIMES.map(([time, text]) => (
              <option key={text} value={time}>
                {say(text)}
              </option>
            ))}
          </select>
        </label>
        {create.error !== null && <Trouble error={create.error} />}
        <div className="actions">
          <Press
            type="submit"
            className="button"
            data-kind="first"
            isOff={name.trim() === "" || chosen.length === 0 || create.isPending}
          >
            {say("token.add.do")}
          </Press>
        </div>
      </form>
    </Window>
  );
}

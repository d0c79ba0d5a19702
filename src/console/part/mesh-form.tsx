// A new mesh: its name and one click; mTLS is on from the start.

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { api } from "#console/data/api.ts";
import { useMeshes } from "#console/data/mesh.ts";
import { useSay } from "#console/text/say.ts";
import { Fault } from "#model/fault.ts";
import { Field } from "./field.tsx";
import { Press } from "./press.tsx";
import { Trouble } from "./trouble.tsx";

interface MeshFormProps {
  readonly org: string;
  /** What the field holds at first. */
  readonly name?: string;
  readonly onMade?: (name: string) => void;
}

export function MeshForm({ org, name: first = "", onMade }: MeshFormProps): ReactNode {
  const say = useSay();
  const cache = useQueryClient();
  const { meshes } = useMeshes(org);
  const [name, setName] = useState(first);
  const make = useMutation<unknown, Error, string>({
    mutationFn: (mesh) =>
      api.call("createChange", {
        params: { organisation: org },
        body: { put: [{ resource: meshWithMtls(mesh) }] },
      }),
    async onSuccess(_, mesh) {
      await cache.invalidateQueries();
      onMade?.(mesh);
    },
  });
  const isTaken = meshes.some((one) => one.name === name.trim());
  const wrong =
    make.error instanceof Fault ? make.error.violations.find(({ field }) => /name/.test(field))?.reason : undefined;
  // What is written under a name that stands would take its place.
  const fault = isTaken ? say("mesh.name.taken") : wrong;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    make.mutate(name.trim());
  };
  return (
    <form className="stack" onSubmit={submit}>
      <Field
        label={say("mesh.name")}
        about={say("mesh.name.about")}
        value={name}
        onChange={setName}
        fault={fault}
        isRequired
      />
      {make.error !== null && fault === undefined && <Trouble error={make.error} />}
      <div className="actions">
        <Press
          type="submit"
          className="button"
          data-kind="first"
          isOff={name.trim() === "" || isTaken || make.isPending}
        >
          {say("mesh.make")}
        </Press>
      </div>
    </form>
  );
}

/** Proxies of the mesh know each other by certificates of a CA of its own. */
function meshWithMtls(name: string) {
  return { type: "Mesh", name, mtls: { enabledBackend: "ca-1", backends: [{ name: "ca-1", type: "builtin" }] } };
}

// Passkeys of the person: added, named and removed.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { PasskeyBody } from "#api/passkey.ts";
import { api, useAnswer } from "#console/data/api.ts";
import { hasPasskeys } from "#console/data/passkey.ts";
import { Moment } from "#console/part/moment.tsx";
import { Trouble } from "#console/part/trouble.tsx";
import { Waiting } from "#console/part/waiting.tsx";
import { Window } from "#console/part/window.tsx";
import { useSay } from "#console/text/say.ts";
import { AddPasskey } from "./add-passkey.tsx";
import { NameForm } from "./name-form.tsx";
import { Section } from "./section.tsx";

/** `isOffered`: this address of the control plane can have them. */
export function Passkeys({ isOffered }: { readonly isOffered: boolean }): ReactNode {
  const say = useSay();
  const answer = useAnswer("listPasskeys", {}, 60_000);
  const [isAdding, setAdding] = useState(false);
  const [named, setNamed] = useState<PasskeyBody | null>(null);
  const [removed, setRemoved] = useState<PasskeyBody | null>(null);
  const isPossible = isOffered && hasPasskeys();
  return (
    <Section title={say("account.passkeys")} about={say("account.passkeys.about")}>
      <Waiting answer={answer}>
        {({ items }) =>
          items.length === 0 ? (
            <p>{say("account.passkeys.none")}</p>
          ) : (
            <ul className="lines apart">
              {items.map((one) => (
                <li key={one.id}>
                  <span className="grow">
                    <strong>{one.name}</strong>{" "}
                    {one.synced && <span className="tag">{say("account.passkey.synced")}</span>}
                    <span className="soft facts-line">
                      <span>
                        {say("account.passkey.made")} <Moment at={one.createdAt} />
                      </span>
                      <span>
                        {one.lastUsedAt === null ? (
                          say("account.passkey.unused")
                        ) : (
                          <>
                            {say("account.passkey.used")} <Moment at={one.lastUsedAt} />
                          </>
                        )}
                      </span>
                    </span>
                  </span>
                  <button
                    type="button"
                    className="button"
                    aria-label={say("account.passkey.rename.title", { name: one.name })}
                    onClick={() => setNamed(one)}
                  >
                    {say("account.rename")}
                  </button>
                  <button
                    type="button"
                    className="button"
                    aria-label={say("account.passkey.remove.title", { name: one.name })}
                    onClick={() => setRemoved(one)}
                  >
                    {say("account.remove")}
                  </button>
                </li>
              ))}
            </ul>
          )
        }
      </Waiting>
      {isPossible ? (
        <div className="actions">
          <button type="button" className="button" onClick={() => setAdding(true)}>
            <Plus aria-hidden size={16} />
            {say("account.passkey.add")}
          </button>
        </div>
      ) : (
        <p className="soft">{say("account.passkeys.impossible")}</p>
      )}
      {isAdding && <AddPasskey onClose={() => setAdding(false)} />}
      {named && <Rename passkey={named} onClose={() => setNamed(null)} />}
      {removed && <Remove passkey={removed} onClose={() => setRemoved(null)} />}
    </Section>
  );
}

interface OneProps {
  readonly passkey: PasskeyBody;
  readonly onClose: () => void;
}

function Rename({ passkey: { id, name }, onClose }: OneProps): ReactNode {
  const say = useSay();
  const cache = useQueryClient();
  const rename = useMutation({
    mutationFn: (next: string) => api.call("renamePasskey", { params: { passkey: id }, body: { name: next } }),
    async onSuccess() {
      await cache.invalidateQueries({ queryKey: ["listPasskeys"] });
      onClose();
    },
  });
  return (
    <Window title={say("account.passkey.rename.title", { name })} isOpen onClose={onClose}>
      <NameForm
        start={name}
        deed={say("account.rename")}
        error={rename.error}
        isPending={rename.isPending}
        onName={rename.mutate}
      />
    </Window>
  );
}

function Remove({ passkey: { id, name }, onClose }: OneProps): ReactNode {
  const say = useSay();
  const cache = useQueryClient();
  const remove = useMutation({
    mutationFn: () => api.call("deletePasskey", { params: { passkey: id } }),
    async onSuccess() {
      await cache.invalidateQueries({ queryKey: ["listPasskeys"] });
      onClose();
    },
  });
  return (
    <Window title={say("account.passkey.remove.title", { name })} isOpen onClose={onClose}>
      <div className="stack">
        <p>{say("account.passkey.remove.about")}</p>
        {remove.error !== null && <Trouble error={remove.error} />}
        <div className="actions">
          <button
            type="button"
            className="button"
            data-kind="grave"
            onClick={() => {
              if (!remove.isPending) remove.mutate();
            }}
          >
            {say("account.remove")}
          </button>
          <button type="button" className="button" onClick={onClose}>
            {say("window.close")}
          </button>
        </div>
      </div>
    </Window>
  );
}

// API tokens: what each may do, until when, and who made it; a new one is shown once.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { type ReactNode, useMemo, useState } from "react";
import type { ApiToken } from "#api/weft.ts";
import { api } from "#console/data/api.ts";
import { useEvery } from "#console/data/every.ts";
import { useFilters } from "#console/data/filter.ts";
import { Certain } from "#console/part/certain.tsx";
import { ChoiceFilter, Filters, TextFilter } from "#console/part/filters.tsx";
import { List, type ListColumn } from "#console/part/list.tsx";
import { Moment } from "#console/part/moment.tsx";
import { Page } from "#console/part/page.tsx";
import { Status, type Tone } from "#console/part/status.tsx";
import { Waiting } from "#console/part/waiting.tsx";
import { useSay } from "#console/text/say.ts";
import { NewToken } from "./new-token.tsx";

const STATES = ["valid", "ended", "revoked"] as const;
type TokenState = (typeof STATES)[number];
const TONES: Readonly<Record<TokenState, Tone>> = { valid: "good", ended: "none", revoked: "bad" };

function stateOf({ revokedAt, expiresAt }: ApiToken): TokenState {
  if (revokedAt !== null) return "revoked";
  return expiresAt !== null && Date.parse(expiresAt) <= Date.now() ? "ended" : "valid";
}

export function Tokens(): ReactNode {
  const say = useSay();
  const { org } = useParams({ from: "/o/$org/tokens" });
  const [filters, set] = useFilters<"name" | "state" | "add">();
  const answer = useEvery("listTokens", { params: { organisation: org } });
  const [isAdding, setAdding] = [filters.add === "true", (is: boolean) => set("add", is ? "true" : "")];
  const [revoked, setRevoked] = useState<ApiToken | null>(null);
  const rows = useMemo(() => {
    const word = (filters.name ?? "").toLowerCase();
    return (answer.data ?? []).filter(
      (one) =>
        `${one.name} ${one.scopes.join(" ")}`.toLowerCase().includes(word) &&
        (filters.state === undefined || stateOf(one) === filters.state),
    );
  }, [answer.data, filters]);
  const columns = useMemo<readonly ListColumn<ApiToken>[]>(() => {
    const names = new Map(answer.data?.map(({ id, name }) => [id, name]));
    return [
      { id: "name", title: say("name"), by: ({ name }) => name, cell: ({ name }) => <strong>{name}</strong> },
      { id: "scopes", title: say("token.scopes"), cell: ({ scopes }) => <code>{scopes.join(" ")}</code> },
      {
        id: "state",
        title: say("state"),
        by: stateOf,
        cell: (one) => <Status tone={TONES[stateOf(one)]}>{say(`token.${stateOf(one)}`)}</Status>,
      },
      {
        id: "ends",
        title: say("token.ends"),
        isWide: true,
        by: ({ expiresAt }) => expiresAt ?? "9",
        cell: ({ expiresAt }) => (expiresAt === null ? say("token.endless") : <Moment at={expiresAt} />),
      },
      {
        id: "made",
        title: say("token.made"),
        isWide: true,
        by: ({ createdAt }) => createdAt,
        cell: ({ createdAt }) => <Moment at={createdAt} />,
      },
      {
        id: "used",
        title: say("token.used"),
        isWide: true,
        by: ({ lastUsedAt }) => lastUsedAt ?? "",
        cell: ({ lastUsedAt }) => (lastUsedAt === null ? say("token.unused") : <Moment at={lastUsedAt} />),
      },
      {
        id: "by",
        title: say("revision.who"),
        isWide: true,
        cell: ({ mintedBy }) => (mintedBy === null ? "" : (names.get(mintedBy) ?? mintedBy)),
      },
      {
        id: "revoke",
        title: say("deeds"),
        cell: (one) =>
          stateOf(one) === "valid" && (
            <button
              type="button"
              className="button"
              aria-label={say("token.revoke.title", { name: one.name })}
              onClick={() => setRevoked(one)}
            >
              {say("token.revoke")}
            </button>
          ),
      },
    ];
  }, [say, answer.data]);
  const add = (
    <button type="button" className="button" data-kind="first" onClick={() => setAdding(true)}>
      <Plus aria-hidden size={16} />
      {say("token.add")}
    </button>
  );
  return (
    <Page title={say("nav.tokens")} actions={add}>
      <Filters>
        <TextFilter label={say("token.filter")} value={filters.name} onChange={(value) => set("name", value)} />
        <ChoiceFilter
          label={say("state")}
          value={filters.state}
          options={STATES.map((id) => ({ id, text: say(`token.${id}`) }))}
          onChange={(value) => set("state", value)}
        />
      </Filters>
      <Waiting answer={answer}>
        {(all) => (
          <List
            label={say("nav.tokens")}
            columns={columns}
            rows={rows}
            keyOf={({ id }) => id}
            empty={
              all.length > 0 ? (
                <h2>{say("filter.none")}</h2>
              ) : (
                <>
                  <h2>{say("token.none")}</h2>
                  <p className="soft">{say("token.what")}</p>
                  {add}
                </>
              )
            }
          />
        )}
      </Waiting>
      {isAdding && <NewToken org={org} onClose={() => setAdding(false)} />}
      {revoked && <Revoke org={org} token={revoked} onClose={() => setRevoked(null)} />}
    </Page>
  );
}

interface RevokeProps {
  readonly org: string;
  readonly token: ApiToken;
  readonly onClose: () => void;
}

function Revoke({ org, token: { id, name }, onClose }: RevokeProps): ReactNode {
  const say = useSay();
  const cache = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => api.call("revokeToken", { params: { organisation: org, id } }),
    async onSuccess() {
      await cache.invalidateQueries({ queryKey: ["listTokens"] });
      onClose();
    },
  });
  return (
    <Certain
      title={say("token.revoke.title", { name })}
      about={say("token.revoke.about")}
      name={name}
      deed={say("token.revoke")}
      error={revoke.error}
      isPending={revoke.isPending}
      onDo={() => revoke.mutate()}
      onClose={onClose}
    />
  );
}

// The palette: one field that finds everything and does most things, by keyboard alone.
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { CornerDownLeft, Search } from "lucide-react";
import { type ReactNode, useState } from "react";
import {
  Autocomplete,
  Dialog,
  Header,
  Input,
  ListBox,
  ListBoxItem,
  ListBoxSection,
  Modal,
  ModalOverlay,
  SearchField,
} from "react-aria-components";
import { api, useAnswer } from "#console/data/api.ts";
import { useGrant } from "#console/data/grant.ts";
import { useKinds } from "#console/data/kind.ts";
import { useMesh } from "#console/data/mesh.ts";
import { planState } from "#console/data/plan.ts";
import { Status } from "#console/part/status.tsx";
import { useSpeech } from "#console/text/say.ts";
import { type DeedRow, deedRows, type PaletteWorld } from "./deed.ts";
import { keepRecent } from "./recent.ts";
import type { PaletteRow } from "./row.ts";
import { useRows } from "./use-rows.ts";

interface PaletteProps {
  readonly org: string;
  readonly isOpen: boolean;
  readonly onOpen: (open: boolean) => void;
}

export function Palette({ org, isOpen, onOpen }: PaletteProps): ReactNode {
  const { say } = useSpeech();
  const [told, setTold] = useState("");
  return (
    <>
      <ModalOverlay className="overlay palette-overlay" isOpen={isOpen} isDismissable onOpenChange={onOpen}>
        <Modal className="palette">
          <Dialog aria-label={say("palette.label")}>
            <Finder org={org} onDone={() => onOpen(false)} onTold={setTold} />
          </Dialog>
        </Modal>
      </ModalOverlay>
      <p className="heard" aria-live="polite">
        {told}
      </p>
    </>
  );
}

interface FinderProps {
  readonly org: string;
  readonly onDone: () => void;
  readonly onTold: (text: string) => void;
}

function Finder({ org, onDone, onTold }: FinderProps): ReactNode {
  const { say } = useSpeech();
  const navigate = useNavigate();
  const world = useWorld(org, onTold);
  const deeds = deedRows(world);
  const [query, setQuery] = useState("");
  const parts = useRows(world, deeds, query);
  const { recent, found, total, isAsking, error, again } = parts;
  const known = new Set(recent.map(({ id }) => id));
  const offered = parts.deeds.filter(({ id }) => !known.has(id));
  const count = recent.length + offered.length + found.length;
  const choose = (row: DeedRow): void => {
    keepRecent(org, row);
    onDone();
    if (row.run !== undefined) row.run();
    // Addresses are written whole, so that they can be kept.
    else void navigate({ href: row.to });
  };
  const title = total > found.length ? say("palette.found.some", { shown: found.length, total }) : say("palette.found");
  return (
    <Autocomplete inputValue={query} onInputChange={setQuery}>
      <SearchField className="palette-field" aria-label={say("palette.label")} autoFocus>
        <Search aria-hidden size={18} />
        <Input
          className="palette-input"
          role="combobox"
          aria-expanded
          placeholder={say("palette.hint")}
          spellCheck="false"
          autoComplete="off"
        />
      </SearchField>
      <ListBox className="palette-list" aria-label={say("palette.label")} selectionMode="none">
        {recent.length > 0 && <Part title={say("palette.recent")} rows={recent} onChoose={choose} />}
        {found.length > 0 && query !== "" && isName(query, found) && (
          <Part title={title} rows={found} onChoose={choose} />
        )}
        {offered.length > 0 && <Part title={say("palette.deeds")} rows={offered} onChoose={choose} />}
        {found.length > 0 && !isName(query, found) && <Part title={title} rows={found} onChoose={choose} />}
      </ListBox>
      {count === 0 && !isAsking && error === null && (
        <div className="palette-none">
          <strong>{say("palette.nothing", { query })}</strong>
          <p className="soft">{say("palette.nothing.about")}</p>
        </div>
      )}
      {error !== null && (
        <p className="palette-none" role="alert">
          <Status tone="bad">{say("palette.trouble")}</Status> <span className="soft">{error.message}</span>{" "}
          <button type="button" className="link" onClick={again}>
            {say("palette.again")}
          </button>
        </p>
      )}
      <footer className="palette-foot soft">
        <span>{say("palette.keys")}</span>
        <span role="status">{isAsking ? say("palette.searching") : say("palette.count", { count })}</span>
      </footer>
    </Autocomplete>
  );
}

/** Whether the query is how something's name begins: then that comes before deeds. */
function isName(query: string, found: readonly PaletteRow[]): boolean {
  const word = query.trim().toLowerCase();
  return found.some(({ text }) => text.toLowerCase().startsWith(word));
}

interface PartProps {
  readonly title: string;
  readonly rows: readonly DeedRow[];
  readonly onChoose: (row: DeedRow) => void;
}

function Part({ title, rows, onChoose }: PartProps): ReactNode {
  return (
    <ListBoxSection>
      <Header className="menu-head">{title}</Header>
      {rows.map((row) => (
        <ListBoxItem
          key={row.id}
          id={row.id}
          className="menu-item palette-item"
          textValue={`${row.text} ${row.detail} ${row.sort}`}
          onAction={() => onChoose(row)}
        >
          <span className="palette-text">{row.text}</span>
          {row.detail !== "" && <span className="palette-detail soft">{row.detail}</span>}
          <span className="palette-sort soft">{row.sort}</span>
          <CornerDownLeft aria-hidden size={14} className="palette-go" />
        </ListBoxItem>
      ))}
    </ListBoxSection>
  );
}

const HOUR = 3_600_000;

function useWorld(org: string, onTold: (text: string) => void): PaletteWorld {
  const { say, language, choose: speak } = useSpeech();
  const navigate = useNavigate();
  const cache = useQueryClient();
  const { mesh, names } = useMesh(org);
  const kinds = useKinds(org);
  const grant = useGrant(org);
  const session = useAnswer("readSession", {}, HOUR).data;
  const kept = useAnswer("listPlans", { params: { organisation: org } }, HOUR).data?.items ?? [];
  return {
    ...{ org, mesh, kinds, grant, say, language, speak },
    meshes: names,
    plans: kept.filter((plan) => ["ready", "held"].includes(planState(plan, plan.changes, Date.now()))),
    organisations: (session?.organisations ?? []).map(({ name }) => name),
    copyAddress: () => void navigator.clipboard.writeText(location.href).then(() => onTold(say("palette.copied"))),
    async leave() {
      await api.call("closeSession", {});
      cache.clear();
      await navigate({ to: "/sign-in" });
    },
  };
}

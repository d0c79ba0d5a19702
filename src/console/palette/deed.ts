// The table of what the palette offers beside what the search finds: pages, new things, and the reader's own choices.
import { type Grant, PLAIN, scopedKind } from "#console/data/grant.ts";
import type { KindRow } from "#console/data/kind.ts";
import { FIRST_STEPS, KEEPING, MESH_PLACES, PLACES } from "#console/shell/place.ts";
import { applyTheme, THEMES } from "#console/shell/theme.ts";
import { LANGUAGES, type Language, type Say } from "#console/text/say.ts";
import { filled, type PaletteRow } from "./row.ts";

/** What rows are made of. */
export interface PaletteWorld {
  readonly org: string;
  /** Null where there is none yet. */
  readonly mesh: string | null;
  readonly meshes: readonly string[];
  readonly organisations: readonly string[];
  readonly kinds: readonly KindRow[];
  /** Those that may still be committed. */
  readonly plans: readonly { readonly id: string; readonly reason: string }[];
  readonly grant: Grant;
  readonly say: Say;
  readonly language: Language;
  readonly speak: (language: Language) => void;
  readonly leave: () => void;
  readonly copyAddress: () => void;
}

export interface DeedRow extends PaletteRow {
  /** What it does, where it leads nowhere. */
  readonly run?: () => void;
  /** Only found by its words: there are many of its sort. */
  readonly isQuiet?: true;
}

type Maker = (world: PaletteWorld) => readonly DeedRow[];

const pages: Maker = ({ org, mesh, grant, say }) =>
  [...PLACES, FIRST_STEPS, ...(mesh === null ? [] : MESH_PLACES), ...KEEPING]
    .filter(({ verb }) => verb === undefined || grant.may(verb))
    .map(({ text, to }) => ({
      ...{ id: `page ${to}`, text: say(text), sort: say("palette.page") },
      detail: to.includes("$mesh") ? (mesh ?? "") : "",
      to: filled(to, { org, mesh: mesh ?? "" }),
    }));

const NEW = [
  { text: "zone.add", to: "/o/$org/zones?add=true", inMesh: false, verb: "enrol-zone" },
  { text: "palette.new.permission", to: "/o/$org/m/$mesh/new?kind=MeshTrafficPermission", inMesh: true, verb: "write" },
  { text: "palette.new.resource", to: "/o/$org/m/$mesh/new", inMesh: true, verb: "write" },
  { text: "palette.new.mesh", to: "/o/$org/new?kind=Mesh", inMesh: false, verb: "write" },
  { text: "token.add", to: "/o/$org/tokens?add=true", inMesh: false, verb: "manage-tokens" },
  { text: "palette.may-call", to: "/o/$org/m/$mesh/access", inMesh: true, verb: "read" },
] as const;

const news: Maker = ({ org, mesh, grant, say }) =>
  NEW.filter(({ inMesh, verb }) => (!inMesh || mesh !== null) && grant.mayIn(verb, PLAIN, inMesh ? mesh : null)).map(
    ({ text, to, inMesh }) => ({
      ...{ id: `new ${text}`, text: say(text), sort: say("palette.deed") },
      detail: inMesh ? (mesh ?? "") : "",
      to: filled(to, { org, mesh: mesh ?? "" }),
    }),
  );

const newKinds: Maker = ({ org, mesh, kinds, grant, say }) =>
  kinds
    .filter(({ readOnly, scope }) => !readOnly && (scope === "Global" || mesh !== null))
    .filter((kind) => grant.mayIn("write", scopedKind(kind), kind.scope === "Global" ? null : mesh))
    .map(({ name, scope }) => ({
      ...{ id: `new kind ${name}`, text: say("editor.new", { kind: name }), sort: say("palette.deed") },
      detail: scope === "Global" ? "" : (mesh ?? ""),
      to: filled(scope === "Global" ? "/o/$org/new?kind=$name" : "/o/$org/m/$mesh/new?kind=$name", {
        ...{ org, mesh: mesh ?? "", name },
      }),
      isQuiet: true,
    }));

const meshes: Maker = ({ org, meshes: names, mesh, say }) =>
  names
    .filter((name) => name !== mesh)
    .map((name) => ({
      ...{ id: `mesh ${name}`, text: say("palette.mesh", { name }), detail: "", sort: say("palette.deed") },
      to: filled("/o/$org/m/$name/services", { org, name }),
      isQuiet: true,
    }));

const organisations: Maker = ({ org, organisations: names, say }) =>
  names
    .filter((name) => name !== org)
    .map((name) => ({
      ...{ id: `org ${name}`, text: say("palette.org", { name }), detail: "", sort: say("palette.deed") },
      to: filled("/o/$name", { name }),
    }));

const plans: Maker = ({ org, plans: open, say }) =>
  open.map(({ id, reason }) => ({
    ...{ id: `plan ${id}`, detail: "", sort: say("plan") },
    // What is searched for is its reason: nobody knows an id by heart.
    text: reason === "" ? say("plan.title", { plan: id }) : `${say("plan.title", { plan: id })}: ${reason}`,
    to: filled("/o/$org/plans/$id", { org, id }),
    isQuiet: true,
  }));

const choices: Maker = ({ say, language, speak, leave, copyAddress }) => [
  ...THEMES.map((theme) => ({
    ...{ id: `theme ${theme}`, text: `${say("theme.label")}: ${say(`theme.${theme}`)}`, detail: "", to: "" },
    sort: say("palette.deed"),
    run: () => applyTheme(theme),
  })),
  ...(Object.keys(LANGUAGES) as Language[])
    .filter((one) => one !== language)
    .map((one) => ({
      ...{ id: `language ${one}`, text: `${say("language.label")}: ${LANGUAGES[one]}`, detail: "", to: "" },
      sort: say("palette.deed"),
      run: () => speak(one),
    })),
  { id: "copy", text: say("palette.copy"), detail: "", to: "", sort: say("palette.deed"), run: copyAddress },
  { id: "leave", text: say("person.leave"), detail: "", to: "", sort: say("palette.deed"), run: leave },
];

const MAKERS: readonly Maker[] = [pages, news, organisations, choices, plans, meshes, newKinds];

/** All of them, in the order in which they are shown. */
export function deedRows(world: PaletteWorld): readonly DeedRow[] {
  return MAKERS.flatMap((make) => make(world));
}

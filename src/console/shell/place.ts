// The places that the rail leads to, and the palette finds: of the organisation, of one mesh, and who may do what.
import {
  Activity,
  BadgeCheck,
  Boxes,
  ClipboardList,
  FileText,
  Footprints,
  Gauge,
  Globe,
  KeyRound,
  LayoutDashboard,
  type LucideIcon,
  Network,
  ScrollText,
  Server,
  Settings,
  ShieldCheck,
  Users,
  Waypoints,
  Webhook,
} from "lucide-react";
import type { TextKey } from "#console/text/say.ts";
import type { Verb } from "#trust/scope.ts";

export interface Place {
  readonly text: TextKey;
  readonly icon: LucideIcon;
  /** Address with `$org` and `$mesh` to be filled in. */
  readonly to: string;
  /** What it takes to see anything there; it is not offered to who may not. */
  readonly verb?: Verb;
}

export const PLACES: readonly Place[] = [
  { text: "nav.overview", icon: LayoutDashboard, to: "/o/$org" },
  { text: "overview.meshes", icon: Network, to: "/o/$org/meshes" },
  { text: "nav.zones", icon: Globe, to: "/o/$org/zones" },
  { text: "nav.activity", icon: Activity, to: "/o/$org/activity" },
  { text: "nav.plans", icon: ClipboardList, to: "/o/$org/plans" },
];

/** Where the rail leads until the first steps are done; the palette finds it ever after. */
export const FIRST_STEPS: Place = { text: "first.title", icon: Footprints, to: "/o/$org/start" };

export const MESH_PLACES: readonly Place[] = [
  { text: "nav.topology", icon: Waypoints, to: "/o/$org/m/$mesh/topology" },
  { text: "nav.services", icon: Boxes, to: "/o/$org/m/$mesh/services" },
  { text: "nav.proxies", icon: Server, to: "/o/$org/m/$mesh/proxies" },
  { text: "nav.resources", icon: FileText, to: "/o/$org/m/$mesh/resources" },
  { text: "nav.access", icon: ShieldCheck, to: "/o/$org/m/$mesh/access" },
];

export const KEEPING: readonly Place[] = [
  { text: "nav.certificates", icon: BadgeCheck, to: "/o/$org/certificates" },
  { text: "nav.tokens", icon: KeyRound, to: "/o/$org/tokens", verb: "read-tokens" },
  { text: "nav.audit", icon: ScrollText, to: "/o/$org/audit", verb: "read-audit" },
  { text: "nav.webhooks", icon: Webhook, to: "/o/$org/webhooks", verb: "read-webhooks" },
  { text: "nav.members", icon: Users, to: "/o/$org/members", verb: "read-members" },
  { text: "nav.usage", icon: Gauge, to: "/o/$org/usage" },
  { text: "nav.settings", icon: Settings, to: "/o/$org/settings" },
];

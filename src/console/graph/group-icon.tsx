// The sign of a group: a zone, what is outside, or several places.
import { Globe, Layers, MapPin } from "lucide-react";
import type { ReactNode } from "react";

export function GroupIcon({ group }: { readonly group: string }): ReactNode {
  const Icon = group.startsWith("zone:") ? MapPin : group === "outside" ? Globe : Layers;
  return <Icon aria-hidden size={16} className="node-icon" />;
}

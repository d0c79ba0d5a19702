// What a new organisation gets: Kuma's default HostnameGenerators, those of its global control plane and of its universal zones.
import { freeze } from "./freeze.ts";
import type { HostnameGeneratorSpec } from "./kind/hostname-generator.ts";
import { computedLabels } from "./label.ts";
import type { Resource } from "./resource.ts";
import { LABEL } from "./tag.ts";

const HEADLESS = "k8s.kuma.io/is-headless-service";
/** What other zones make is of origin `global` in each zone, and what a zone makes itself of origin `zone`. */
const OTHERS = { [LABEL.origin]: "global" };
const OWN = { [LABEL.origin]: "zone" };
const UNIVERSAL = { [LABEL.environment]: "universal" };
const KUBERNETES = { [LABEL.environment]: "kubernetes" };

const SPECS: Readonly<Record<string, HostnameGeneratorSpec>> = {
  "local-mesh-external-service": {
    selector: { meshExternalService: { matchLabels: OWN } },
    template: "{{ .DisplayName }}.extsvc.mesh.local",
  },
  "local-universal-mesh-service": {
    selector: { meshService: { matchLabels: OWN } },
    template: "{{ .DisplayName }}.svc.mesh.local",
  },
  "synced-headless-kube-mesh-service": {
    selector: { meshService: { matchLabels: { ...OTHERS, [HEADLESS]: "true", ...KUBERNETES } } },
    template:
      '{{ label "statefulset.kubernetes.io/pod-name" }}.{{ label "k8s.kuma.io/service-name" }}.{{ .Namespace }}.svc.{{ .Zone }}.mesh.local',
  },
  "synced-kube-mesh-service": {
    selector: { meshService: { matchLabels: { ...OTHERS, [HEADLESS]: "false", ...KUBERNETES } } },
    template: "{{ .DisplayName }}.{{ .Namespace }}.svc.{{ .Zone }}.mesh.local",
  },
  "synced-mesh-external-service": {
    selector: { meshExternalService: { matchLabels: OTHERS } },
    template: "{{ .DisplayName }}.extsvc.mesh.local",
  },
  "synced-mesh-multi-zone-service": {
    selector: { meshMultiZoneService: { matchLabels: OTHERS } },
    template: "{{ .DisplayName }}.mzsvc.mesh.local",
  },
  "synced-universal-mesh-service": {
    selector: { meshService: { matchLabels: { ...OTHERS, ...UNIVERSAL } } },
    template: "{{ .DisplayName }}.svc.{{ .Zone }}.mesh.local",
  },
};

/** Made once, with the organisation: one that is deleted later stays deleted. Labels are computed, times are empty. */
export function defaultGenerators(): readonly Resource<HostnameGeneratorSpec>[] {
  return Object.entries(SPECS).map(([name, spec]) => {
    const bare = { type: "HostnameGenerator", mesh: "", name, labels: {}, spec };
    return freeze({ ...bare, labels: computedLabels(bare), creationTime: "", modificationTime: "" });
  });
}

// Private keys in specs: where they stand, and the spec without them, which is what relays see.
import type { ExternalServiceSpec } from "#model/kind/external-service.ts";
import type { MeshSpec } from "#model/kind/mesh.ts";
import type { MeshExternalServiceSpec } from "#model/kind/mesh-external-service.ts";
import type { GatewayListener, MeshGatewaySpec } from "#model/kind/mesh-gateway-shape.ts";
import type { KeyPlace, Kind } from "#model/kind.ts";

type Keys<Spec> = Required<Pick<Kind<Spec>, "publicPart" | "keyPlaces">>;

/** Of a Mesh: a provided CA's key, and any other conf that may hold one, is the control plane's alone. */
export const MESH_KEYS: Keys<MeshSpec> = {
  publicPart(spec) {
    if (spec.mtls?.backends === undefined) return spec;
    const backends = spec.mtls.backends.map(({ conf, ...backend }) =>
      conf?.caCert === undefined ? backend : { ...backend, conf: { caCert: conf.caCert } },
    );
    return { ...spec, mtls: { ...spec.mtls, backends } };
  },
  keyPlaces: ({ mtls }) =>
    (mtls?.backends ?? []).flatMap(({ name = "", conf }, index) =>
      conf?.key === undefined ? [] : [{ at: ["mtls", "backends", index, "conf", "key"], slot: name }],
    ),
};

/** Of a MeshExternalService: the client's, should somebody have written it in. */
export const MESH_EXTERNAL_KEYS: Keys<MeshExternalServiceSpec> = {
  publicPart(spec) {
    const verification = spec.tls?.verification;
    if (verification?.clientKey === undefined || verification.clientKey.secret !== undefined) return spec;
    return { ...spec, tls: { ...spec.tls, verification: { ...verification, clientKey: {} } } };
  },
  keyPlaces: ({ tls }) =>
    tls?.verification?.clientKey === undefined ? [] : [{ at: ["tls", "verification", "clientKey"], slot: "clientKey" }],
};

/** Of an ExternalService: the client's, should somebody have written it in. */
export const EXTERNAL_KEYS: Keys<ExternalServiceSpec> = {
  publicPart(spec) {
    const tls = spec.networking?.tls;
    if (tls?.clientKey === undefined || tls.clientKey.secret !== undefined) return spec;
    return { ...spec, networking: { ...spec.networking, tls: { ...tls, clientKey: {} } } };
  },
  keyPlaces: ({ networking }) =>
    networking?.tls?.clientKey === undefined ? [] : [{ at: ["networking", "tls", "clientKey"], slot: "clientKey" }],
};

/** Of a MeshGateway: a certificate's source holds its key too; no two listeners share port and host name. */
export const GATEWAY_KEYS: Keys<MeshGatewaySpec> = {
  publicPart({ conf, ...others }) {
    if (conf?.listeners === undefined) return { ...others, ...(conf && { conf }) };
    const listeners = conf.listeners.map(({ tls, ...listener }): GatewayListener => {
      if (tls === undefined) return listener;
      const { certificates: _certificates, ...shown } = tls;
      return { ...listener, tls: shown };
    });
    return { ...others, conf: { listeners } };
  },
  keyPlaces: ({ conf }): readonly KeyPlace[] =>
    (conf?.listeners ?? []).flatMap(({ port = 0, hostname = "", tls }, index) =>
      (tls?.certificates ?? []).map((_, position) => ({
        at: ["conf", "listeners", index, "tls", "certificates", position],
        slot: `${port}/${hostname || "*"}/${position}`,
      })),
    ),
};

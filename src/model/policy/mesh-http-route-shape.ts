// Shape of a MeshHTTPRoute: which requests, what is done to them, and where they go.

import { backendRefShape } from "#model/backend-ref.ts";
import type { Frozen } from "#model/frozen.ts";
import { headerList, headerName, headerValue } from "#model/http-header.ts";
import * as z from "#model/lazy-zod.ts";
import { percentage } from "#model/percentage.ts";
import { flag, may, text } from "#model/shape.ts";
import { targetRefShape } from "#model/target-ref.ts";

const someText = z.string().check(z.refine((value) => value !== "", "in body should be at least 1 chars long"));
/** Envoy refuses a whole route configuration for a path with a line end in it. */
const pathText = z.string().check(z.refine((value) => !/[\0\r\n]/.test(value), "must not contain line ends or NUL"));

const HOST = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const hostname = z.string().check(
  z.refine((value) => value !== "", "in body should be at least 1 chars long"),
  z.refine((value) => value.length <= 253, "in body should be at most 253 chars long"),
  z.refine((value) => value === "" || value.length > 253 || HOST.test(value), `in body should match '${HOST.source}'`),
);

const pathMatch = z.strictObject(() => ({
  type: z.enum(["Exact", "PathPrefix", "RegularExpression"]),
  value: someText,
}));
const headerMatch = z.strictObject(() => ({
  type: may(z.enum(["Exact", "Present", "RegularExpression", "Absent", "Prefix"])),
  name: headerName,
  value: may(headerValue),
}));
const queryName = someText.check(z.refine((name) => name.length <= 1024, "in body should be at most 1024 chars long"));
const queryMatch = z.strictObject(() => ({
  type: z.enum(["Exact", "RegularExpression"]),
  name: queryName,
  value: text,
}));

const match = z.strictObject(() => ({
  path: may(pathMatch),
  method: may(z.enum(["CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"])),
  queryParams: may(z.array(queryMatch)),
  headers: may(z.array(headerMatch)),
}));
export type RouteMatch = Frozen<z.infer<typeof match>>;
export type PathMatch = Frozen<z.infer<typeof pathMatch>>;
export type HeaderMatch = Frozen<z.infer<typeof headerMatch>>;
export type QueryMatch = Frozen<z.infer<typeof queryMatch>>;

const headerModifier = z.strictObject(() => ({
  set: may(headerList),
  add: may(headerList),
  remove: may(
    z.array(headerName).check(z.refine((names) => names.length <= 16, "in body should have at most 16 items")),
  ),
}));
export type HeaderModifier = Frozen<z.infer<typeof headerModifier>>;

const pathRewrite = z.strictObject(() => ({
  type: z.enum(["ReplaceFullPath", "ReplacePrefixMatch"]),
  replaceFullPath: may(pathText),
  replacePrefixMatch: may(pathText),
}));
export type PathRewrite = Frozen<z.infer<typeof pathRewrite>>;

const requestRedirect = z.strictObject(() => ({
  scheme: may(z.enum(["http", "https"])),
  hostname: may(hostname),
  path: may(pathRewrite),
  port: may(z.int().check(z.minimum(1), z.maximum(65_535))),
  statusCode: may(z.literal([301, 302, 303, 307, 308])),
}));
export type RequestRedirect = Frozen<z.infer<typeof requestRedirect>>;

const urlRewrite = z.strictObject(() => ({
  hostname: may(hostname),
  path: may(pathRewrite),
  hostToBackendHostname: may(flag),
}));
export type UrlRewrite = Frozen<z.infer<typeof urlRewrite>>;

const requestMirror = z.strictObject({ percentage: may(percentage), backendRef: backendRefShape });
export type RequestMirror = Frozen<z.infer<typeof requestMirror>>;

const filter = z.strictObject(() => ({
  type: z.enum(["RequestHeaderModifier", "ResponseHeaderModifier", "RequestRedirect", "URLRewrite", "RequestMirror"]),
  requestHeaderModifier: may(headerModifier),
  responseHeaderModifier: may(headerModifier),
  requestRedirect: may(requestRedirect),
  urlRewrite: may(urlRewrite),
  requestMirror: may(requestMirror),
}));
export type RouteFilter = Frozen<z.infer<typeof filter>>;

const rule = z.strictObject(() => ({
  matches: z.array(match).check(z.refine((list) => list.length > 0, "in body should have at least 1 items")),
  default: z.strictObject({ filters: may(z.array(filter)), backendRefs: may(z.array(backendRefShape)) }),
}));
export type HttpRouteRule = Frozen<z.infer<typeof rule>>;

const item = z.strictObject(() => ({ hostnames: may(z.array(text)), targetRef: targetRefShape, rules: z.array(rule) }));
export type HttpRouteItem = Frozen<z.infer<typeof item>>;

export const meshHttpRouteShape = z.strictObject(() => ({ targetRef: may(targetRefShape), to: may(z.array(item)) }));
export type MeshHttpRouteSpec = Frozen<z.infer<typeof meshHttpRouteShape>>;
/** What the rules of several policies come to: those with equal matches as one. */
export interface MeshHttpRouteConf {
  readonly rules?: readonly HttpRouteRule[];
  readonly hostnames?: readonly string[];
}

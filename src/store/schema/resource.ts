// Resources, the lives of dataplanes, and virtual addresses.
import { index, integer, primaryKey, text } from "drizzle-orm/sqlite-core";
import { table } from "./table.ts";
import { tenantId } from "./tenant-id.ts";

export const resource = table(
  "resource",
  () => ({
    tenantId: tenantId(),
    type: text("type").notNull(),
    mesh: text("mesh").notNull(),
    name: text("name").notNull(),
    labels: text("labels").notNull(),
    spec: text("spec").notNull(),
    status: text("status"),
    etag: text("etag").notNull(),
    revision: integer("revision").notNull(),
    born: integer("born").notNull(),
    creationTime: text("creation_time").notNull(),
    modificationTime: text("modification_time").notNull(),
  }),
  (t) => [
    primaryKey({ columns: [t.tenantId, t.type, t.mesh, t.name] }),
    index("resource_mesh").on(t.tenantId, t.mesh, t.type, t.name),
  ],
);

export const registration = table(
  "registration",
  () => ({
    tenantId: tenantId(),
    mesh: text("mesh").notNull(),
    name: text("name").notNull(),
    id: text("id").notNull(),
    zone: text("zone").notNull(),
    relay: text("relay").notNull(),
    owner: text("owner", { enum: ["stream", "user"] }).notNull(),
    online: integer("online", { mode: "boolean" }).notNull(),
    since: text("since").notNull(),
    tokenId: text("token_id"),
    ready: integer("ready", { mode: "boolean" }).notNull().default(true),
    versions: text("versions"),
  }),
  (t) => [primaryKey({ columns: [t.tenantId, t.mesh, t.name] }), index("registration_zone").on(t.tenantId, t.zone)],
);

export const virtualAddress = table(
  "virtual_address",
  () => ({
    tenantId: tenantId(),
    mesh: text("mesh").notNull(),
    address: text("address").notNull(),
    name: text("name").notNull(),
    givenAt: integer("given_at").notNull(),
    goneAt: integer("gone_at"),
  }),
  (t) => [primaryKey({ columns: [t.tenantId, t.mesh, t.address] })],
);

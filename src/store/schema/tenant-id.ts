// The column that all tenants' tables begin with.
import { text } from "drizzle-orm/sqlite-core";

/** First in every key. */
export const tenantId = () => text("tenant_id").notNull();

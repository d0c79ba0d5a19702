// A wrong policy never takes a mesh down: whatever stands in a stored policy, the others act, proxies are served, and the fault is told of it.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { compile } from "#compile/compile.ts";
import { freeze } from "#model/freeze.ts";
import { POLICIES } from "#model/kinds.ts";
import { computedLabels } from "#model/label.ts";
import type { Resource } from "#model/resource.ts";
import type { View } from "#model/view.ts";
import { inconsistencies } from "#snapshot/consistency.ts";
import { entriesOfSnapshot } from "./served.ts";
import { createViews, type MeshPlan, sha256, ZONE } from "./plan.ts";

// What a new resource begins from.

/** The template for a mesh. */
export function templateFor(template: string, mesh: string): string {
  return mesh === "" ? template : template.replace(/^mesh: default$/m, () => `mesh: ${mesh}`);
}

// Lists: their query, and the address of the next page.
import fc from "fast-check";
import { expect, test } from "vitest";
import { nextPage, type Page, readPageQuery, slicePage } from "#api/page.ts";
import { Fault } from "#model/fault.ts";

const read = (query: string) => readPageQuery(new URLSearchParams(query));

function violationsOf(query: string): readonly { field: string; reason: string }[] {
  try {
    read(query);
  } catch (error) {
    expect(error).toBeInstanceOf(Fault);
    expect((error as Fault).title).toBe("Could not retrieve resources");
    return (error as Fault).violations;
  }
  throw new Error(`${query} was accepted`);
}

test("defaults, name and labels", () => {
  expect(read("")).toEqual({ offset: 0, size: 100, labels: {} });
  expect(
    read("size=5&offset=10&name=web&filter[labels.kuma.io/zone]=east&filter[labels.k8s.kuma.io/namespace]=ns"),
  ).toEqual({
    offset: 10,
    size: 5,
    name: "web",
    labels: { "kuma.io/zone": "east", "k8s.kuma.io/namespace": "ns" },
  });
});

test.each([
  ["size=0", "size", "must be at least 1"],
  ["size=1001", "size", "invalid page size of 1001. Maximum page size is 1000"],
  ["size=-1", "size", "must be a whole number that is not negative"],
  ["offset=x", "offset", "must be a whole number that is not negative"],
  ["filter[name]=x", "filter[name]", "filters are only supported on labels"],
  ["filter[labels.a]=!x", "filter[labels.a]", "advanced filters are not supported"],
])("%s is refused", (query, field, reason) => {
  expect(violationsOf(query)).toEqual([{ field, reason }]);
});

test("all bad parameters are named at once", () => {
  expect(
    violationsOf("size=x&offset=y&filter[z]=1")
      .map(({ field }) => field)
      .sort(),
  ).toEqual(["filter[z]", "offset", "size"]);
});

test("following next visits every item once", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 20 }), (total, size) => {
      const all = Array.from({ length: total }, (_, index) => index);
      const seen: number[] = [];
      let url: string | null = `https://mesh.example/base/meshes?size=${size}&name=x`;
      while (url !== null) {
        const page: Page<number> = slicePage(url, read(new URL(url).search), all);
        expect(page.total).toBe(total);
        seen.push(...page.items);
        url = page.next;
      }
      expect(seen).toEqual(all);
    }),
  );
});

test("next keeps base path and filters", () => {
  const next = nextPage("https://mesh.example/o/a/meshes?name=x&filter%5Blabels.k%5D=v", read("size=1"), 2);
  expect(next).toBe("https://mesh.example/o/a/meshes?name=x&filter%5Blabels.k%5D=v&offset=1&size=1");
});

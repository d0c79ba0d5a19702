// Where browsers have passkeys: at names, over TLS or on the own machine.
import { expect, test } from "vitest";
import { passkeyPlace, requirePasskeyPlace } from "#app/passkey-place.ts";

test.each([
  ["https://weft.example", "https://weft.example weft.example"],
  ["https://weft.example:8443", "https://weft.example:8443 weft.example"],
  ["https://WEFT.example:443/", "https://weft.example weft.example"],
  ["http://localhost:5670", "http://localhost:5670 localhost"],
  ["http://acme.localhost:5670", "http://acme.localhost:5670 acme.localhost"],
  ["http://weft.example", null],
  ["http://notlocalhost", null],
  ["http://127.0.0.1:5670", null],
  ["https://192.0.2.1", null],
  ["https://[2001:db8::1]:8443", null],
  ["nonsense", null],
])("%s", (url, place) => {
  const found = passkeyPlace(url);
  expect(found && `${found.origin} ${found.rpId}`).toBe(place);
  if (place === null) expect(() => requirePasskeyPlace(url)).toThrow(/--public-url/);
});

import test from "ava";
import { isAddressOrRange, isInRange } from "../../../engine/acl/source-ip.js";

test("addresses and ranges of both versions are told from other text", (t) => {
  for (const good of [
    "10.0.0.1",
    "0.0.0.0/0",
    "10.0.0.0/8",
    "::",
    "::1",
    "fe80::/10",
    "1:2:3:4:5:6:7:8",
  ]) {
    t.true(isAddressOrRange(good), good);
  }
  for (const bad of [
    "",
    "10.0.0",
    "10.0.0.256",
    "10.0.0.0/33",
    "10.0.0.0/",
    "10.0.0.0/8/8",
    "1::2::3",
    "1:2:3:4:5:6:7:8:9",
    "12345::",
    "::/129",
    "host",
  ]) {
    t.false(isAddressOrRange(bad), bad);
  }
});

test("an address is in a range when their leading bits agree", (t) => {
  const cases: [address: string, range: string, inside: boolean][] = [
    ["10.1.2.3", "10.0.0.0/8", true],
    ["11.1.2.3", "10.0.0.0/8", false],
    ["10.1.2.3", "10.1.2.2/31", true],
    ["10.1.2.3", "0.0.0.0/0", true],
    ["10.1.2.3", "10.1.2.3", true],
    ["10.1.2.3", "::/0", false],
    ["fe80::1", "fe80::/10", true],
    ["fec0::1", "fe80::/10", false],
    ["0:0:0:0:0:0:0:1", "::1", true],
    ["nowhere", "0.0.0.0/0", false],
  ];
  for (const [address, range, inside] of cases) t.is(isInRange(address, range), inside, address);
});

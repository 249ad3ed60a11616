import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { readToolsYml } from "../../../src/config/credentials.js";

function homeWith(t: ExecutionContext, text: string): string {
  const home = mkdtempSync(join(tmpdir(), "tools-yml-"));
  t.teardown(() => rmSync(home, { recursive: true }));
  mkdirSync(join(home, "conf"));
  writeFileSync(join(home, "conf", "tools.yml"), text);
  return home;
}

const cases: Record<string, { text: string; keys: [string, string, string?] }> = {
  "as it is shipped": {
    text: "# Licensed to the ASF\n\naccessKey: rocketmq2\nsecretKey: 12345678\n\n",
    keys: ["rocketmq2", "12345678"],
  },
  "with quotes, a token and line ends of Windows": {
    text: "---\r\naccessKey: 'a b'\r\nsecretKey: \"c:#d\"\r\nsecurityToken: tok\r\n",
    keys: ["a b", "c:#d", "tok"],
  },
  "as a flow mapping": { text: "{accessKey: ak, secretKey: 's''k'}\n", keys: ["ak", "s'k"] },
  "with numbers that are written in another way": {
    text: "accessKey: ak\nsecretKey: 0x10 # sixteen\n",
    keys: ["ak", "16"],
  },
  "with characters that need no quotes": {
    text: "accessKey: ak+1/2==\nsecretKey: s.k_1\n",
    keys: ["ak+1/2==", "s.k_1"],
  },
};

for (const [title, { text, keys }] of Object.entries(cases)) {
  test(`tools.yml is read ${title}`, async (t) => {
    const [accessKey, secretKey, securityToken] = keys;
    t.deepEqual(await readToolsYml(homeWith(t, text)), {
      accessKey,
      secretKey,
      ...(securityToken !== undefined && { securityToken }),
    });
  });
}

test("a file that does not say both, and none at all, mean no signing", async (t) => {
  for (const text of ["", "accessKey: ak\n", "accessKey: ak\nsecretKey: true\n", "- a\n", "ak\n"])
    t.is(await readToolsYml(homeWith(t, text)), undefined, text);
  t.is(await readToolsYml("/no/such/home"), undefined);
});

test("a file that is no YAML is a usage error that shows no key", async (t) => {
  const home = homeWith(t, "accessKey: ak\nsecretKey: [very-secret\n");
  const thrown = await t.throwsAsync(readToolsYml(home));
  t.like(thrown, { kind: "usage", message: `${join(home, "conf", "tools.yml")} is no YAML` });
});

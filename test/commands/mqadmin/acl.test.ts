import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { startCluster, type TestCluster } from "../../support/mqadmin.js";

const FILE = `
globalWhiteRemoteAddresses: ["127.0.0.1", "10.10.103.*"]
accounts:
  - {accessKey: RocketMQ, secretKey: 12345678, admin: true}
  - {accessKey: reader99, secretKey: 12345678, whiteRemoteAddress: 10.0.0.*, defaultTopicPerm: DENY, topicPerms: [orders=SUB, bills=DENY]}
`;

let home: string;
let cluster: TestCluster;
test.before(async () => {
  home = mkdtempSync(join(tmpdir(), "acl-test-"));
  mkdirSync(join(home, "conf"));
  writeFileSync(join(home, "conf", "plain_acl.yml"), FILE);
  cluster = await startCluster({ aclEnable: "true", rocketmqHome: home });
});
test.after.always(async () => {
  await cluster.stop();
  rmSync(home, { recursive: true, force: true });
});

test.serial(
  "accounts are shown as upstream's tool shows them, also by their older name",
  async (t) => {
    const { broker, mqadmin } = cluster;
    const line = `-b ${broker}`;
    const { code, stdout } = await mqadmin(`getAclConfig ${line}`);
    t.is(code, 0);
    t.is(
      stdout,
      `
globalWhiteRemoteAddresses: [127.0.0.1, 10.10.103.*]

accounts:
  accessKey         : RocketMQ
  secretKey         : 12345678
  whiteRemoteAddress: 
  admin             : true
  defaultTopicPerm  : 
  defaultGroupPerm  : 
  topicPerms        : 
  groupPerms        : 

  accessKey         : reader99
  secretKey         : 12345678
  whiteRemoteAddress: 10.0.0.*
  admin             : false
  defaultTopicPerm  : DENY
  defaultGroupPerm  : 
  topicPerms        : [orders=SUB, bills=DENY]
  groupPerms        : 

`,
    );
    t.is((await mqadmin(`getAccessConfigSubCommand ${line}`)).stdout, stdout);
  },
);

test.serial(
  "an account is made, changed and deleted, and the version of the file counts it",
  async (t) => {
    const { broker, mqadmin } = cluster;
    const make = await mqadmin(
      `updateAclConfig -b ${broker} -a billing -s bill-secret -i DENY -t orders=PUB,bills=SUB -m false`,
    );
    t.deepEqual(make, {
      code: 0,
      stdout:
        `create or update plain access config to ${broker} success.\n` +
        "PlainAccessConfig{accessKey='billing', whiteRemoteAddress='null', admin=false, defaultTopicPerm='DENY', defaultGroupPerm='null', topicPerms=[orders=PUB, bills=SUB], groupPerms=null}",
      stderr: "",
    });
    const version = await mqadmin(`clusterAclConfigVersion -b ${broker}`);
    t.regex(
      version.stdout,
      /^DefaultCluster +broker-a +127\.0\.0\.1:\d+ +\S+plain_acl\.yml +1 +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d *\nget broker's plain access config version success\. Address:127\.0\.0\.1:\d+ \n$/,
    );
    const [record] = JSON.parse(
      (await mqadmin(`clusterAclConfigVersion -b ${broker} -o json`)).stdout,
    ) as [Record<string, unknown>];
    t.is(record["counter"], 1);
    t.regex(String(record["timestamp"]), /^\d{4}-\d\d-\d\dT/);
    const deleted = await mqadmin(`deleteAclConfig -b ${broker} -a billing`);
    t.is(
      deleted.stdout,
      `delete plain access config account from ${broker} success.\naccount's accessKey is:billing`,
    );
    const again = await mqadmin(`deleteAccessConfig -b ${broker} -a billing`);
    t.is(again.code, 3);
    t.regex(again.stderr, /CODE: 210 {2}DESC: The accesskey\[billing\]/);
  },
);

test.serial("older releases print their own text", async (t) => {
  const { broker, mqadmin } = cluster;
  await mqadmin(`updateAclConfig -b ${broker} -a billing -s bill-secret`);
  const deleted = await mqadmin(`deleteAccessConfig -b ${broker} -a billing --compat 4.8`);
  t.is(
    deleted.stdout,
    `delete plain access config account to ${broker} success.\naccount's accesskey is:billing`,
  );
  const version = await mqadmin("clusterAclConfigVersion -c DefaultCluster --compat 4.8");
  const [header, row = "", last] = version.stdout.split("\n");
  t.is(
    header,
    "#Cluster Name     #Broker Name            #Broker Addr            #AclConfigVersionNum  #AclLastUpdateTime    ",
  );
  t.regex(row, /^DefaultCluster +broker-a +127\.0\.0\.1:\d+ +\d+ +\d{4}-/);
  t.is(last, "get cluster's plain access config version success.");
  const help = await mqadmin("deleteAclConfig -h --compat 4.8");
  t.true(help.stdout.startsWith("usage: mqadmin deleteAccessConfig -a <arg> "));
  // 4.8 makes accounts without a secret key, and the broker says what it thinks of it
  const keyless = await mqadmin(`updateAclConfig -b ${broker} -a keyless9 --compat 4.8`);
  t.is(keyless.code, 1);
  t.regex(keyless.stderr, /CODE: 209 {2}DESC: /);
  t.is((await mqadmin(`updateAclConfig -b ${broker} -a keyless9`)).code, 2);
});

test.serial("rehearsals of accounts hide secret keys and change nothing", async (t) => {
  const { broker, mqadmin } = cluster;
  const line = `updateAclConfig -b ${broker} -a reader99 -s other-secret -i SUB --dry-run`;
  const { code, stdout } = await mqadmin(line);
  t.is(code, 0);
  t.regex(stdout, /UPDATE_AND_CREATE_ACL_CONFIG \(50\) to broker /);
  t.regex(stdout, /secretKey: another one -> the given one/);
  t.regex(stdout, /defaultTopicPerm: DENY -> SUB/);
  t.notRegex(stdout, /other-secret|12345678/);
  const record = (await mqadmin(`${line} -o json`)).stdout;
  t.notRegex(record, /other-secret|12345678/);
  t.regex((await mqadmin(`getAclConfig -b ${broker}`)).stdout, /defaultTopicPerm {2}: DENY/);
  const gone = await mqadmin(`deleteAclConfig -b ${broker} -a reader99 --dry-run`);
  t.regex(gone.stdout, /removed\nnothing was sent\n$/);
});

test.serial("white addresses are replaced, and read back", async (t) => {
  const { broker, mqadmin } = cluster;
  const line = `updateGlobalWhiteAddr -b ${broker} -g 127.0.0.*,192.168.0.*`;
  t.regex(
    (await mqadmin(`${line} --dry-run`)).stdout,
    /globalWhiteRemoteAddresses: \["127\.0\.0\.1","10\.10\.103\.\*"\] -> \["127\.0\.0\.\*","192\.168\.0\.\*"\]/,
  );
  t.deepEqual(await mqadmin(line), {
    code: 0,
    stdout: `update global white remote addresses to ${broker} success.\n`,
    stderr: "",
  });
  const shown = JSON.parse((await mqadmin(`getAclConfig -b ${broker} -o json`)).stdout) as unknown;
  t.like(shown, [{ globalWhiteRemoteAddresses: ["127.0.0.*", "192.168.0.*"] }]);
  const other = await mqadmin(`${line} -p /no/such.yml`);
  t.is(other.code, 1);
  t.regex(other.stderr, /CODE: 211 {2}DESC: /);
});

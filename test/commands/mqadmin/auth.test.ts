import test from "ava";
import { startBroker } from "../../../engine/index.js";
import { startCluster, type TestCluster } from "../../support/mqadmin.js";

const AUTH = "org.apache.rocketmq.auth";
const CONFIG = {
  authenticationMetadataProvider: `${AUTH}.authentication.provider.LocalAuthenticationMetadataProvider`,
  authorizationMetadataProvider: `${AUTH}.authorization.provider.LocalAuthorizationMetadataProvider`,
};

let cluster: TestCluster;
test.before(async () => {
  cluster = await startCluster(CONFIG);
});
test.after.always(() => cluster.stop());

const USERS =
  "#UserName         #Password               #UserType               #UserStatus           \n";
const RULES =
  "#Subject          #PolicyType  #Resource               #Actions              #SourceIp                 #Decision \n";

test.serial("a user is created, shown, changed and deleted", async (t) => {
  const { broker, mqadmin } = cluster;
  const created = await mqadmin(`createUser -b ${broker} -u ann -p secret12`);
  t.deepEqual(created, { code: 0, stdout: `create user to ${broker} success.\n`, stderr: "" });
  const shown = await mqadmin(`getUser -b ${broker} -u ann`);
  t.is(
    shown.stdout,
    `${USERS}ann               secret12                Normal                  enable                \n`,
  );
  const changed = await mqadmin("updateUser -c DefaultCluster -u ann -t super");
  t.is(changed.stdout, `update user to ${broker} success.\n`);
  await mqadmin(`updateUser -b ${broker} -u ann -s disable`);
  const record = JSON.parse(
    (await mqadmin(`getUser -b ${broker} -u ann -o json`)).stdout,
  ) as unknown;
  t.deepEqual(record, {
    username: "ann",
    password: "secret12",
    userType: "Super",
    userStatus: "disable",
  });
  const deleted = await mqadmin("deleteUser -c DefaultCluster -u ann");
  t.is(deleted.stdout, `delete user to ${broker} success.\n`);
  const gone = await mqadmin(`getUser -b ${broker} -u ann`);
  t.is(gone.code, 3);
  t.is(gone.stdout, "");
  t.regex(gone.stderr, /there is no user ann at 127\.0\.0\.1:\d+/);
});

test.serial(
  "users of a cluster are those of the first master that has any, which is named",
  async (t) => {
    const { broker, mqadmin } = cluster;
    await mqadmin(`createUser -b ${broker} -u listed-bob -p secret12`);
    const { stdout } = await mqadmin("listUser -c DefaultCluster -f listed");
    t.is(
      stdout,
      `${USERS}listed-bob        secret12                Normal                  enable                \nget user from ${broker} success.\n`,
    );
    t.deepEqual(await mqadmin(`listUser -b ${broker} -f nobody-of-that-name`), {
      code: 0,
      stdout: "",
      stderr: "",
    });
  },
);

test.serial("rules are created, shown, replaced and deleted", async (t) => {
  const { broker, mqadmin } = cluster;
  await mqadmin(`createUser -b ${broker} -u carl -p secret12`);
  const make = await mqadmin(
    `createAcl -b ${broker} -s User:carl -r Topic:pay-*,Group:g -a Pub,Sub -i 10.0.0.1,10.0.0.0/8 -d Allow`,
  );
  t.is(make.stdout, `create acl to ${broker} success.\n`);
  const shown = await mqadmin(`getAcl -b ${broker} -s User:carl`);
  t.is(
    shown.stdout,
    `${RULES}User:carl         Custom      Topic:pay-*             [Pub, Sub]            [10.0.0.1, 10.0.0.0/8]    Allow     \n` +
      "User:carl         Custom      Group:g                 [Pub, Sub]            [10.0.0.1, 10.0.0.0/8]    Allow     \n",
  );
  await mqadmin("updateAcl -c DefaultCluster -s User:carl -r Group:g -a Sub -d Deny");
  const records = JSON.parse(
    (await mqadmin(`listAcl -b ${broker} -s carl -r Group -o json`)).stdout,
  ) as unknown;
  t.deepEqual(records, [
    {
      subject: "User:carl",
      policyType: "Custom",
      resource: "Group:g",
      actions: ["Sub"],
      sourceIps: null,
      decision: "Deny",
      brokerAddr: broker,
    },
  ]);
  const one = await mqadmin(`deleteAcl -b ${broker} -s User:carl -r Group:g`);
  t.is(one.stdout, `delete acl to ${broker} success.\n`);
  t.false((await mqadmin(`getAcl -b ${broker} -s User:carl`)).stdout.includes("Group:g"));
  await mqadmin(`deleteAcl -b ${broker} -s User:carl`);
  t.deepEqual(await mqadmin(`getAcl -b ${broker} -s User:carl`), {
    code: 0,
    stdout: "",
    stderr: "",
  });
});

test.serial("a refusal to change a user or a rule is no denial", async (t) => {
  const { broker, mqadmin } = cluster;
  await mqadmin(`createUser -b ${broker} -u dora -p secret12`);
  const twice = await mqadmin(`createUser -b ${broker} -u dora -p secret12`);
  t.is(twice.code, 1);
  t.regex(twice.stderr, /CODE: 16 {2}DESC: The user is existed/);
  const rule = await mqadmin(`createAcl -b ${broker} -s User:none -r Topic:a -a Pub -d Allow`);
  t.is(rule.code, 3);
  t.regex(rule.stderr, /CODE: 16 {2}DESC: The subject of User:none is not exist\./);
});

test.serial("an update that a broker took and did not make is no success", async (t) => {
  const { broker, mqadmin } = cluster;
  await mqadmin(`createUser -b ${broker} -u emil -p secret12`);
  const { code, stdout, stderr } = await mqadmin(`updateUser -b ${broker} -u emil -t Boss`);
  t.is(code, 1);
  t.is(stdout, "");
  t.regex(stderr, /userType reads back as Normal where Boss was wanted/);
});

test.serial("rehearsals show what changes and hide passwords", async (t) => {
  const { broker, mqadmin } = cluster;
  const making = await mqadmin(`createUser -b ${broker} -u fay -p secret12 --dry-run`);
  t.is(making.code, 0);
  t.false(making.stdout.includes("secret12"));
  t.regex(making.stdout, /AUTH_CREATE_USER \(3001\) to broker /);
  await mqadmin(`createUser -b ${broker} -u fay -p secret12`);
  const line = `updateUser -b ${broker} -u fay -p other345 --dry-run`;
  for (const output of ["plain", "json", "yaml", "csv"]) {
    const { stdout, stderr } = await mqadmin(`${line} -o ${output}`);
    t.notRegex(stdout + stderr, /secret12|other345/, output);
    t.regex(stdout, /another one[\s\S]*the given one/, output);
  }
  const shown = await mqadmin(`getUser -b ${broker} -u fay -o json`);
  t.like(JSON.parse(shown.stdout), { password: "secret12" });
  const rule = `createAcl -b ${broker} -s User:fay -r topic:a -a pub -d allow --dry-run`;
  t.regex((await mqadmin(rule)).stdout, /Topic:a: - -> Allow Pub/);
});

test.serial(
  "users and rules are copied to another broker, and what could not be is named",
  async (t) => {
    const { broker, mqadmin } = cluster;
    const other = await startBroker({
      namesrv: cluster.namesrv,
      config: { ...CONFIG, brokerName: "broker-b" },
    });
    t.teardown(() => other.stop());
    await mqadmin(`createUser -b ${broker} -u copy-one -p secret12 -t Super`);
    await mqadmin(`createUser -b ${broker} -u copy-two -p secret12`);
    await mqadmin(`updateUser -b ${broker} -u copy-two -s disable`);
    const both = await mqadmin(
      `copyUser -f ${broker} -t ${other.address} -u copy-one,nobody,copy-two`,
    );
    t.is(both.code, 1);
    t.is(
      both.stdout,
      `copy user of copy-one from ${broker} to ${other.address} success.\n` +
        `copy user of copy-two from ${broker} to ${other.address} success.\n`,
    );
    t.regex(both.stderr, /done by user copy-one, user copy-two; not done by user nobody: /);
    const copied = await mqadmin(`listUser -b ${other.address} -f copy -o json`);
    t.like(JSON.parse(copied.stdout), [
      { username: "copy-one", password: "secret12", userType: "Super", userStatus: "enable" },
      { username: "copy-two", userStatus: "disable" },
    ]);
    await mqadmin(`createAcl -b ${broker} -s User:copy-two -r Topic:a -a Pub -d Allow`);
    const rules = await mqadmin(`copyAcl -f ${broker} -t ${other.address} -s User:copy-two`);
    t.is(rules.stdout, `copy acl of User:copy-two from ${broker} to ${other.address} success.\n`);
    const seen = await mqadmin(`getAcl -b ${other.address} -s User:copy-two`);
    t.regex(seen.stdout, /Topic:a +\[Pub\]/);
  },
);

test.serial(
  "a change in a cluster names the brokers that made it and the one that did not",
  async (t) => {
    const { broker, mqadmin } = cluster;
    const other = await startBroker({
      namesrv: cluster.namesrv,
      config: { ...CONFIG, brokerName: "broker-c" },
    });
    t.teardown(() => other.stop());
    await mqadmin(`createUser -b ${other.address} -u gil -p secret12`);
    const { code, stdout, stderr } = await mqadmin(
      "createUser -c DefaultCluster -u gil -p secret12",
    );
    t.is(code, 1);
    t.true(stdout.includes(`create user to ${broker} success.\n`));
    t.false(stdout.includes(other.address));
    t.regex(stderr, new RegExp(`not done by.*broker ${other.address}: .*The user is existed`));
  },
);

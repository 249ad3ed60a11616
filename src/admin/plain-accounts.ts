import type {
  ClusterAclConfig,
  PlainAccessConfig,
} from "../../engine/protocol/bodies/cluster-acl-config.js";
import { deleteAclConfig } from "../../engine/protocol/requests/delete-acl-config.js";
import { getBrokerClusterAclConfig } from "../../engine/protocol/requests/get-broker-cluster-acl-config.js";
import { getBrokerClusterAclInfo } from "../../engine/protocol/requests/get-broker-cluster-acl-info.js";
import { updateAndCreateAclConfig } from "../../engine/protocol/requests/update-and-create-acl-config.js";
import { updateGlobalWhiteAddrsConfig } from "../../engine/protocol/requests/update-global-white-addrs-config.js";
import { CorruptError, RocketmqError, messageOf } from "../../engine/base/errors.js";
import type { Admin } from "./admin.js";
import { change, secretText, type State } from "./change.js";
import { RefusedError } from "./explain.js";

export type { ClusterAclConfig, PlainAccessConfig };

/** What is given of an account of plain_acl.yml; what is undefined stays as it is. */
export type GivenAccount = Partial<PlainAccessConfig> & { readonly accessKey: string };

/** The version of one file of accounts on one broker. */
export interface AclVersion {
  readonly clusterName: string;
  readonly brokerName: string;
  readonly brokerAddr: string;
  /** Undefined where the broker is older than 4.9.3 and tells of one file only. */
  readonly file: string | undefined;
  readonly counter: number;
  /** Milliseconds. */
  readonly timestamp: number;
}

/** Accounts and white addresses of a broker. Brokers from 5.2 do not answer this. */
export async function accountsOn(admin: Admin, address: string): Promise<ClusterAclConfig> {
  return (await admin.broker(address, getBrokerClusterAclConfig, {})).content();
}

/** Creates an account or changes what is given of it. Upstream: createAndUpdatePlainAccessConfig. */
export async function saveAccountOn(
  admin: Admin,
  address: string,
  account: GivenAccount,
): Promise<void> {
  const { topicPerms, groupPerms, admin: isAdmin = false } = account;
  const saved = change(admin, address, updateAndCreateAclConfig, {
    header: {
      ...account,
      admin: isAdmin,
      topicPerms: topicPerms?.join(","),
      groupPerms: groupPerms?.join(","),
    },
    read: () => accountState(admin, address, account),
    wanted: textsOf({ ...account, admin: isAdmin }, account),
  });
  await saved.catch((thrown: unknown) => {
    throw withoutSecret(thrown, account.secretKey);
  });
}

/** Brokers repeat the secret key when they do not like it. */
function withoutSecret(thrown: unknown, secretKey: string | undefined): unknown {
  const shown = `secretKey=${String(secretKey)}`;
  if (!(thrown instanceof RefusedError) || !thrown.message.includes(shown)) return thrown;
  const message = thrown.message.replaceAll(shown, "secretKey=******");
  return new RocketmqError(message, { kind: thrown.kind });
}

/** Deletes an account. Not found when the broker refused and has no such account. */
export async function deleteAccountOn(
  admin: Admin,
  address: string,
  accessKey: string,
): Promise<void> {
  const read = (): Promise<State> => accountState(admin, address, { accessKey });
  try {
    await change(admin, address, deleteAclConfig, { header: { accessKey }, read, wanted: null });
  } catch (thrown) {
    if (!(thrown instanceof RefusedError) || thrown.kind !== "failed") throw thrown;
    if ((await read().catch(() => undefined)) !== null) throw thrown;
    throw new RocketmqError(thrown.message, { kind: "not-found", cause: thrown });
  }
}

/** Replaces the addresses that need no account. */
export async function saveWhiteAddressesOn(
  admin: Admin,
  address: string,
  { addresses, file }: { addresses: readonly string[]; file: string | undefined },
): Promise<void> {
  await change(admin, address, updateGlobalWhiteAddrsConfig, {
    header: { globalWhiteAddrs: addresses.join(","), aclFileFullPath: file },
    async read() {
      const { globalWhiteAddrs } = await accountsOn(admin, address);
      // a broker with several files tells those of all
      const isIn = addresses.every((one) => globalWhiteAddrs.includes(one));
      const isSaved = isIn && admin.rehearsal === undefined;
      return { globalWhiteRemoteAddresses: isSaved ? addresses : globalWhiteAddrs };
    },
    wanted: { globalWhiteRemoteAddresses: addresses },
  });
}

/** The version of each file of accounts of a broker. */
export async function aclVersionsOn(admin: Admin, address: string): Promise<AclVersion[]> {
  const { header } = await admin.broker(address, getBrokerClusterAclInfo, {});
  const { clusterName, brokerName, brokerAddr, allAclFileVersion } = header;
  const row = (file: string | undefined, version: unknown): AclVersion => {
    const { counter, timestamp } = (version ?? {}) as { counter?: unknown; timestamp?: unknown };
    return {
      clusterName,
      brokerName,
      brokerAddr,
      file,
      counter: Number(counter ?? 0),
      timestamp: Number(timestamp ?? 0),
    };
  };
  if (allAclFileVersion === undefined) return [row(undefined, parsed(header.version, address))];
  const files = parsed(allAclFileVersion, address) as Record<string, unknown>;
  return Object.entries(files).map(([file, version]) => row(file, version));
}

function parsed(json: string, address: string): object {
  try {
    return JSON.parse(json) as object;
  } catch (thrown) {
    throw new CorruptError(`broker ${address} tells of no version: ${messageOf(thrown)}`);
  }
}

async function accountState(admin: Admin, address: string, given: GivenAccount): Promise<State> {
  const { plainAccessConfigs } = await accountsOn(admin, address);
  const found = plainAccessConfigs.find(({ accessKey }) => accessKey === given.accessKey);
  return found === undefined ? null : textsOf(found, given);
}

/** The parts of an account as they compare and show; of the secret key only whether it is the given one. */
function textsOf(account: Partial<PlainAccessConfig>, given: GivenAccount): State {
  const { secretKey, admin, whiteRemoteAddress, defaultTopicPerm, defaultGroupPerm } = account;
  const parts = {
    secretKey: secretText(secretKey, given.secretKey),
    admin,
    whiteRemoteAddress,
    defaultTopicPerm,
    defaultGroupPerm,
    topicPerms: account.topicPerms,
    groupPerms: account.groupPerms,
  };
  // only what is to be changed is of interest; an administrator is made and unmade by every call
  const isGiven = (key: string): boolean =>
    key === "admin" || given[key as keyof GivenAccount] !== undefined;
  return Object.fromEntries(Object.entries(parts).filter(([key]) => isGiven(key)));
}

/** PlainAccessConfig.toString of 5.0 to 5.3.2, which leaves out the secret key; 4.x prints an address in memory. */
export function accountText(account: GivenAccount): string {
  const { accessKey, admin = false, topicPerms, groupPerms } = account;
  const quoted = (text: string | undefined): string => `'${text ?? "null"}'`;
  const listed = (texts: readonly string[] | undefined): string =>
    texts === undefined ? "null" : `[${texts.join(", ")}]`;
  return `PlainAccessConfig{accessKey=${quoted(accessKey)}, whiteRemoteAddress=${quoted(account.whiteRemoteAddress)}, admin=${String(admin)}, defaultTopicPerm=${quoted(account.defaultTopicPerm)}, defaultGroupPerm=${quoted(account.defaultGroupPerm)}, topicPerms=${listed(topicPerms)}, groupPerms=${listed(groupPerms)}}`;
}

/** Upstream: GetAccessConfigSubCommand.printClusterBaseInfo. */
export function accountsText({ globalWhiteAddrs, plainAccessConfigs }: ClusterAclConfig): string {
  const line = (name: string, value: string): string => `  ${name.padEnd(18)}: ${value}\n`;
  const accounts = plainAccessConfigs.map((account) =>
    [
      line("accessKey", account.accessKey ?? ""),
      line("secretKey", account.secretKey ?? ""),
      line("whiteRemoteAddress", account.whiteRemoteAddress ?? ""),
      line("admin", String(account.admin)),
      line("defaultTopicPerm", account.defaultTopicPerm ?? ""),
      line("defaultGroupPerm", account.defaultGroupPerm ?? ""),
      line("topicPerms", listText(account.topicPerms)),
      line("groupPerms", listText(account.groupPerms)),
      "\n",
    ].join(""),
  );
  return `\nglobalWhiteRemoteAddresses: [${globalWhiteAddrs.join(", ")}]\n\naccounts:\n${accounts.join("")}`;
}

function listText(texts: readonly string[] | undefined): string {
  return texts === undefined ? "" : `[${texts.join(", ")}]`;
}

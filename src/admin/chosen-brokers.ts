import { upstreamPrints } from "./plain-text-error.js";
import { RocketmqError } from "../../engine/base/errors.js";
import type { Admin } from "./admin.js";
import { clusterReplicas, MASTER_ID, type Replica } from "./clusters.js";

const NO_MASTER = "NO_MASTER";

/** A broker that a command is about, with the line that upstream puts above what it prints of it. */
export interface ChosenBroker {
  address: string;
  /** Its master's address, its own where it is the master; undefined when it was named by address, or has none. */
  master: string | undefined;
  title: string;
}

/** The broker at an address, or every one of a cluster: masters with their slaves, then slaves without a master. */
export async function chosenBrokers(
  admin: Admin,
  { brokerAddr, clusterName }: { brokerAddr: string | undefined; clusterName: string | undefined },
): Promise<ChosenBroker[]> {
  if (brokerAddr !== undefined) {
    return [
      { address: brokerAddr, master: undefined, title: `============${brokerAddr}============\n` },
    ];
  }
  if (clusterName === undefined) throw neitherNamed();
  return underTitles(await clusterReplicas(admin, clusterName));
}

/** Upstream: CommandUtil.fetchMasterAndSlaveDistinguish. */
function underTitles(replicas: readonly Replica[]): ChosenBroker[] {
  const masters = new Map(
    replicas
      .filter((one) => one.brokerId === MASTER_ID)
      .map((one) => [one.brokerName, one.address]),
  );
  const chosen = replicas.map(({ address, brokerName }): ChosenBroker => {
    const master = masters.get(brokerName);
    const title =
      master === address
        ? `============Master: ${address}============\n`
        : `============My Master: ${master ?? NO_MASTER}=====Slave: ${address}============\n`;
    return { address, master, title };
  });
  const [first, ...others] = chosen.filter((one) => one.master === undefined);
  const led = chosen.filter((one) => one.master !== undefined);
  if (first === undefined) return led;
  const heading = `============Master: ${NO_MASTER}============\n`;
  return [...led, { ...first, title: heading + first.title }, ...others];
}

/** Upstream prints nothing at all. */
function neitherNamed(): RocketmqError {
  return upstreamPrints(
    "",
    new RocketmqError("one of -b, --brokerAddr and -c, --clusterName is needed", {
      kind: "usage",
    }),
  );
}

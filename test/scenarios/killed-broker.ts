import { join } from "node:path";
import type { ExecutionContext } from "ava";
import { startNamesrv } from "../../engine/index.js";
import { type Running, startBrokerProcess, temporaryHome } from "../support/programs.js";

/** A name server, and a broker in a process of its own that is killed and started again on the same store. */
export async function killableBroker(
  t: ExecutionContext,
  settings: readonly string[],
): Promise<{ namesrv: string; startBroker: () => Promise<Running> }> {
  const home = temporaryHome();
  t.teardown(home.remove);
  const dataDir = join(home.folder, "namesrv");
  const namesrv = await startNamesrv({ host: "127.0.0.1", port: 0, dataDir });
  t.teardown(() => namesrv.stop());
  const startBroker = async (): Promise<Running> => {
    const broker = await startBrokerProcess(home, { namesrv: namesrv.address, settings });
    t.teardown(() => broker.child.kill("SIGKILL"));
    return broker;
  };
  return { namesrv: namesrv.address, startBroker };
}

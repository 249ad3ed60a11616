/** Keys that are Java system properties upstream and have no place in BrokerConfig; here broker.conf may hold them too. */
import { isTlsKey } from "../../remoting/tls-settings.js";

/** File of access rules below rocketmqHome. */
export const PLAIN_ACL_FILE = "rocketmq.acl.plain.file";

export function isSystemProperty(name: string): boolean {
  return name === PLAIN_ACL_FILE || isTlsKey(name);
}

/** Is the value nobody else's business? */
export function isSecret(name: string): boolean {
  return isTlsKey(name) && name.endsWith("keyPassword");
}

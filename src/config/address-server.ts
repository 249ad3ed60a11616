import { UnreachableError, messageOf } from "../../engine/base/errors.js";

const DOMAIN = /(?:^|\s)-Drocketmq\.namesrv\.domain=(\S+)/;
const SUBGROUP = /(?:^|\s)-Drocketmq\.namesrv\.domain\.subgroup=(\S+)/;
const TIMEOUT_MS = 3000;

/**
 * Where name servers can be asked for, if JAVA_OPT names a place. Upstream (DefaultTopAddressing, MixAll) falls back
 * to a public host name; here it is asked only when somebody said so.
 */
export function addressServerUrl(javaOpt: string | undefined): string | undefined {
  const domain = DOMAIN.exec(javaOpt ?? "")?.[1];
  if (domain === undefined) return undefined;
  const subgroup = SUBGROUP.exec(javaOpt ?? "")?.[1] ?? "nsaddr";
  return `http://${domain.includes(":") ? domain : `${domain}:8080`}/rocketmq/${subgroup}`;
}

/** The list that the address server gives. */
export async function askAddressServer(url: string): Promise<string> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    return (await answer.text()).trim();
  } catch (thrown) {
    throw new UnreachableError(`no name servers from ${url}: ${messageOf(thrown)}`, url, {
      cause: thrown,
    });
  }
}

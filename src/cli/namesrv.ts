import type { Env } from "./context.js";
import { UsageError } from "./exit-codes.js";

const PROPERTY = /(?:^|\s)-Drocketmq\.namesrv\.addr=(?:"([^"]*)"|'([^']*)'|(\S+))/;

/**
 * What the command line and the environment say, in upstream's order (NameServerAddressUtils): -n, the JVM property
 * (in JAVA_OPT, where upstream's scripts take it from), NAMESRV_ADDR.
 */
export function givenNamesrv(option: string | undefined, env: Env): string | undefined {
  return present(option) ?? fromJavaOpt(env["JAVA_OPT"]) ?? present(env["NAMESRV_ADDR"]);
}

/** The addresses of a list as users write it; none is a usage error. */
export function namesrvList(text: string | undefined): readonly string[] {
  const addresses = (text ?? "")
    .split(/[;,]/)
    .map((address) => address.trim())
    .filter((address) => address !== "");
  if (addresses.length > 0) return addresses;
  throw new UsageError("no name server is known", {
    hint: "give -n host:port or set NAMESRV_ADDR=host:port",
  });
}

function fromJavaOpt(options: string | undefined): string | undefined {
  const match = PROPERTY.exec(options ?? "");
  return match === null ? undefined : present(match[1] ?? match[2] ?? match[3]);
}

function present(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === "" ? undefined : text;
}

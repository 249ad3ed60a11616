import { printf } from "../output/printf.js";
import type { ServerConfig } from "./server-config.js";

/** Configurations as upstream lists those of name servers and controllers. */
export async function* serverConfigText(
  servers: AsyncIterable<ServerConfig> | Iterable<ServerConfig>,
): AsyncGenerator<string> {
  for await (const { address, config } of servers) {
    yield `============${address}============\n`;
    for (const [key, value] of config) yield printf("%-50s=  %s\n", key, value);
  }
}

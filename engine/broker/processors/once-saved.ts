/** Changes of the configuration are acknowledged when they are on the disk; upstream's survive the death of the process only. [S-CONF-1] */
import { type Dispatcher, held } from "../../remoting/api.js";

/** Something that is kept in a file. */
export interface Saved {
  /** Resolves when every change is on the disk, rejects when it cannot be brought there; undefined when it is. */
  saved(): Promise<void> | undefined;
}

/**
 * Registers processors whose success is answered when the table is on the disk: also when they changed nothing, as an earlier
 * request may have made the change that is still on its way.
 */
export function onceSaved(dispatcher: Dispatcher, table: Saved): Pick<Dispatcher, "register"> {
  return {
    register(definition, processor) {
      dispatcher.register(definition, (exchange) => {
        const reply = processor(exchange);
        if (reply === held || reply instanceof Promise || (reply.code ?? 0) !== 0) return reply;
        const saved = table.saved();
        return saved === undefined ? reply : saved.then(() => reply);
      });
    },
  };
}

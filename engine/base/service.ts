/** Something that runs: its constructor stores, `start` acquires, `stop` releases. Both may be called once. */
export interface Service {
  start(): Promise<void> | void;
  stop(): Promise<void> | void;
}

/** Starts in order; when one fails, those already started are stopped in reverse and the failure is thrown on. */
export async function startAll(services: readonly Service[]): Promise<void> {
  const started: Service[] = [];
  try {
    for (const service of services) {
      await service.start();
      started.push(service);
    }
  } catch (error) {
    await stopAll(started).catch(() => undefined);
    throw error;
  }
}

/** Stops in reverse order; each is stopped whatever the others do, and the first failure is thrown at the end. */
export async function stopAll(services: readonly Service[]): Promise<void> {
  const failures: unknown[] = [];
  for (const service of [...services].reverse()) {
    try {
      await service.stop();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

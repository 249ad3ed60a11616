/** A thread of verify: takes files as they are left, as the main thread does too. Ends by itself. */
import { parentPort, workerData } from "node:worker_threads";
import { Lane, type LaneTask } from "./lane.js";

export interface LaneShare {
  task: LaneTask;
  /** Number of the next file that nobody took. */
  next: SharedArrayBuffer;
  /** Bytes that this thread has done, a float64. */
  done: SharedArrayBuffer;
  step: number;
}

const { task, next, done, step } = workerData as LaneShare;
const counter = new Int32Array(next);
const progress = new Float64Array(done);
const lane = new Lane(task);
for (const bytes of lane.run(() => Atomics.add(counter, 0, 1), step)) progress[0] = bytes;
parentPort?.postMessage(lane.result());
lane.close();

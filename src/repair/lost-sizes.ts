/** Keys of a broker's configuration that its files tell, as long as one is there. */
export interface LostSizes {
  /** mappedFileSizeConsumeQueue, maxHashSlotNum, maxIndexNum. */
  queueFile?: number | undefined;
  indexSlots?: number | undefined;
  indexEntries?: number | undefined;
}

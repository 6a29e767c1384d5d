/** Seconds of processor time, and kilobytes, that one mutation may take. Time on the clock depends on what else is running. */
export const MAX_CPU_SECONDS = 5;
export const MAX_KILOBYTES = 1e6;
/** Seconds on the clock after which a mutation waits for something that does not come. */
export const MAX_SECONDS = 300;

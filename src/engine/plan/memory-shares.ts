/** Shares of the memory that an audit may take (--memory). The rest is for values between steps. */
export const memoryShares = {
  /** Sums over inputs. */
  sums: 0.25,
  /** Results of one set of reverse passes. */
  passes: 0.15,
  /** Labels of one input. */
  labels: 0.25,
} as const;

/** Intermediate tensors of a step that fit into the memory at once, with room for what is kept between steps. */
export const STEPS_IN_MEMORY = 48;

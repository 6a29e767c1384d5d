/** How a report is shown. A report is a function of the result and the view alone. */
export interface View {
  /** Columns of the terminal. */
  readonly width: number;
  readonly colour: boolean;
  readonly by: 'layer' | 'weight';
}

/** How a report is to be shown. Reports are functions of the result and this, and of nothing else. */
export interface View {
  /** Columns of the terminal. */
  readonly width: number;
  readonly colour: boolean;
  readonly by: 'layer' | 'weight';
}

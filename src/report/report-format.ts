import type { Result } from '../results/index.js';
import type { View } from './view.js';

/** A report format: a pure function of result and view. It may load its code first. */
export interface ReportFormat {
  render(result: Result, view: View): string | Promise<string>;
}

/** A format whose code is already loaded. */
export interface SynchronousFormat extends ReportFormat {
  render(result: Result, view: View): string;
}

import { byteSize, forCount, listed, plural } from '../../text/format-numbers.js';
import type { ExportSummary } from '../../results/export-summary.js';
import { printable } from '../printable.js';
import { wrap } from '../text-table.js';
import { notAuditedLines } from '../sentences/notes.js';

const diagonals = {
  exact: 'the diagonal Fisher',
  gradient: 'the estimate Î₁ of the diagonal Fisher',
  hessian: 'the estimate Î₂ of the diagonal Fisher',
};

/** The summary of an export as text. */
export function renderExport(summary: ExportSummary, width: number): string {
  const shown = printable(summary);
  const lines = [headline(shown), ...estimatedLines(shown), ...notAuditedLines(shown)];
  return lines.map((line) => `${wrap(line, width)}\n`).join('');
}

function headline(summary: ExportSummary): string {
  const { file, bytes, tensors, weights, parameters, inputs, estimator, samples } = summary;
  const draws = samples === null ? '' : `, ${plural(samples, 'label draw')} each`;
  return (
    `${file}: ${diagonals[estimator]} and variances of ${plural(parameters, 'parameter')} in ${plural(weights, 'weight')}, ` +
    `over ${plural(inputs, 'input')}${draws} (${plural(tensors, 'tensor')}, ${byteSize(bytes)})`
  );
}

const estimatedLines = ({ estimated }: ExportSummary): string[] =>
  estimated.length === 0
    ? []
    : [
        `${plural(estimated.length, 'weight')} (${listed(estimated, 4)}) ${forCount(estimated.length, 'is', 'are')} estimated from ` +
          'label draws instead of exact, because the network has too many outputs',
      ];

/* What came of the mutations of each kind of file. */

/** Adds one outcome to the statistics by kind. */
export function addOutcome(kinds, { kind, end, milliseconds = 0, kilobytes = 0 }) {
  const own = (kinds[kind] ??= { ends: {}, longest: 0, peak: 0 });
  own.ends[end] = (own.ends[end] ?? 0) + 1;
  own.longest = Math.max(own.longest, milliseconds);
  own.peak = Math.max(own.peak, kilobytes);
}

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

function rowOf(kind, own, failed) {
  const codes = Object.entries(own.ends)
    .filter(([end]) => end.startsWith('FA'))
    .sort(([, a], [, b]) => b - a);
  return [
    kind,
    sum(Object.values(own.ends)),
    own.ends.audited ?? 0,
    sum(codes.map(([, count]) => count)),
    failed,
    `${(own.longest / 1000).toFixed(2)} s`,
    `${Math.round(own.peak / 1000)} MB`,
    codes.map(([code, count]) => `${code} ${count}`).join(', '),
  ];
}

/** A Markdown table with one row per kind of file: times are of the processor, memory is of the whole process. */
export function tableOf(kinds, failures) {
  const head = ['file', 'mutations', 'audited', 'refused', 'failed', 'longest', 'memory', 'refused by code'];
  const rows = Object.entries(kinds).map(([kind, own]) =>
    rowOf(kind, own, failures.filter((failure) => failure.kind === kind).length),
  );
  const total = { ends: {}, longest: 0, peak: 0 };
  for (const { ends, longest, peak } of Object.values(kinds)) {
    for (const [end, count] of Object.entries(ends)) total.ends[end] = (total.ends[end] ?? 0) + count;
    total.longest = Math.max(total.longest, longest);
    total.peak = Math.max(total.peak, peak);
  }
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line), line(rowOf('all', total, failures.length))].join(
    '\n',
  );
}

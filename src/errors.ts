/** Errors of inputs, options and the environment, with the exit code of the command. */
export const errorCodes = {
  FA100: { title: 'data set cannot be read', exit: 2 },
  FA101: { title: 'unknown data format', exit: 2 },
  FA102: { title: 'damaged or malformed data file', exit: 2 },
  FA103: { title: 'data with numbers that are not finite', exit: 2 },
  FA104: { title: 'data whose shape does not fit the model', exit: 2 },
  FA105: { title: 'data set without rows', exit: 2 },
  FA106: { title: 'labels that do not fit the data or the model', exit: 2 },
  FA107: { title: 'no data set given', exit: 2 },
  FA108: { title: 'data that are not valid indices', exit: 2 },
  FA200: { title: 'model cannot be read', exit: 2 },
  FA201: { title: 'layers that are not supported', exit: 2 },
  FA202: { title: 'damaged or inconsistent model file', exit: 2 },
  FA203: { title: 'weights that do not fit the model', exit: 2 },
  FA204: { title: 'weights that are not finite', exit: 2 },
  FA205: { title: 'model format that is not supported', exit: 2 },
  FA206: { title: 'layer configuration that is not supported', exit: 2 },
  FA207: { title: 'outputs that are not finite', exit: 2 },
  FA301: { title: 'likelihood that does not fit the model', exit: 2 },
  FA302: { title: 'nothing to audit', exit: 3 },
  FA303: { title: 'coverage below the required one', exit: 3 },
  FA304: { title: 'estimator that does not apply', exit: 2 },
  FA401: { title: 'options that cannot be used', exit: 2 },
  FA403: { title: 'configuration or policy that cannot be used', exit: 2 },
  FA404: { title: 'saved result that cannot be read', exit: 2 },
  FA405: { title: 'figures that cannot be compared', exit: 2 },
  FA402: { title: 'file cannot be written', exit: 2 },
  FA406: { title: 'tensor names that the file format does not allow', exit: 2 },
  FA501: { title: 'backend cannot be loaded', exit: 2 },
  FA502: { title: 'backend out of memory', exit: 2 },
} as const satisfies Record<string, { title: string; exit: 2 | 3 }>;

export type ErrorCode = keyof typeof errorCodes;

/** What is wrong and where (file, line, layer, option), why, and how to fix it. */
export interface ErrorText {
  readonly what: string;
  readonly why?: string;
  readonly fix: string;
}

/** Characters of the longest part of a message. */
const MAX_LENGTH = 20_000;

/** Characters that a terminal does not print as text: controls, direction marks, lone surrogates and line separators. */
export const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** The text as one printable line. Messages quote names from files, which may hold any characters. */
export const printable = (text: string): string =>
  text.slice(0, MAX_LENGTH).replace(UNPRINTABLE, '\ufffd') + (text.length > MAX_LENGTH ? '…' : '');

/** An error of the user's input or environment. It is shown as one line without a stack trace. */
export class AuditError extends Error {
  readonly code: ErrorCode;
  readonly text: ErrorText;

  constructor(code: ErrorCode, { what, why, fix }: ErrorText, options?: ErrorOptions) {
    const text = {
      what: printable(what),
      ...(why !== undefined && { why: printable(why) }),
      fix: printable(fix),
    };
    super([`${code} ${text.what}`, text.why, text.fix].filter((part) => part !== undefined).join(' · '), options);
    this.name = 'AuditError';
    this.code = code;
    this.text = text;
  }

  get exitCode(): number {
    return errorCodes[this.code].exit;
  }
}

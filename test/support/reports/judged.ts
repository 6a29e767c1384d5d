import { judge } from '../../../src/findings/policy/judge.js';
import type { Policy } from '../../../src/findings/policy/policy.js';
import type { Subject } from '../../../src/findings/policy/rule.js';
import { checkText } from '../../../src/report/sentences/checks.js';
import { wordedVerdict } from '../../../src/report/sentences/verdict.js';
import type { Verdict } from '../../../src/results/report.js';

/** The verdict on a report as an audit states it: judged and worded. */
export const judged = (subject: Subject, policy: Policy): Verdict => wordedVerdict(judge(subject, policy), checkText);

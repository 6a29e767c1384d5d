import { judge } from '../../../src/findings/policy/judge.js';
import type { Policy } from '../../../src/findings/policy/policy.js';
import type { Subject } from '../../../src/findings/policy/rule.js';
import { wordedAuditVerdict } from '../../../src/report/sentences/verdict.js';
import type { Report } from '../../../src/results/report.js';

/** The verdict on a report as an audit states it: judged and worded. */
export const judged = (subject: Subject, policy: Policy): Report['verdict'] =>
  wordedAuditVerdict(judge(subject, policy));

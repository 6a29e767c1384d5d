import { checkReports } from '../support/reports/check-reports.js';

checkReports('html');

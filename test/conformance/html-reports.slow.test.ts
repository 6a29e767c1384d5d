import { checkReports } from '../support/check-reports.js';

checkReports('html');

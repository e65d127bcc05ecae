/** A report as JUnit's XML: a test a promise, for whatever shows test results. */

import type { Report } from './report.ts';

export function junitText({ run, checks, seconds, began }: Report): string {
  const broken = checks.filter(({ holds }) => !holds).length;
  const cases = checks.map(({ name, value, limit, holds }) => {
    const open = `    <testcase classname="${xml(run)}" name="${xml(`${name} ${limit}`)}"`;
    return holds
      ? `${open}/>`
      : `${open}>\n      <failure message="${xml(`it was ${value}`)}"/>\n    </testcase>`;
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites tests="${checks.length}" failures="${broken}">`,
    `  <testsuite name="${xml(run)}" tests="${checks.length}" failures="${broken}" time="${seconds}" timestamp="${began}">`,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

export function xml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}

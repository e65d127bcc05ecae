import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

type Locked = { version?: string; resolved?: string; optionalDependencies?: Record<string, string> };

const lock = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8')) as {
  packages: Record<string, Locked>;
};
const entries = Object.entries(lock.packages);

test('the lock file names no registry, so that npm ci asks the one that each machine is set up for', () => {
  assert.ok(entries.length > 100);
  assert.deepEqual(
    entries.filter(([, { resolved }]) => resolved).map(([path]) => path),
    [],
  );
});

test('every native package is locked for Linux and macOS, on x64 and arm64: npm ci fails on a machine that lacks its own', () => {
  const platforms = /(linux|darwin)-(x64|arm64)(-gnu)?$/;
  const wanted = entries.flatMap(([, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) => platforms.test(name)),
  );
  assert.ok(wanted.length >= 16, `only ${wanted.length} native packages found`);
  const missing = wanted.filter((name) => !entries.some(([path]) => path.endsWith(`node_modules/${name}`)));
  assert.deepEqual(missing, [], 'choose a version whose packages for all platforms are published');
});

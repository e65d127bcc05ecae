/**
 * What runs inside a function's worker: loads the handler from the task root as Lambda's Node runtime does, calls it
 * once for each message, and tells the host what became of it. Plain JavaScript, because a worker starts without the
 * engine's TypeScript loader.
 *
 *     worker.ts (host) ⇄ [bootstrap] → the function's own code
 *
 * It does not time the handler out and it does not limit payloads: the host does both.
 *
 * @typedef {import('./worker.ts').FromWorker} FromWorker
 * @typedef {import('./worker.ts').ToWorker} ToWorker
 * @typedef {import('./worker.ts').WorkerSetting} WorkerSetting
 * @typedef {import('./worker.ts').FunctionFailure} FunctionFailure
 */

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { format } from 'node:util';
import { getHeapStatistics } from 'node:v8';
import { parentPort, workerData } from 'node:worker_threads';

/** @type {WorkerSetting} */
const setting = workerData;
const port = /** @type {import('node:worker_threads').MessagePort} */ (parentPort);
const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];

let requestId = '';

/** @param {FromWorker} message @param {ArrayBuffer[]} [transfer] */
function tell(message, transfer) {
  port.postMessage(message, transfer);
}

/** The file order of Lambda's runtime. https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html */
const EXTENSIONS = ['', '.js', '.mjs', '.cjs'];

async function loadHandler() {
  const slash = setting.handler.lastIndexOf('/') + 1;
  const [module = '', ...path] = setting.handler.slice(slash).split('.');
  const wanted = setting.handler.slice(0, slash) + module;
  const file = EXTENSIONS.map((extension) => resolve(setting.taskRoot, wanted + extension)).find(
    (candidate) => existsSync(candidate),
  );
  if (!file || path.length === 0)
    throw named('Runtime.ImportModuleError', `Error: Cannot find module '${wanted}'`);
  let found;
  try {
    found = await import(pathToFileURL(file).href);
  } catch (error) {
    if (error instanceof SyntaxError) throw named('Runtime.UserCodeSyntaxError', String(error), error);
    const code = /** @type {{ code?: string }} */ (error)?.code ?? '';
    if (code.includes('MODULE_NOT_FOUND')) throw named('Runtime.ImportModuleError', String(error), error);
    throw error;
  }
  const handler = pick(found, path) ?? pick(found.default, path);
  if (typeof handler !== 'function')
    throw named('Runtime.HandlerNotFound', `${setting.handler} is undefined or not exported`);
  return handler;
}

/** @param {unknown} from @param {string[]} path */
function pick(from, path) {
  return path.reduce((value, name) => /** @type {Record<string, unknown>} */ (value)?.[name], from);
}

/** @param {string} name @param {string} message @param {unknown} [cause] */
function named(name, message, cause) {
  const error = new Error(message);
  error.name = name;
  if (cause instanceof Error && cause.stack) error.stack = cause.stack;
  return error;
}

/** Lambda's form of whatever a function throws. @param {unknown} thrown @returns {FunctionFailure} */
function failureOf(thrown) {
  if (thrown instanceof Error)
    return {
      errorType: thrown.name,
      errorMessage: thrown.message,
      trace: (thrown.stack ?? '').split('\n'),
    };
  return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
}

/** A promise of what the handler answers, however it answers. @param {Function} handler @param {unknown} event @param {object} context */
function call(handler, event, context) {
  return new Promise((resolvePromise, reject) => {
    const callback = (/** @type {unknown} */ error, /** @type {unknown} */ result) =>
      error === null || error === undefined ? resolvePromise(result) : reject(error);
    const answer = handler(event, context, callback);
    if (typeof answer?.then === 'function') answer.then(resolvePromise, reject);
    // Lambda answers null when the event loop runs dry; a handler that takes no callback has nothing left to say.
    else if (handler.length < 3) resolvePromise(null);
  });
}

/** @param {ToWorker} message */
function contextOf(message) {
  const deadline = performance.now() + message.remainingMs;
  return {
    awsRequestId: message.requestId,
    callbackWaitsForEmptyEventLoop: true,
    functionName: setting.functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: message.functionArn,
    memoryLimitInMB: String(setting.memoryMb),
    logGroupName: setting.logGroup,
    logStreamName: setting.logStream,
    getRemainingTimeInMillis: () => Math.max(0, Math.floor(deadline - performance.now())),
  };
}

/** How many records a batch held and what became of them, for the hop's status; other events carry no records.
 * @param {any} event @param {any} result @returns {{ in: number, out: number, failed: number }} */
function tally(event, result) {
  if (!Array.isArray(event?.records) || !Array.isArray(result?.records)) return { in: 0, out: 0, failed: 0 };
  const counts = { in: event.records.length, out: 0, failed: 0 };
  for (const record of result.records) {
    if (record?.result === 'Ok') counts.out++;
    else if (record?.result === 'ProcessingFailed') counts.failed++;
  }
  return counts;
}

function usedBytes() {
  const { used_heap_size, external_memory } = getHeapStatistics();
  return used_heap_size + external_memory;
}

/** @param {Function} handler @param {ToWorker} message */
async function serve(handler, message) {
  requestId = message.requestId;
  let event;
  try {
    event = JSON.parse(new TextDecoder().decode(message.event));
  } catch (error) {
    return tell({ kind: 'unreadable', problem: /** @type {Error} */ (error).message });
  }
  try {
    const result = (await call(handler, event, contextOf(message))) ?? null;
    const payload = new TextEncoder().encode(JSON.stringify(result) ?? 'null');
    tell({ kind: 'done', payload, usedBytes: usedBytes(), tally: tally(event, result) }, [payload.buffer]);
  } catch (thrown) {
    const failure = failureOf(thrown);
    console.error('Invoke Error', JSON.stringify(failure));
    tell({ kind: 'threw', failure, usedBytes: usedBytes() });
  }
}

/** Lambda's form of a console line. @param {string} level @param {unknown[]} parts */
function consoleLine(level, parts) {
  const timestamp = new Date().toISOString();
  if (setting.logFormat === 'Text') return `${timestamp}\t${requestId}\t${level}\t${format(...parts)}\n`;
  const message = parts.length === 1 && typeof parts[0] === 'object' ? parts[0] : format(...parts);
  return `${JSON.stringify({ timestamp, level, requestId, message })}\n`;
}

function captureOutput() {
  /** @param {string} level */
  const writer =
    (level) =>
    (/** @type {unknown[]} */ ...parts) => {
      const passes = LEVELS.indexOf(level) >= LEVELS.indexOf(setting.logLevel);
      if (setting.logFormat === 'Text' || passes) tell({ kind: 'log', text: consoleLine(level, parts) });
    };
  Object.assign(console, {
    trace: writer('TRACE'),
    debug: writer('DEBUG'),
    log: writer('INFO'),
    info: writer('INFO'),
    warn: writer('WARN'),
    error: writer('ERROR'),
  });
  for (const stream of [process.stdout, process.stderr])
    stream.write = (/** @type {string | Uint8Array} */ chunk) => {
      tell({ kind: 'log', text: typeof chunk === 'string' ? chunk : new TextDecoder().decode(chunk) });
      return true;
    };
}

captureOutput();
process.on('unhandledRejection', (reason) => {
  const failure = failureOf(reason);
  const text = reason instanceof Error ? String(reason) : failure.errorMessage;
  tell({
    kind: 'crashed',
    failure: { ...failure, errorType: 'Runtime.UnhandledPromiseRejection', errorMessage: text },
  });
});
process.on('uncaughtException', (error) => tell({ kind: 'crashed', failure: failureOf(error) }));

try {
  const handler = await loadHandler();
  port.on('message', (/** @type {ToWorker} */ message) => void serve(handler, message));
  tell({ kind: 'ready' });
} catch (error) {
  tell({ kind: 'crashed', failure: failureOf(error) });
}

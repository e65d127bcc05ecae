/** Keeps one part of an upload, in place of an earlier one of that number. */

import { renameSync } from 'node:fs';
import type { Lake } from './buckets.ts';
import { invalidRequest } from './errors.ts';
import { discard, syncDirectory } from './objects.ts';
import { type Body, type Expected, receive } from './receive.ts';
import { type Part, partKey, type UploadName, uploadDirectory, uploadOf } from './uploads.ts';

export async function storePart(
  lake: Lake,
  name: UploadName,
  number: number,
  body: Body,
  expected: Expected,
): Promise<Part> {
  const { store, chance, clock } = lake.ports;
  const { checksum: ofUpload } = uploadOf(store, name);
  const given = expected.checksum?.algorithm;
  if (ofUpload && given && given !== ofUpload.algorithm)
    throw invalidRequest(
      `Checksum Type mismatch occurred, expected checksum Type: ${ofUpload.algorithm.toLowerCase()}, actual checksum Type: ${given.toLowerCase()}`,
    );
  const checksum = expected.checksum ?? (ofUpload && { algorithm: ofUpload.algorithm });
  const directory = uploadDirectory(lake, name.uploadId);
  return receive(lake, body, { ...expected, checksum }, async (received) => {
    await received.file.sync();
    const part: Part = {
      number,
      size: received.size,
      etag: received.md5.toString('hex'),
      modified: clock.now(),
      file: `${number}-${chance.uuid()}`,
      ...(received.checksum ? { checksum: received.checksum } : {}),
    };
    renameSync(received.path, `${directory}/${part.file}`);
    await syncDirectory(directory);
    const before = await store.transact((tx) => {
      uploadOf(tx, name);
      const before = tx.get<Part>(partKey(name.uploadId, number));
      tx.put(partKey(name.uploadId, number), part);
      return before;
    });
    if (before) discard(`${directory}/${before.file}`);
    return part;
  });
}

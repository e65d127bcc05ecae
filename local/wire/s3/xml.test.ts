import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { elements, elementText, readXml, writeXml } from './xml.ts';

/** What XML itself cannot carry, even by number, is left out: a client asks for `encoding-type=url` to see it. */
const inXml = (point: number) =>
  point === 0x9 ||
  point === 0xa ||
  point === 0xd ||
  (point >= 0x20 && point < 0xd800) ||
  (point >= 0xe000 && point < 0xfffe) ||
  point > 0xffff;
const text = fc
  .string({ unit: 'binary' })
  .filter((value) => [...value].every((character) => inXml(character.codePointAt(0) as number)));

test('text comes back as it was written, whatever XML makes of it', () => {
  fc.assert(
    fc.property(fc.array(text, { maxLength: 4 }), (keys) => {
      const root = readXml(writeXml('Delete', { Object: keys.map((Key) => ({ Key })) }), 'Delete');
      assert.deepEqual(
        elements(root, 'Object').map((object) => elementText(object, 'Key')),
        keys,
      );
    }),
  );
});

test('no member, no element; a date is written as S3 writes it', () => {
  const xml = writeXml('R', { A: undefined, B: [], C: new Date(0), D: false, E: { F: 1 } });
  assert.ok(xml.endsWith('><C>1970-01-01T00:00:00.000Z</C><D>false</D><E><F>1</F></E></R>'), xml);
});

test('an entity that a document declares is never put in', () => {
  const xml = '<!DOCTYPE d [<!ENTITY big "aaaaaaaaaa">]><Delete><Object><Key>&big;</Key></Object></Delete>';
  const root = readXml(xml, 'Delete');
  assert.equal(elementText(elements(root, 'Object')[0], 'Key'), '&big;');
});

test('what is not XML, or has another root, is not read', () => {
  assert.equal(readXml('<Delete><Object></Delete>', 'Delete'), undefined);
  assert.equal(readXml('', 'Delete'), undefined);
  assert.equal(readXml('<Other/>', 'Delete'), undefined);
});

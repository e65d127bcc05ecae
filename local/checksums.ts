/**
 * The checksums that S3 clients may send with an object, computed while its bytes pass: the wire checks them in a
 * trailer, the lake keeps them with the object. Node has CRC32 and the SHA
 * family; CRC32C and CRC64NVME are computed here, a byte a time from a table.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
 */

import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

export type Checksum = {
  update(bytes: Uint8Array): void;
  /** Base64, as the `x-amz-checksum-…` headers carry it. */
  digest(): string;
};

export type ChecksumName = 'crc32' | 'crc32c' | 'crc64nvme' | 'sha1' | 'sha256';

export function checksum(name: ChecksumName): Checksum {
  switch (name) {
    case 'sha1':
    case 'sha256': {
      const digest = createHash(name);
      return { update: (bytes) => void digest.update(bytes), digest: () => digest.digest('base64') };
    }
    case 'crc32': {
      let value = 0;
      return {
        update: (bytes) => {
          value = crc32(bytes, value);
        },
        digest: () => base64(value),
      };
    }
    case 'crc32c':
      return crc32c();
    case 'crc64nvme':
      return crc64nvme();
  }
}

export function isChecksumName(name: string): name is ChecksumName {
  return ['crc32', 'crc32c', 'crc64nvme', 'sha1', 'sha256'].includes(name);
}

function base64(...words: number[]): string {
  const bytes = Buffer.alloc(words.length * 4);
  words.forEach((word, index) => void bytes.writeUInt32BE(word >>> 0, index * 4));
  return bytes.toString('base64');
}

/** Castagnoli's polynomial, bits reversed. */
const CRC32C_POLYNOMIAL = 0x82f63b78;
/** NVMe's polynomial, bits reversed, as two words: 64 bits do not fit in a number. */
const CRC64NVME_HIGH = 0x9a6c9329;
const CRC64NVME_LOW = 0xac4bc9b5;

function crc32c(): Checksum {
  const table = new Uint32Array(256).map((_, byte) => {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ CRC32C_POLYNOMIAL : value >>> 1;
    return value;
  });
  let value = 0xffffffff;
  return {
    update(bytes) {
      for (const byte of bytes) value = (value >>> 8) ^ (table[(value ^ byte) & 0xff] as number);
    },
    digest: () => base64(~value),
  };
}

function crc64nvme(): Checksum {
  const highs = new Uint32Array(256);
  const lows = new Uint32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let high = 0;
    let low = byte;
    for (let bit = 0; bit < 8; bit++) {
      const odd = low & 1;
      low = (low >>> 1) | (high << 31);
      high >>>= 1;
      if (odd) {
        high ^= CRC64NVME_HIGH;
        low ^= CRC64NVME_LOW;
      }
    }
    highs[byte] = high;
    lows[byte] = low;
  }
  let high = 0xffffffff;
  let low = 0xffffffff;
  return {
    update(bytes) {
      for (const byte of bytes) {
        const index = (low ^ byte) & 0xff;
        low = ((low >>> 8) | (high << 24)) ^ (lows[index] as number);
        high = (high >>> 8) ^ (highs[index] as number);
      }
    },
    digest: () => base64(~high, ~low),
  };
}

/**
 * Looks into a SQLite write-ahead log before SQLite does. SQLite ends its reading silently at the first frame whose
 * checksum is wrong, and everything behind it is gone without a word (measured: 99 of 200 rows, `quick_check` ok).
 * A torn last commit after a power cut is normal; whole commits behind a broken frame are a loss that must be told.
 * Format: https://www.sqlite.org/fileformat2.html#walformat
 */
export type WalState =
  /** Every frame is good, or there is none. */
  | { t: 'sound'; commits: number }
  /** The last commit is incomplete: it was never acknowledged. */
  | { t: 'torn-tail'; commits: number }
  /** `lostCommits` whole commits, or more, stand behind a broken frame. */
  | { t: 'damaged'; commits: number; lostCommits: number };

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;

/** @param wal the content of the `-wal` file. */
export function inspectWal(wal: Buffer): WalState {
  if (wal.length === 0) return { t: 'sound', commits: 0 };
  if (wal.length < HEADER_BYTES) return { t: 'torn-tail', commits: 0 };
  const magic = wal.readUInt32BE(0);
  const pageBytes = wal.readUInt32BE(8);
  const bigEndian = magic === 0x377f0683;
  const wholePages = pageBytes >= 512 && pageBytes <= 65536 && (pageBytes & (pageBytes - 1)) === 0;
  let sum = checksum(wal, 0, 24, [0, 0], bigEndian);
  const headerIsGood =
    (bigEndian || magic === 0x377f0682) && wholePages && same(sum, wal.readUInt32BE(24), wal.readUInt32BE(28));
  if (!headerIsGood) {
    // A header is written with the first frame: with little behind it, it was torn; else it was overwritten.
    return wal.length > HEADER_BYTES + 65536 + FRAME_HEADER_BYTES
      ? { t: 'damaged', commits: 0, lostCommits: 1 }
      : { t: 'torn-tail', commits: 0 };
  }
  const salt = wal.subarray(16, 24);
  const frameBytes = FRAME_HEADER_BYTES + pageBytes;
  let commits = 0;
  let incomplete = (wal.length - HEADER_BYTES) % frameBytes > 0;
  let broken = false;
  /** Commits behind the break, the one with the break in it included. */
  let commitsBehind = 0;
  let behindLastCommit = false;
  for (let start = HEADER_BYTES; start + frameBytes <= wal.length; start += frameBytes) {
    // A frame with another salt is left over from before the log was last started anew.
    const current = wal.subarray(start + 8, start + 16).equals(salt);
    const isCommit = wal.readUInt32BE(start + 4) !== 0;
    if (!broken) {
      const next = checksum(wal, start, 8, sum, bigEndian);
      sum = checksum(wal, start + FRAME_HEADER_BYTES, pageBytes, next, bigEndian);
      if (current && same(sum, wal.readUInt32BE(start + 16), wal.readUInt32BE(start + 20))) {
        if (isCommit) commits += 1;
        behindLastCommit = !isCommit;
        continue;
      }
      broken = true;
      incomplete ||= behindLastCommit;
      behindLastCommit = false;
    }
    if (!current) continue;
    if (isCommit) commitsBehind += 1;
    behindLastCommit = !isCommit;
  }
  // One commit may be torn by a power cut. The next one is begun only when the one before is on disk.
  const begun = broken ? commitsBehind + (behindLastCommit ? 1 : 0) : 0;
  if (begun >= 2) return { t: 'damaged', commits, lostCommits: begun - 1 };
  return begun === 1 || incomplete || behindLastCommit ? { t: 'torn-tail', commits } : { t: 'sound', commits };
}

type Sum = readonly [number, number];

function checksum(data: Buffer, start: number, length: number, from: Sum, bigEndian: boolean): Sum {
  let [first, second] = from;
  for (let offset = start; offset < start + length; offset += 8) {
    const a = bigEndian ? data.readUInt32BE(offset) : data.readUInt32LE(offset);
    const b = bigEndian ? data.readUInt32BE(offset + 4) : data.readUInt32LE(offset + 4);
    first = (first + a + second) >>> 0;
    second = (second + b + first) >>> 0;
  }
  return [first, second];
}

function same(sum: Sum, first: number, second: number): boolean {
  return sum[0] === first && sum[1] === second;
}

/** A file of an archive. */
export interface TarEntry {
  /** ASCII, at most 100 bytes. */
  name: string;
  content: string | Buffer;
}

const BLOCK = 512;

/** A POSIX ustar archive (IEEE 1003.1 pax, "ustar Interchange Format"): what `tar -t` reads everywhere. */
export function tar(entries: readonly TarEntry[], modifiedAtMs: number): Buffer {
  const blocks = entries.flatMap(({ name, content }) => {
    const body = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
    const padding = Buffer.alloc((BLOCK - (body.length % BLOCK)) % BLOCK);
    return [header(name, body.length, modifiedAtMs), body, padding];
  });
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]);
}

function header(name: string, size: number, modifiedAtMs: number): Buffer {
  const block = Buffer.alloc(BLOCK);
  block.write(name, 0, 100, 'ascii');
  block.write(octal(0o644, 7), 100, 'ascii');
  block.write(octal(0, 7), 108, 'ascii');
  block.write(octal(0, 7), 116, 'ascii');
  block.write(octal(size, 11), 124, 'ascii');
  block.write(octal(Math.max(0, Math.floor(modifiedAtMs / 1000)), 11), 136, 'ascii');
  block.write('        ', 148, 'ascii');
  block.write('0', 156, 'ascii');
  block.write('ustar\u000000', 257, 'ascii');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${octal(sum, 6)}\u0000 `, 148, 'ascii');
  return block;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}

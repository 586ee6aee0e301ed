/**
 * Why a transfer failed, in the words that notifications have for it:
 * `denied` the server refused who we are, `unsupported` it (or we) cannot do this operation, `protocol` it does not
 * speak what the URL says, `failed` everything else (unreachable, cut, full).
 */
export type TransferFailure = 'denied' | 'unsupported' | 'protocol' | 'failed';

/** A download or upload that did not succeed. `message` has no credentials. */
export class TransferError extends Error {
  readonly failure: TransferFailure;
  readonly code: string;
  /** What to do next. */
  readonly hint: string;
  /** Trying again cannot help: the request itself is wrong. */
  readonly permanent: boolean;

  constructor(
    failure: TransferFailure,
    code: string,
    message: string,
    hint: string,
    more: { permanent?: boolean; cause?: unknown } = {},
  ) {
    super(message, { cause: more.cause });
    this.name = 'TransferError';
    this.failure = failure;
    this.code = code;
    this.hint = hint;
    this.permanent = more.permanent ?? false;
  }
}

/** Whatever was thrown on the way, as a TransferError. @param where the location without credentials */
export function transferErrorOf(error: unknown, where: string): TransferError {
  if (error instanceof TransferError) return error;
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  const message = error instanceof Error ? error.message : String(error);
  if (code === 'ENOSPC')
    return new TransferError(
      'failed',
      'DiskFull',
      `${where}: there is no room for the file`,
      'Free space on the disk.',
      {
        cause: error,
      },
    );
  if (typeof code === 'number') return ftpError(code, message, where, error);
  const name = typeof code === 'string' ? code : 'Failed';
  if (name.startsWith('HPE_'))
    return new TransferError('protocol', name, `${where}: what answers speaks no HTTP`, 'Check port and scheme.', {
      cause: error,
    });
  return new TransferError('failed', name, `${where}: ${message || name}`, hintOf(name), { cause: error });
}

/** FTP reply codes, RFC 959 §4.2. */
function ftpError(code: number, message: string, where: string, cause: unknown): TransferError {
  const text = `${where}: the FTP server said ${message}`;
  const name = `FTP_${code}`;
  if (code === 530 || code === 532 || code === 550 || code === 553)
    return new TransferError('denied', name, text, 'Check user, password, path and its permissions.', { cause });
  if (code >= 500 && code <= 504)
    return new TransferError('unsupported', name, text, 'The server lacks a command that is needed.', { cause });
  return new TransferError('failed', name, text, 'See the log of the FTP server.', { cause });
}

/** HTTP status codes that are no success. */
export function httpStatusError(status: number, where: string): TransferError {
  const text = `${where}: the server answered ${status}`;
  const name = `HTTP_${status}`;
  if (status === 401 || status === 403)
    return new TransferError('denied', name, text, 'Check the credentials in the location and what they may do.');
  if (status === 405 || status === 501)
    return new TransferError('unsupported', name, text, 'The server does not take this method at this address.');
  if (status === 400 || status === 411 || status === 415 || status === 422)
    return new TransferError('protocol', name, text, 'The server did not understand the request.');
  return new TransferError('failed', name, text, 'See the log of the server.');
}

function hintOf(code: string): string {
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'Check the host name in the location, and DNS here.';
    case 'ECONNREFUSED':
      return 'Check port and scheme of the location; is the server running?';
    case 'ABORT_ERR':
      return 'It was ended from this side.';
    default:
      return code.includes('CERT') || code.includes('SELF_SIGNED')
        ? "Install the root of the server's certificate, or use a server with a public one."
        : 'Check the network between charge point and server.';
  }
}

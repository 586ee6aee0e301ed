import { isLoopbackHost } from '../../loopback.js';
import type { MailConfiguration } from './mail-settings.js';

export interface OutgoingMail {
  messageId: string;
  subject: string;
  body: string;
}

/** Sends one mail. @returns what the mail server answered @throws Error, without the password in its message */
export type SendMail = (configuration: MailConfiguration, mail: OutgoingMail) => Promise<string>;

/** A mail server that is not there must not hold up the others' work, nor the end of the process for long. */
const PATIENCE_MS = 20_000;

/**
 * Over SMTP (nodemailer). The address is taken apart here: nodemailer would take any of its options from a URL's query,
 * programs to run among them. The only one that is let through: `?tls.rejectUnauthorized=false`, for a mail server in
 * the own network with a certificate of its own. A password goes over TLS only, except on this machine.
 */
export const sendBySmtp: SendMail = async (configuration, mail) => {
  const url = new URL(configuration.smtpUrl);
  const secure = url.protocol === 'smtps:';
  const user = decodeURIComponent(url.username);
  const pass = decodeURIComponent(url.password);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  // 40 files that most installations never need: loaded with the first mail.
  const { createTransport } = await import('nodemailer');
  const transport = createTransport({
    host,
    port: url.port === '' ? (secure ? 465 : 587) : Number(url.port),
    secure,
    requireTLS: !secure && user !== '' && !isLoopbackHost(host),
    ...(user === '' ? {} : { auth: { user, pass } }),
    ...(url.searchParams.get('tls.rejectUnauthorized') === 'false' ? { tls: { rejectUnauthorized: false } } : {}),
    connectionTimeout: PATIENCE_MS,
    greetingTimeout: PATIENCE_MS,
    socketTimeout: PATIENCE_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    const { response } = await transport.sendMail({
      from: configuration.from,
      to: [...configuration.recipients],
      subject: mail.subject,
      text: mail.body,
      messageId: mail.messageId,
      // RFC 3834: holiday notices and the like do not answer.
      headers: { 'Auto-Submitted': 'auto-generated' },
    });
    return response;
  } catch (error) {
    const told = error instanceof Error ? error.message : String(error);
    throw new Error(pass === '' ? told : told.replaceAll(pass, '***'));
  } finally {
    transport.close();
  }
};

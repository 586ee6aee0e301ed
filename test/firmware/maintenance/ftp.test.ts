import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createCertificateAuthority } from '../../support/certificate-authority.js';
import { startFtpServer } from './ftp-server.js';
import { CONTENT, failure, freshFile, once, signal, transferWith, UPLOAD } from './transfer-bench.js';

test('FTP: upload into a directory with user and password, download, resume by REST', async () => {
  const ftp = await startFtpServer();
  const base = `ftp://cp:s3cret@127.0.0.1:${ftp.port}`;
  await transferWith().upload(`${base}/logs/`, UPLOAD, once, signal());
  assert.ok(ftp.files.get('logs/diagnostics.tar.gz')?.equals(CONTENT));

  ftp.files.set('fw/new.bin', CONTENT);
  ftp.cutAfterBytes = 120_000;
  const file = freshFile();
  await transferWith().download(`${base}/fw/new.bin`, file, { retries: 1, retryIntervalS: 0 }, signal());
  assert.ok(readFileSync(file).equals(CONTENT));
  const rests = ftp.commands.filter((line) => line.startsWith('REST')).map((line) => Number(line.slice(5)));
  assert.ok(
    rests.some((offset) => offset > 0),
    `resumed: ${ftp.commands.join(', ')}`,
  );
  await ftp.stop();
});

test('FTPS: control and data are encrypted; a server that an unknown authority vouches for gets neither password nor file', async () => {
  const authority = createCertificateAuthority('FTP Root');
  const stranger = createCertificateAuthority('Stranger');
  const { cert, key } = authority.issueServer();
  const ftp = await startFtpServer({ cert, key });
  try {
    const base = `ftps://cp:s3cret@127.0.0.1:${ftp.port}`;
    const trusting = transferWith({ ca: [authority.root.cert] });
    await trusting.upload(`${base}/logs/`, UPLOAD, once, signal());
    assert.ok(ftp.files.get('logs/diagnostics.tar.gz')?.equals(CONTENT));
    const file = freshFile();
    await trusting.download(`${base}/logs/diagnostics.tar.gz`, file, once, signal());
    assert.ok(readFileSync(file).equals(CONTENT));
    assert.ok(ftp.commands.includes('PROT P'));

    ftp.commands.length = 0;
    const doubting = transferWith({ ca: [stranger.root.cert] });
    const error = await failure(doubting.upload(`${base}/logs/`, UPLOAD, once, signal()));
    assert.match(`${error.code} ${error.message}`, /certificate|CERT/i);
    assert.ok(ftp.commands.includes('AUTH TLS'));
    assert.not.ok(
      ftp.commands.some((line) => /^(USER|PASS|STOR)/.test(line)),
      ftp.commands.join(', '),
    );
    // The same server by plain FTP: it insists on TLS, and the password is not asked for.
    await failure(trusting.upload(`ftp://cp:s3cret@127.0.0.1:${ftp.port}/logs/`, UPLOAD, once, signal()));
    assert.not.ok(ftp.commands.includes('PASS'));
  } finally {
    await ftp.stop();
    authority.dispose();
    stranger.dispose();
  }
});

test('FTP: a wrong password and a refused STOR are denied; a missing file is told', async () => {
  const ftp = await startFtpServer();
  const wrong = await failure(transferWith().upload(`ftp://cp:no@127.0.0.1:${ftp.port}/`, UPLOAD, once, signal()));
  assert.equal([wrong.failure, wrong.code], ['denied', 'FTP_530']);
  ftp.refuseStores = 553;
  const base = `ftp://cp:s3cret@127.0.0.1:${ftp.port}`;
  assert.is((await failure(transferWith().upload(`${base}/logs/`, UPLOAD, once, signal()))).failure, 'denied');
  ftp.refuseStores = 502;
  assert.is((await failure(transferWith().upload(`${base}/logs/`, UPLOAD, once, signal()))).failure, 'unsupported');
  const missing = await failure(transferWith().download(`${base}/none.bin`, freshFile(), once, signal()));
  assert.match(missing.code, /^FTP_550/);
  await ftp.stop();
});

test('FTP: a second attempt appends what the first left behind', async () => {
  const ftp = await startFtpServer();
  ftp.refuseStores = 450;
  const half = CONTENT.subarray(0, 100_000);
  const base = `ftp://cp:s3cret@127.0.0.1:${ftp.port}/logs/`;
  await transferWith().upload(
    base,
    UPLOAD,
    {
      retries: 1,
      retryIntervalS: 0,
      onRetry: () => {
        ftp.refuseStores = null;
        ftp.files.set('logs/diagnostics.tar.gz', half);
      },
    },
    signal(),
  );
  assert.ok(ftp.files.get('logs/diagnostics.tar.gz')?.equals(CONTENT));
  assert.ok(ftp.commands.some((line) => line.startsWith('APPE')));
  await ftp.stop();
});

test.run();

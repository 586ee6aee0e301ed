import type { Handler } from './handler.js';

/** White paper A02, A03: the certificate that the central system had signed. */
export const certificateSigned: Handler<'CertificateSigned'> = ({ certificateChain }, { certificates }) => ({
  status: certificates.signed(certificateChain),
});

/** White paper M05. */
export const installCertificate: Handler<'InstallCertificate'> = ({ certificateType, certificate }, context) => ({
  status: context.certificates.install(certificateType, certificate),
});

/** White paper M04. */
export const deleteCertificate: Handler<'DeleteCertificate'> = ({ certificateHashData }, { certificates }) => ({
  status: certificates.delete(certificateHashData),
});

/** White paper M03. */
export const getInstalledCertificateIds: Handler<'GetInstalledCertificateIds'> = ({ certificateType }, context) => {
  const certificateHashData = context.certificates.ids(certificateType);
  return certificateHashData.length === 0 ? { status: 'NotFound' } : { status: 'Accepted', certificateHashData };
};

import type { BootText } from './boot-payload';

/**
 * Makes a certificate that nobody else vouches for, in the folder it is given, for what a balancer calls in TLS: `certificate.pem` and
 * `key.pem`, which root alone reads. Ten years, since a balancer verifies neither name nor date; every instance has a key of its own that
 * never leaves it. What is there is left as it is.
 *
 * A boot program has it among its `files` and calls `bash "$BOOT_FILES/make-certificate" /etc/pki/app`.
 *
 * @claims compute-tls-bridging
 */
export const ownCertificate: BootText = {
  name: 'make-certificate',
  text: `#!/bin/bash
set -euo pipefail
folder="\${1:?give the folder of the certificate}"

mkdir -p "$folder"
if [[ -s "$folder/certificate.pem" && -s "$folder/key.pem" ]]; then
  exit 0
fi
umask 077
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 \\
  -subj "/CN=$(hostname)" -keyout "$folder/key.new" -out "$folder/certificate.new" 2>/dev/null
mv "$folder/key.new" "$folder/key.pem"
chmod 644 "$folder/certificate.new"
mv "$folder/certificate.new" "$folder/certificate.pem"
`,
};

#!/bin/sh
# What a machine is given before the guide is followed on it: wheels in the place of an index, names in the place of
# a name server, and the certificate that its operator would bring.
set -eu
printf '[global]\nno-index = true\nfind-links = /srv/wheels\ndisable-pip-version-check = true\n' > /etc/pip.conf
echo 'Acquire::Retries "0";' > /etc/apt/apt.conf.d/offline
cat >> /etc/hosts <<END
127.0.0.1 go4brussels.example
10.77.0.13 database.example
10.77.0.21 app-1.example
10.77.0.22 app-2.example
END
mkdir -p /etc/ssl/go4brussels
cp /srv/supplies/fullchain.pem /srv/supplies/key.pem /etc/ssl/go4brussels/
cp /srv/supplies/fullchain.pem /usr/local/share/ca-certificates/portal.crt
update-ca-certificates
git config --system --add safe.directory '*'

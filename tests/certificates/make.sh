#!/bin/sh
# Makes the certificates of the tests anew: an authority, two certificates of it for this machine,
# one for another name, one that has expired; and chains, whole and otherwise. Their keys are no secret: nothing else trusts them.
set -eu
cd "$(dirname "$0")"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
touch "$folder/index"
cat >"$folder/ca.cnf" <<END
[ca]
default_ca = town
[town]
database = $folder/index
new_certs_dir = $folder
rand_serial = yes
default_md = sha256
policy = any
[any]
commonName = supplied
END

key() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1"; }

key "$folder/authority.key"
openssl req -x509 -new -key "$folder/authority.key" -subj "/CN=Alleyway tests" -days 36500 -out authority.pem \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign

# certificate NAME SUBJECT-ALTERNATIVE-NAMES LAST-DAY
certificate() {
    key "$1.key"
    openssl req -new -key "$1.key" -subj "/CN=$1" -out "$folder/request"
    printf 'basicConstraints=CA:FALSE\nsubjectAltName=%s\nextendedKeyUsage=serverAuth\n' "$2" >"$folder/extensions"
    openssl ca -batch -config "$folder/ca.cnf" -cert authority.pem -keyfile "$folder/authority.key" \
        -extfile "$folder/extensions" -startdate 20200101000000Z -enddate "$3" \
        -in "$folder/request" -out "$1.pem" -notext
}
certificate first DNS:localhost,IP:127.0.0.1 21250101000000Z
certificate second DNS:localhost,IP:127.0.0.1 21250101000000Z
certificate elsewhere DNS:town.example 21250101000000Z

# An authority in between, and what it vouches for: whole, alone, in the wrong order, and as a public
# authority would sign it.
key "$folder/between.key"
openssl req -new -key "$folder/between.key" -subj "/CN=Alleyway tests between" -out "$folder/request"
printf 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n' >"$folder/extensions"
openssl x509 -req -in "$folder/request" -CA authority.pem -CAkey "$folder/authority.key" -CAcreateserial \
    -CAserial "$folder/serial" -days 36500 -extfile "$folder/extensions" -out between.pem
# behind NAME MORE-EXTENSIONS
behind() {
    key "$1.key"
    openssl req -new -key "$1.key" -subj "/CN=$1" -out "$folder/request"
    printf 'basicConstraints=CA:FALSE\nsubjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n%s\n' "$2" >"$folder/extensions"
    openssl x509 -req -in "$folder/request" -CA between.pem -CAkey "$folder/between.key" -CAcreateserial \
        -CAserial "$folder/serial" -days 36500 -extfile "$folder/extensions" -out "$1.pem"
}
behind alone ''
behind public 'authorityInfoAccess=caIssuers;URI:http://authority.example/between.der'
cat alone.pem between.pem >whole.pem
cp alone.key whole.key
cat between.pem alone.pem >reversed.pem
cp alone.key reversed.key
openssl pkcs8 -topk8 -in alone.key -passout pass:town -out encrypted.key
openssl req -x509 -new -key first.key -subj "/CN=self" -days 36500 -out self.pem \
    -addext basicConstraints=critical,CA:FALSE -addext subjectAltName=DNS:localhost,IP:127.0.0.1
cp first.key self.key

certificate expired DNS:localhost,IP:127.0.0.1 20200201000000Z

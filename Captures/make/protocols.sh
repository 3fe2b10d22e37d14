# shellcheck shell=bash
# One function for each protocol: the programs that people use for it, with a server that people use for it. What is in
# each capture stands in ../README.md.

SITE=http://192.0.2.90
TLS=(openssl s_client -quiet -ign_eof -servername shop.example)

# visit HOST CURL-OPTION... — curl, whose answer nobody needs.
visit() {
  local host=$1
  shift
  run "$host" curl -4 -sS -A "$BROWSER" "$@" >/dev/null
}

# say REQUEST-FILE: a request for s_client.
page_request() {
  printf 'GET /orders.html HTTP/1.1\r\nHost: shop.example\r\nCookie: session=%s\r\nConnection: close\r\n\r\n' "$1" \
    >"$LAB/page"
}

make_protocols_http1() {
  start_shop
  local key csrf note wrong
  key=$(secret) csrf=$(secret) note=$(secret) wrong=$(secret)
  printf 'Notes of the meeting: %s\n' "$note" >"$LAB/notes.txt"
  rm -f "$LAB/jar"
  begin protocols/http1
  plant "$PASSWORD" "$key" "$csrf" "$note" "$wrong" "$TOKEN" \
    "$(base64_of "carol:$PASSWORD")" "$(base64_of "carol:$wrong")" "$(base64_of "dave:$wrong")"
  visit example7 -b "$LAB/jar" -c "$LAB/jar" "$SITE/index.html?lang=en&api_key=$key" "$SITE/orders.html"
  visit example7 -b "$LAB/jar" -c "$LAB/jar" -e "$SITE/index.html?api_key=$key" \
    -d "user=carol&password=$PASSWORD&csrf=$csrf" "$SITE/login"
  visit example7 -b "$LAB/jar" -c "$LAB/jar" -F "csrf=$csrf" -F "file=@$LAB/notes.txt;type=text/plain" "$SITE/upload"
  visit example7 -u "carol:$PASSWORD" "$SITE/private"
  visit example7 -u "carol:$wrong" "$SITE/private"
  visit example7 "http://dave:$wrong@192.0.2.90/private"
  visit example7 -H "Authorization: Bearer $TOKEN" -H "X-Api-Key: $key" \
    -H 'Content-Type: application/json' -d "{\"item\":7,\"token\":\"$csrf\"}" "$SITE/items/7"
  visit example7 -I "$SITE/index.html"
  visit example7 -X PUT -T "$LAB/notes.txt" -H 'Expect: 100-continue' "$SITE/items/8"
  visit example7 -X DELETE "$SITE/items/8"
  printf 'user=carol&password=%s' "$PASSWORD" | visit example7 -X POST -H 'Expect:' -T - "$SITE/login"
  visit example7 "$SITE/missing.html"
  finish
}

make_protocols_http2() {
  start_shop
  local csrf two=(--http2-prior-knowledge -b "$LAB/jar" -c "$LAB/jar")
  csrf=$(secret)
  rm -f "$LAB/jar"
  if once upgrade; then
    run shop nghttpx -f '0.0.0.0,82;no-tls' -b 127.0.0.1,80 --workers=1 --log-level=FATAL /dev/null /dev/null \
      >/dev/null 2>&1 &
    await run shop bash -c 'exec 3<>/dev/tcp/192.0.2.90/82'
  fi
  begin protocols/http2
  plant "$PASSWORD" "$csrf" "$TOKEN" "$(base64_of "carol:$PASSWORD")"
  # One page for each connection: curl 7.88 loses count when it uses such a connection again.
  visit example7 "${two[@]}" "$SITE:81/index.html"
  visit example7 "${two[@]}" "$SITE:81/missing.html"
  visit example7 "${two[@]}" -d "user=carol&password=$PASSWORD&csrf=$csrf" "$SITE:81/login"
  visit example7 "${two[@]}" -u "carol:$PASSWORD" "$SITE:81/private"
  visit example7 "${two[@]}" -H "Authorization: Bearer $TOKEN" "$SITE:81/items/7?token=$TOKEN"
  run example7 nghttp -n -H "cookie: session=$csrf" "$SITE:81/index.html" "$SITE:81/orders.html" >/dev/null
  visit example7 --http2 -b "session=$csrf" "$SITE:82/index.html"
  finish
  # What the server set is compressed on the wire; curl's jar has it as it is.
  enter_what_was_sent "$LAB/jar"
}

# LAB_PYTHON names a Python that has websockets and aioquic.
make_protocols_websocket() {
  local python=${LAB_PYTHON:-python3} cookie message
  cookie=$(secret) message=$(secret)
  if once websocket; then
    run shop "$python" "$HERE/websocket.py" serve 192.0.2.90 8765 2>"$LAB/websocket.log" &
    await run shop bash -c 'exec 3<>/dev/tcp/192.0.2.90/8765'
  fi
  begin protocols/websocket
  plant "$cookie" "$message"
  run example7 "$python" "$HERE/websocket.py" send ws://192.0.2.90:8765/chat "session=$cookie" "hello $message"
  finish
}

# A whole handshake, a ticket shown again, a session ID shown again, client certificates (accepted, missing), and a
# certificate that curl does not trust.
make_protocols_tls12() {
  start_shop
  local cookie client=("${TLS[@]}" -tls1_2 -connect 192.0.2.90:443) to=(--resolve shop.example:443:192.0.2.90)
  local own=(--cert "$LAB/ca/carol.pem" --key "$LAB/ca/carol.key") old=(--tlsv1.2 --tls-max 1.2)
  cookie=$(secret)
  page_request "$cookie"
  rm -f "$LAB/session"
  begin protocols/tls12
  plant "$cookie"
  visit example7 "${old[@]}" --cacert "$LAB/ca/ca.pem" "${to[@]}" https://shop.example/index.html
  run example7 "${client[@]}" -sess_out "$LAB/session" <"$LAB/page" >/dev/null 2>&1
  run example7 "${client[@]}" -sess_in "$LAB/session" <"$LAB/page" >/dev/null 2>&1
  run example7 "${client[@]}" -no_ticket -sess_out "$LAB/session" <"$LAB/page" >/dev/null 2>&1
  run example7 "${client[@]}" -no_ticket -sess_in "$LAB/session" <"$LAB/page" >/dev/null 2>&1
  visit example7 "${old[@]}" -k "${own[@]}" https://192.0.2.90:444/index.html
  visit example7 "${old[@]}" -k https://192.0.2.90:444/index.html
  visit example7 "${old[@]}" "${to[@]}" https://shop.example/index.html 2>/dev/null || true
  run example7 curl -4 -sS -o /dev/null -k --tls-max 1.1 --ciphers 'DEFAULT@SECLEVEL=0' https://192.0.2.90/ 2>/dev/null || true
  finish
}

# A whole handshake with HTTP/2, a key shown twice, HelloRetryRequest, a client certificate (which nobody can see).
make_protocols_tls13() {
  start_shop
  local cookie client=("${TLS[@]}" -tls1_3 -connect 192.0.2.90:443) to=(--resolve shop.example:443:192.0.2.90)
  cookie=$(secret)
  page_request "$cookie"
  rm -f "$LAB/session"
  begin protocols/tls13
  plant "$cookie"
  visit example7 --tlsv1.3 --cacert "$LAB/ca/ca.pem" "${to[@]}" -b "session=$cookie" https://shop.example/index.html
  run example7 "${client[@]}" -alpn http/1.1 -sess_out "$LAB/session" <"$LAB/page" >/dev/null 2>&1
  run example7 "${client[@]}" -alpn http/1.1 -sess_in "$LAB/session" <"$LAB/page" >/dev/null 2>&1
  run example7 "${client[@]}" -alpn http/1.1 -sess_in "$LAB/session" <"$LAB/page" >/dev/null 2>&1
  run example7 openssl s_client -quiet -ign_eof -tls1_3 -groups X25519:P-384 -connect 192.0.2.90:445 \
    <"$LAB/page" >/dev/null 2>&1
  visit example7 --tlsv1.3 -k --cert "$LAB/ca/carol.pem" --key "$LAB/ca/carol.key" https://192.0.2.90:444/index.html
  finish
}

# chromium_visits URL OPTION... — with a profile of its own, and nothing but the visit.
chromium_visits() {
  local url=$1
  shift
  run example7 env HOME="$LAB/home" timeout 40 chromium --headless --no-sandbox --disable-gpu --no-first-run \
    --disable-background-networking --disable-component-update --disable-sync --disable-default-apps \
    --user-data-dir="$LAB/chromium-$CAPTURE" --ignore-certificate-errors \
    --host-resolver-rules='MAP shop.example 192.0.2.90, MAP * ~NOTFOUND' "$@" --dump-dom "$url" \
    >"$LAB/chromium.out" 2>"$LAB/chromium.log"
  grep -q 'Example shop' "$LAB/chromium.out"
}

make_protocols_chromium() {
  start_shop
  begin protocols/chromium
  chromium_visits https://shop.example/index.html
  chromium_visits http://shop.example/index.html
  finish
}

make_protocols_quic() {
  certificates
  local python=${LAB_PYTHON:-python3} cookie number
  cookie=$(secret)
  if once quic; then
    run shop "$python" "$HERE/quic.py" serve 192.0.2.90 443 "$LAB/ca/shop.example.pem" "$LAB/ca/shop.example.key" &
    run shop "$python" "$HERE/quic.py" serve 192.0.2.90 444 "$LAB/ca/shop.example.pem" "$LAB/ca/shop.example.key" \
      --retry &
    sleep 3
  fi
  number=$(openssl x509 -in "$LAB/ca/shop.example.pem" -pubkey -noout | openssl pkey -pubin -outform der |
    openssl dgst -sha256 -binary | base64)
  begin protocols/quic
  plant "$cookie"
  run example7 "$python" "$HERE/quic.py" fetch 192.0.2.90 443 shop.example /index.html "session=$cookie" "$LAB/quic-ticket"
  run example7 "$python" "$HERE/quic.py" fetch 192.0.2.90 443 shop.example /orders.html "session=$cookie" "$LAB/quic-ticket"
  run example7 "$python" "$HERE/quic.py" fetch 192.0.2.90 444 shop.example /index.html "session=$cookie"
  chromium_visits https://shop.example/index.html --enable-quic --origin-to-force-quic-on=shop.example:443 \
    --ignore-certificate-errors-spki-list="$number"
  finish
}

# letter OPTION... — a mail of carol's, handed in with her password; the host is $1.
letter() {
  local host=$1
  shift
  run "$host" swaks --silent 2 --server 192.0.2.25 --helo laptop.example.net --from carol@example.com \
    --to staff@example.com --header 'Subject: Orders (demonstration)' "$@"
}

make_protocols_smtp() {
  open_mail
  local wrong note with=(--auth-user carol@example.com --auth-password "$PASSWORD")
  wrong=$(secret) note=$(secret)
  printf 'Notes of the meeting: %s\n' "$note" >"$LAB/notes.txt"
  begin protocols/smtp
  plant "$PASSWORD" "$wrong" "$note" "$(base64_of "\0carol@example.com\0$PASSWORD")" "$(base64_of "$PASSWORD")" \
    "$(base64_of "$wrong")" "$(base64 -w 0 "$LAB/notes.txt")"
  letter example7
  letter example7 --auth PLAIN "${with[@]}" --header 'Message-Id: <demonstration-101@example.com>'
  letter example7 --auth LOGIN "${with[@]}" --header 'Message-Id: <demonstration-102@example.com>' \
    --to 'staff@example.com,press@example.com' --header 'X-Originating-IP: [198.51.100.7]' --header 'X-Mailer: Example Mailer 3.1' \
    --attach-type text/plain --attach-name notes.txt --attach "@$LAB/notes.txt"
  letter example7 --auth LOGIN --auth-user carol@example.com --auth-password "$wrong" >/dev/null 2>&1 || true
  finish
}

make_protocols_smtp_tls() {
  open_mail
  begin protocols/smtp-tls
  plant "$PASSWORD" "$(base64_of "\0carol@example.com\0$PASSWORD")"
  letter example7 --tls --auth PLAIN --auth-user carol@example.com --auth-password "$PASSWORD" \
    --header 'Message-Id: <demonstration-103@example.com>'
  finish
}

# start_mailbox — Dovecot with a mailbox of carol's, POP3 and IMAP, with and without TLS.
start_mailbox() {
  once mailbox || return 0
  certificates
  accounts
  local etc=$LAB/dovecot
  mkdir -p "$etc/run" "$etc/mail/carol/new" "$etc/mail/carol/cur" "$etc/mail/carol/tmp"
  printf 'From: Alice <alice@example.com>\r\nTo: carol@example.com\r\nSubject: Orders\r\nMessage-ID: <demonstration-201@example.com>\r\n\r\nOne line.\r\n' \
    >"$etc/mail/carol/new/1"
  chown -R 4001:4001 "$etc/mail"
  echo "carol:{PLAIN}$PASSWORD:4001:4001::$etc/mail/carol" >"$etc/users"
  chmod 644 "$etc/users"
  cat >"$etc/dovecot.conf" <<DOVECOT
protocols = imap pop3
base_dir = $etc/run
log_path = $etc/log
ssl = yes
ssl_cert = <$LAB/ca/shop.example.pem
ssl_key = <$LAB/ca/shop.example.key
disable_plaintext_auth = no
auth_mechanisms = plain login
mail_location = maildir:$etc/mail/%u
first_valid_uid = 1000
service imap-login {
  chroot =
}
service pop3-login {
  chroot =
}
passdb {
  driver = passwd-file
  args = $etc/users
}
userdb {
  driver = passwd-file
  args = $etc/users
}
DOVECOT
  chmod 755 "$etc"
  run mail dovecot -F -c "$etc/dovecot.conf" >"$etc/out" 2>&1 &
  await run mail bash -c 'exec 3<>/dev/tcp/192.0.2.25/143 && exec 4<>/dev/tcp/192.0.2.25/110'
}

# pop_read PASSWORD — USER and PASS, which curl does not use where there is better.
pop_read() {
  run example7 python3 -c 'import poplib, sys
box = poplib.POP3("192.0.2.25")
box.user("carol")
box.pass_(sys.argv[1])
box.retr(1)
box.quit()' "$1"
}

# imap_read PASSWORD — likewise LOGIN.
imap_read() {
  run example7 python3 -c 'import imaplib, sys
box = imaplib.IMAP4("192.0.2.25")
box.login("carol", sys.argv[1])
box.select("INBOX")
box.fetch("1", "(RFC822)")
box.logout()' "$1"
}

make_protocols_mailbox() {
  start_mailbox
  local wrong with=(-u "carol:$PASSWORD")
  wrong=$(secret)
  begin protocols/mailbox
  plant "$PASSWORD" "$wrong" "$(base64_of "\0carol\0$PASSWORD")" "$(base64_of "$PASSWORD")"
  pop_read "$PASSWORD"
  visit example7 "${with[@]}" --login-options AUTH=PLAIN pop3://192.0.2.25/1
  visit example7 "${with[@]}" --login-options AUTH=LOGIN pop3://192.0.2.25/
  pop_read "$wrong" 2>/dev/null || true
  visit example7 "${with[@]}" --ssl-reqd -k pop3://192.0.2.25/
  imap_read "$PASSWORD"
  visit example7 "${with[@]}" --login-options AUTH=PLAIN 'imap://192.0.2.25/INBOX;MAILINDEX=1'
  visit example7 "${with[@]}" --login-options AUTH=LOGIN 'imap://192.0.2.25/'
  imap_read "$wrong" 2>/dev/null || true
  visit example7 "${with[@]}" --ssl-reqd -k imap://192.0.2.25/
  finish
}

# A password that is accepted, one that is not, a key, a copied file.
make_protocols_ssh() {
  accounts
  local etc=$LAB/ssh wrong options=(-F none -p 2222 -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null)
  options+=(-o LogLevel=ERROR -o PreferredAuthentications=password -o NumberOfPasswordPrompts=1)
  wrong=$(secret)
  if once sshd; then
    sed -e 's/^Port 22$/Port 2222/' -e 's/^PasswordAuthentication no$/PasswordAuthentication yes/' \
      -e "s#^PidFile .*#PidFile $etc/sshd2.pid#" -e '$aSubsystem sftp internal-sftp' "$etc/sshd_config" >"$etc/sshd2_config"
    run ssh "$(command -v sshd)" -f "$etc/sshd2_config"
  fi
  printf 'A file to copy.\n' >"$LAB/copied.txt"
  begin protocols/ssh
  plant "$PASSWORD" "$wrong"
  run example7 sshpass -p "$PASSWORD" ssh "${options[@]}" carol@192.0.2.22 'id -un' >"$LAB/ssh.out"
  grep -qx carol "$LAB/ssh.out"
  run example7 sshpass -p "$wrong" ssh "${options[@]}" carol@192.0.2.22 true 2>/dev/null || true
  run example7 sshpass -p "$PASSWORD" scp -q "${options[@]/#-p/-P}" "$LAB/copied.txt" carol@192.0.2.22:copied.txt
  run example7 ssh -F none -i "$etc/bob_key" -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null \
    -o LogLevel=ERROR bob@192.0.2.22 'id -un' >/dev/null
  finish
}

start_ftp() {
  once ftp || return 0
  certificates
  accounts
  mkdir -p /run/vsftpd/empty
  printf 'auth required pam_unix.so\naccount required pam_unix.so\n' >"$LAB/pam-vsftpd"
  mount --bind "$LAB/pam-vsftpd" /etc/pam.d/vsftpd
  cat >"$LAB/vsftpd.conf" <<VSFTPD
listen=YES
background=NO
local_enable=YES
write_enable=YES
pam_service_name=vsftpd
ftpd_banner=files.example FTP
pasv_min_port=40000
pasv_max_port=40010
seccomp_sandbox=NO
ssl_enable=YES
force_local_logins_ssl=NO
force_local_data_ssl=NO
rsa_cert_file=$LAB/ca/shop.example.pem
rsa_private_key_file=$LAB/ca/shop.example.key
require_ssl_reuse=NO
VSFTPD
  run files vsftpd "$LAB/vsftpd.conf" >"$LAB/vsftpd.out" 2>&1 &
  await run files bash -c 'exec 3<>/dev/tcp/192.0.2.21/21 && read -r -t 3 <&3'
}

make_protocols_ftp() {
  start_ftp
  local wrong note with=(-u "carol:$PASSWORD")
  wrong=$(secret) note=$(secret)
  printf 'Notes of the meeting: %s\n' "$note" >"$LAB/notes.txt"
  begin protocols/ftp
  plant "$PASSWORD" "$wrong" "$note"
  visit example7 "${with[@]}" -T "$LAB/notes.txt" ftp://192.0.2.21/notes.txt
  visit example7 "${with[@]}" ftp://192.0.2.21/
  visit example7 "${with[@]}" ftp://192.0.2.21/notes.txt
  visit example7 "${with[@]}" -P - ftp://192.0.2.21/notes.txt
  visit example7 -u "carol:$wrong" ftp://192.0.2.21/ 2>/dev/null || true
  visit example7 "${with[@]}" --ssl-reqd -k ftp://192.0.2.21/
  finish
}

# start_samba — a share for carol, from SMB 1 to SMB 3.
start_samba() {
  once samba || return 0
  accounts
  local etc=$LAB/samba
  mkdir -p "$etc"/{share,private,state,lock,cache,pid,ncalrpc}
  chmod 777 "$etc/share"
  chmod 755 "$etc"
  cat >"$etc/smb.conf" <<SAMBA
[global]
workgroup = EXAMPLE
netbios name = FILES
server string = files.example
server min protocol = NT1
server role = standalone server
ntlm auth = yes
interfaces = eth0
bind interfaces only = yes
disable netbios = yes
smb ports = 445
private dir = $etc/private
state directory = $etc/state
lock directory = $etc/lock
cache directory = $etc/cache
pid directory = $etc/pid
ncalrpc dir = $etc/ncalrpc
log file = $etc/log
load printers = no
[share]
path = $etc/share
read only = no
SAMBA
  printf '[global]\nworkgroup = EXAMPLE\nnetbios name = LAPTOP\nclient min protocol = NT1\n' >"$etc/client.conf"
  printf '%s\n%s\n' "$PASSWORD" "$PASSWORD" | smbpasswd -c "$etc/smb.conf" -s -a carol >/dev/null
  run files smbd --foreground --no-process-group -s "$etc/smb.conf" >"$etc/out" 2>&1 &
  await run files bash -c 'exec 3<>/dev/tcp/192.0.2.21/445'
}

make_protocols_smb() {
  start_samba
  local wrong note client=(smbclient -s "$LAB/samba/client.conf" //192.0.2.21/share)
  wrong=$(secret) note=$(secret)
  printf 'Notes of the meeting: %s\n' "$note" >"$LAB/notes.txt"
  begin protocols/smb
  plant "$PASSWORD" "$wrong" "$note"
  run example7 "${client[@]}" -U "EXAMPLE\\carol%$PASSWORD" -m SMB3 \
    -c "put $LAB/notes.txt notes.txt; get notes.txt $LAB/fetched.txt" >/dev/null 2>&1
  run example7 "${client[@]}" -U "EXAMPLE\\carol%$PASSWORD" -m SMB2_02 -c 'ls' >/dev/null 2>&1
  run example7 "${client[@]}" -U "EXAMPLE\\carol%$PASSWORD" -m NT1 -c 'rename notes.txt old.txt; del old.txt' >/dev/null 2>&1
  run example7 "${client[@]}" -U "EXAMPLE\\carol%$wrong" -m SMB3 -c 'ls' >/dev/null 2>&1 || true
  finish
}

start_kerberos() {
  once kerberos || return 0
  accounts
  local etc=$LAB/krb5
  mkdir -p "$etc"
  cat >"$etc/krb5.conf" <<KRB5
[libdefaults]
default_realm = EXAMPLE.COM
dns_lookup_kdc = false
dns_lookup_realm = false
rdns = false
[realms]
EXAMPLE.COM = {
  kdc = 192.0.2.21
}
KRB5
  sed 's/^rdns = false$/&\nudp_preference_limit = 1/' "$etc/krb5.conf" >"$etc/tcp.conf"
  cat >"$etc/kdc.conf" <<KDC
[kdcdefaults]
kdc_listen = 192.0.2.21:88
kdc_tcp_listen = 192.0.2.21:88
[realms]
EXAMPLE.COM = {
  database_name = $etc/principal
  key_stash_file = $etc/stash
  acl_file = $etc/acl
}
[logging]
kdc = FILE:$etc/kdc.log
KDC
  export KRB5_KDC_PROFILE=$etc/kdc.conf KRB5_CONFIG=$etc/krb5.conf KRB5CCNAME=FILE:$etc/cache
  kdb5_util create -s -r EXAMPLE.COM -P "$(secret)" >/dev/null
  kadmin.local -q "addprinc +requires_preauth -pw $PASSWORD carol" >/dev/null 2>&1
  kadmin.local -q 'addprinc -randkey HTTP/shop.example' >/dev/null 2>&1
  run files krb5kdc -n >"$etc/out" 2>&1 &
  await run files bash -c 'exec 3<>/dev/tcp/192.0.2.21/88'
}

make_protocols_kerberos() {
  start_kerberos
  local wrong
  wrong=$(secret)
  begin protocols/kerberos
  plant "$PASSWORD" "$wrong"
  run example7 kinit carol <<<"$PASSWORD" >/dev/null
  run example7 kvno -q HTTP/shop.example
  run example7 kinit carol <<<"$wrong" >/dev/null 2>&1 || true
  run example7 kinit nobody <<<"$wrong" >/dev/null 2>&1 || true
  run example7 env KRB5_CONFIG="$LAB/krb5/tcp.conf" kinit carol <<<"$PASSWORD" >/dev/null
  run example7 env KRB5_CONFIG="$LAB/krb5/tcp.conf" kvno -q HTTP/shop.example
  finish
}

make_protocols_dns() {
  begin protocols/dns
  run example7 dig +tries=1 @192.0.2.53 www.example A >/dev/null
  run example7 dig +tries=1 @192.0.2.53 shop.example AAAA >/dev/null
  run example7 dig +tries=1 @192.0.2.53 example MX >/dev/null
  run example7 dig +tries=1 @192.0.2.53 missing.example TXT >/dev/null
  run example7 dig +tries=1 +noedns -x 192.0.2.25 @192.0.2.53 >/dev/null
  run example7 dig +tries=1 +tcp @192.0.2.53 mail.example A >/dev/null
  finish
}

# The same visits before and behind our own proxy; a client's own header is the lowest of what the proxy hands on.
make_protocols_forwarded() {
  start_front
  local cookie front
  cookie=$(secret)
  begin protocols/forwarded-front front eth0
  front=$TAP
  begin protocols/forwarded shop eth0
  plant "$cookie"
  visit example7 -b "session=$cookie" http://192.0.2.81/index.html
  visit example7 -b "session=$cookie" -H 'X-Forwarded-For: 203.0.113.99' http://192.0.2.81/orders.html
  visit vpn -b "session=$cookie" http://192.0.2.81/index.html
  visit clients --interface 203.0.113.210 -H 'X-Forwarded-For: 198.51.100.7, 198.51.100.8' \
    -H 'Forwarded: for=198.51.100.7;proto=http' http://192.0.2.81/index.html
  visit clients --interface 203.0.113.211 -H 'X-Forwarded-For: 198.51.100.7' "$SITE/index.html"
  finish
  TAP=$front
  CAPTURE=protocols/forwarded-front
  plant "$cookie"
  finish
}

# Both legs of a proxy: its clients, and what it does for them. Dante takes SOCKS 4a for SOCKS 4 and cannot reach
# 0.0.0.1; the SOCKS proxy in an OpenSSH client (port 1083, its other leg is SSH) can.
make_protocols_socks() {
  start_shop
  start_proxies
  local wrong cookie tunnel
  wrong=$(secret) cookie=$(secret)
  ip netns exec vpn ssh -F none -i "$LAB/ssh/bob_key" -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null \
    -o LogLevel=ERROR -N -D 203.0.113.9:1083 bob@192.0.2.22 &
  tunnel=$!
  await run example7 bash -c 'exec 3<>/dev/tcp/203.0.113.9/1083'
  begin protocols/socks vpn eth0
  plant "$PASSWORD" "$wrong" "$cookie"
  visit example7 -b "session=$cookie" -x "socks5://carol:$PASSWORD@203.0.113.9:1081" "$SITE/index.html"
  visit example7 -b "session=$cookie" -x "socks5h://carol:$PASSWORD@203.0.113.9:1081" http://shop.example/index.html
  visit example7 -x "socks5://carol:$wrong@203.0.113.9:1081" "$SITE/index.html" 2>/dev/null || true
  visit example7 -b "session=$cookie" -x socks5://203.0.113.9:1080 "$SITE/index.html"
  visit example7 -b "session=$cookie" -x socks4://203.0.113.9:1080 "$SITE/index.html"
  visit example7 -x socks4a://203.0.113.9:1080 http://shop.example/index.html 2>/dev/null || true
  visit example7 -b "session=$cookie" -x socks4a://203.0.113.9:1083 http://shop.example/index.html
  visit example7 -x socks5://203.0.113.9:1080 http://192.0.2.90:9/ 2>/dev/null || true
  run example7 proxychains4 -q -f "$LAB/proxychains.conf" openssl s_client -quiet -ign_eof -tls1_2 \
    -connect 192.0.2.90:443 -servername shop.example < <(printf 'GET / HTTP/1.0\r\n\r\n') >/dev/null 2>&1
  finish
  kill "$tunnel"
}

# A proxy that is reached through a proxy: SOCKS within SOCKS, seen at the first of them.
make_protocols_chain() {
  start_shop
  start_proxies
  local cookie
  cookie=$(secret)
  begin protocols/chain vpn eth0
  plant "$cookie"
  run example7 proxychains4 -q -f "$LAB/chain.conf" curl -4 -sS -o /dev/null -A "$BROWSER" -b "session=$cookie" \
    "$SITE/index.html"
  finish
}

make_protocols_http_proxy() {
  start_shop
  start_proxies
  local cookie wrong
  cookie=$(secret) wrong=$(secret)
  begin protocols/http-proxy exit eth0
  plant "$cookie" "$PASSWORD" "$wrong" "$(base64_of "carol:$PASSWORD")" "$(base64_of "carol:$wrong")"
  visit example7 -b "session=$cookie" -x "http://carol:$PASSWORD@203.0.113.70:8888" "$SITE/index.html"
  visit example7 -b "session=$cookie" -p -x "http://carol:$PASSWORD@203.0.113.70:8888" "$SITE/index.html"
  visit example7 -k -x "http://carol:$PASSWORD@203.0.113.70:8888" https://192.0.2.90/index.html
  visit example7 -x "http://carol:$wrong@203.0.113.70:8888" "$SITE/index.html"
  finish
}

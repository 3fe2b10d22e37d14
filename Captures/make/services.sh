# shellcheck shell=bash
# The programs that run on the hosts of topology.sh: real servers with configurations of their own under $LAB.
# Names are example names (RFC 2606), accounts are made up, the password is "not-a-secret".

# private_accounts — bob can log in over SSH; exists in this mount namespace only.
private_accounts() {
  cp /etc/passwd "$LAB/passwd"
  cp /etc/shadow "$LAB/shadow"
  echo "bob:x:4000:4000::$LAB/home/bob:/bin/bash" >>"$LAB/passwd"
  echo 'bob:*:20000::::::' >>"$LAB/shadow"
  printf 'nameserver 192.0.2.53\noptions timeout:2 attempts:1\n' >"$LAB/resolv.conf"
  printf '127.0.0.1 localhost lab.example\n' >"$LAB/hosts"
  mount --bind "$LAB/passwd" /etc/passwd
  mount --bind "$LAB/shadow" /etc/shadow
  mount --bind "$LAB/resolv.conf" /etc/resolv.conf
  mount --bind "$LAB/hosts" /etc/hosts
}

start_dns() {
  run dns dnsmasq --no-hosts --no-resolv --conf-file=/dev/null --pid-file="$LAB/dnsmasq.pid" --user=root \
    --listen-address=192.0.2.53 --bind-interfaces --local=/example/ --local=/in-addr.arpa/ \
    --host-record=mail.example,192.0.2.25 --host-record=www.example,192.0.2.80 \
    --host-record=ssh.example,192.0.2.22 --host-record=shop.example,192.0.2.90 \
    --mx-host=example,mail.example,10 --auth-ttl=300 --local-ttl=300
}

# start_web HOST — a site with a contact form. The form is answered by a second server behind the first one, so that
# the answer comes only after the whole body has been received. A visitor without a session gets a random one.
start_web() {
  local host=$1 root=$LAB/web-$1 page line
  mkdir -p "$root/pages"
  for page in index news staff; do
    {
      printf '<!doctype html>\n<title>%s</title>\n<h1>Example company: %s</h1>\n' "$page" "$page"
      for ((line = 1; line <= 24; line++)); do
        printf '<p>Paragraph %02d of the %s page, text of a demonstration and nothing else.</p>\n' "$line" "$page"
      done
    } >"$root/pages/$page.html"
  done
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj '/CN=www.example' \
    -keyout "$root/key.pem" -out "$root/certificate.pem" 2>"$root/openssl.log"
  cat >"$root/nginx.conf" <<NGINX
daemon off;
user root;
pid $root/nginx.pid;
error_log $root/error.log;
worker_processes 1;
events {}
http {
  access_log off;
  server_tokens off;
  client_body_temp_path $root/body;
  proxy_temp_path $root/proxy;
  fastcgi_temp_path $root/fastcgi;
  uwsgi_temp_path $root/uwsgi;
  scgi_temp_path $root/scgi;
  types { text/html html; }
  map \$cookie_session \$new_session {
    ''      "session=\$request_id; Path=/; HttpOnly";
    default '';
  }
  server {
    listen 80;
    listen [::]:80;
    listen 443 ssl;
    ssl_certificate $root/certificate.pem;
    ssl_certificate_key $root/key.pem;
    ssl_protocols TLSv1.2 TLSv1.3;
    server_name www.example;
    root $root/pages;
    add_header Set-Cookie \$new_session;
    location = /contact {
      proxy_pass http://127.0.0.1:8080;
    }
  }
  server {
    listen 127.0.0.1:8080;
    location / {
      default_type text/plain;
      return 200 "Thank you, your message has been received.\n";
    }
  }
}
NGINX
  run "$host" nginx -c "$root/nginx.conf" 2>"$root/start.log" &
  await run "$host" curl -so /dev/null http://127.0.0.1/
}

# start_mail — Postfix as mail.example: takes mail for example and example.com, delivers to a discarding transport.
start_mail() {
  local etc=$LAB/postfix
  mkdir -p "$etc/sasl" "$LAB/spool" "$LAB/postfix-data"
  chown postfix "$LAB/postfix-data"
  chmod 755 "$LAB" "$LAB/spool"
  cp /etc/postfix/master.cf "$etc/master.cf"
  # Nothing of it may run in a chroot: the directories above are not prepared for one.
  sed -i -E 's/^(([^ #]+ +){4})y( )/\1n\3/' "$etc/master.cf"
  cp /etc/postfix/dynamicmaps.cf "$etc/" 2>/dev/null || true
  cat >"$etc/main.cf" <<POSTFIX
compatibility_level = 3.6
queue_directory = $LAB/spool
data_directory = $LAB/postfix-data
maillog_file = $LAB/postfix/mail.log
maillog_file_prefixes = $LAB
myhostname = mail.example
mydomain = example
myorigin = example
mydestination = example, example.com
mynetworks = 127.0.0.0/8
inet_interfaces = all
inet_protocols = all
local_recipient_maps =
local_transport = discard:
alias_maps =
alias_database =
smtpd_banner = mail.example ESMTP
smtpd_peername_lookup = no
smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = cyrus
smtpd_sasl_path = smtpd
smtpd_sasl_local_domain = example.com
cyrus_sasl_config_path = $etc/sasl
smtpd_tls_security_level = none
POSTFIX
  cat >"$etc/sasl/smtpd.conf" <<SASL
pwcheck_method: auxprop
auxprop_plugin: sasldb
mech_list: PLAIN LOGIN
sasldb_path: $LAB/postfix/sasldb2
SASL
  echo 'not-a-secret' | saslpasswd2 -p -c -f "$etc/sasldb2" -u example.com alice
  chown root:postfix "$etc/sasldb2"
  chmod 640 "$etc/sasldb2"
  run mail postfix -c "$etc" start-fg >"$LAB/postfix.out" 2>&1 &
  await run mail bash -c 'exec 3<>/dev/tcp/127.0.0.1/25 && read -r -t 1 <&3'
}

start_sshd() {
  local etc=$LAB/ssh home=$LAB/home/bob
  mkdir -p "$etc" "$home/.ssh" /run/sshd
  ssh-keygen -q -t ed25519 -N '' -C 'ssh.example' -f "$etc/host_key"
  ssh-keygen -q -t ed25519 -N '' -C 'bob@example.com' -f "$etc/bob_key"
  cp "$etc/bob_key.pub" "$home/.ssh/authorized_keys"
  chmod 755 "$LAB/home"
  chown -R 4000:4000 "$home"
  chmod 700 "$home" "$home/.ssh"
  cat >"$etc/sshd_config" <<SSHD
Port 22
HostKey $etc/host_key
PidFile $etc/sshd.pid
UsePAM no
PasswordAuthentication no
PrintMotd no
PrintLastLog no
UseDNS no
VersionAddendum none
DebianBanner no
SSHD
  run ssh "$(command -v sshd)" -f "$etc/sshd_config"
}

# start_proxy — a SOCKS proxy: who connects through it is seen as 203.0.113.9.
start_proxy() {
  cat >"$LAB/danted.conf" <<DANTE
logoutput: $LAB/danted.log
internal: eth0 port = 1080
external: eth0
clientmethod: none
socksmethod: none
user.privileged: root
user.unprivileged: nobody
client pass { from: 198.51.100.0/24 to: 0.0.0.0/0 }
socks pass { from: 198.51.100.0/24 to: 0.0.0.0/0 }
DANTE
  printf 'strict_chain\nquiet_mode\nproxy_dns\n[ProxyList]\nsocks5 203.0.113.9 1080\n' >"$LAB/proxychains.conf"
  run vpn danted -f "$LAB/danted.conf" 2>"$LAB/danted.err" &
  await run example7 bash -c 'exec 3<>/dev/tcp/203.0.113.9/1080'
}

start_services() {
  private_accounts
  start_dns
  start_web web
  start_web example30
  start_mail
  start_sshd
  start_proxy
}

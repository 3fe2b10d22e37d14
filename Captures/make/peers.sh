# shellcheck shell=bash
# The programs that only the captures under protocols/ and stories/ need; each starts once, when first asked for.

# once NAME — true the first time.
once() {
  [[ ! -e $LAB/once-$1 ]] && touch "$LAB/once-$1"
}

# certificates — an authority, a server's certificate and carol's, all of one day.
certificates() {
  once certificates || return 0
  local ca=$LAB/ca name curve=(-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes)
  mkdir -p "$ca"
  openssl req -x509 "${curve[@]}" -days 30 -subj '/O=Example/CN=Example authority' \
    -keyout "$ca/ca.key" -out "$ca/ca.pem" 2>/dev/null
  for name in shop.example carol; do
    openssl req "${curve[@]}" -subj "/O=Example/CN=$name" -keyout "$ca/$name.key" -out "$ca/$name.csr" 2>/dev/null
    openssl x509 -req -in "$ca/$name.csr" -CA "$ca/ca.pem" -CAkey "$ca/ca.key" -CAcreateserial -days 10 \
      -extfile <(printf 'subjectAltName=DNS:%s\n' "$name") -out "$ca/$name.pem" 2>/dev/null
  done
  chmod 644 "$ca"/*
}

# accounts — carol's password, the same everywhere; the system's copy is private to this mount namespace.
accounts() {
  once accounts || return 0
  PASSWORD=$(secret)
  echo "carol:x:4001:4001::$LAB/home/carol:/bin/bash" >>"$LAB/passwd"
  echo "carol:$(openssl passwd -6 "$PASSWORD"):20000::::::" >>"$LAB/shadow"
  mkdir -p "$LAB/home/carol"
  chmod 755 "$LAB/home" "$LAB/home/carol"
  chown -R 4001:4001 "$LAB/home/carol"
}

# start_shop — a site with sessions, a login, Basic authentication, TLS 1.2 and 1.3, client certificates (444), a server
# that wants another key share (445) and HTTP/2 without TLS (81). SESSION is what it puts before a session's number.
start_shop() {
  once shop || return 0
  certificates
  accounts
  local root=$LAB/shop
  PUBLIC=$(secret)
  TOKEN=$(secret)
  mkdir -p "$root/pages"
  printf '<!doctype html>\n<title>Shop</title>\n<p>Example shop.</p>\n' >"$root/pages/index.html"
  printf '<!doctype html>\n<title>Orders</title>\n<p>Nothing yet.</p>\n' >"$root/pages/orders.html"
  echo "carol:$(openssl passwd -apr1 "$PASSWORD")" >"$root/htpasswd"
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
  ssl_certificate $LAB/ca/shop.example.pem;
  ssl_certificate_key $LAB/ca/shop.example.key;
  ssl_protocols TLSv1.2 TLSv1.3;
  ssl_session_cache shared:sessions:1m;
  map \$cookie_session \$new_session {
    ''      "session=PLANTED-\$request_id; Path=/; HttpOnly";
    default '';
  }
  server {
    listen 80;
    listen 81 http2;
    listen 443 ssl http2;
    server_name shop.example;
    root $root/pages;
    add_header Set-Cookie \$new_session;
    location = /login { proxy_pass http://127.0.0.1:8080; }
    location = /upload { proxy_pass http://127.0.0.1:8080; }
    location = /contact { proxy_pass http://127.0.0.1:8080; }
    location /items/ { proxy_pass http://127.0.0.1:8080; }
    location = /private { auth_basic Shop; auth_basic_user_file $root/htpasswd; proxy_pass http://127.0.0.1:8080; }
    location = /public.html {
      add_header Set-Cookie "form_id=$PUBLIC; Path=/";
      alias $root/pages/index.html;
    }
  }
  server {
    listen 444 ssl;
    ssl_client_certificate $LAB/ca/ca.pem;
    ssl_verify_client on;
    root $root/pages;
  }
  server {
    listen 445 ssl;
    ssl_ecdh_curve secp384r1;
    root $root/pages;
  }
  server {
    listen 127.0.0.1:8080;
    location / { default_type text/plain; return 200 "Thank you.\n"; }
  }
}
NGINX
  ip netns exec shop nginx -c "$root/nginx.conf" 2>"$root/start.log" &
  SHOP=$!
  await run shop curl -so /dev/null http://127.0.0.1/
}

# restart_shop — a new process, which has no key of the tickets that the former one issued.
restart_shop() {
  kill "$SHOP"
  wait "$SHOP" || true
  ip netns exec shop nginx -c "$LAB/shop/nginx.conf" 2>"$LAB/shop/start.log" &
  SHOP=$!
  await run shop curl -so /dev/null http://127.0.0.1/
}

# start_front — our own reverse proxy before the shop; it adds whom it talks to.
start_front() {
  once front || return 0
  start_shop
  local root=$LAB/front
  mkdir -p "$root"
  cat >"$root/nginx.conf" <<NGINX
daemon off;
user root;
pid $root/nginx.pid;
error_log $root/error.log;
worker_processes 1;
events {}
http {
  access_log off;
  client_body_temp_path $root/body;
  proxy_temp_path $root/proxy;
  fastcgi_temp_path $root/fastcgi;
  uwsgi_temp_path $root/uwsgi;
  scgi_temp_path $root/scgi;
  server {
    listen 80;
    location / {
      proxy_pass http://192.0.2.90;
      proxy_set_header Host \$host;
      proxy_set_header X-Real-IP \$remote_addr;
      proxy_set_header X-Forwarded-For \$proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto \$scheme;
    }
  }
}
NGINX
  run front nginx -c "$root/nginx.conf" 2>"$root/start.log" &
  await run front bash -c 'exec 3<>/dev/tcp/192.0.2.81/80'
}

# start_proxies — a SOCKS proxy with a password (1081), a second one (the exit), and an HTTP proxy with a password.
start_proxies() {
  once proxies || return 0
  accounts
  run vpn microsocks -i 0.0.0.0 -p 1081 -u carol -P "$PASSWORD" >/dev/null 2>&1 &
  run exit microsocks -i 0.0.0.0 -p 1080 >/dev/null 2>&1 &
  cat >"$LAB/tinyproxy.conf" <<TINYPROXY
User root
Group root
Port 8888
Timeout 60
LogFile "$LAB/tinyproxy.log"
PidFile "$LAB/tinyproxy.pid"
BasicAuth carol $PASSWORD
ViaProxyName "exit.example.net"
TINYPROXY
  run exit tinyproxy -d -c "$LAB/tinyproxy.conf" >/dev/null 2>&1 &
  printf 'strict_chain\nquiet_mode\nproxy_dns\n[ProxyList]\nsocks5 203.0.113.9 1080\nsocks5 203.0.113.70 1080\n' \
    >"$LAB/chain.conf"
  await run example7 bash -c 'exec 3<>/dev/tcp/203.0.113.9/1081'
  await run example7 bash -c 'exec 3<>/dev/tcp/203.0.113.70/1080'
  await run example7 bash -c 'exec 3<>/dev/tcp/203.0.113.70/8888'
}

# open_mail — carol's account at mail.example, and STARTTLS.
open_mail() {
  once mail || return 0
  certificates
  accounts
  local etc=$LAB/postfix
  echo "$PASSWORD" | saslpasswd2 -p -c -f "$etc/sasldb2" -u example.com carol
  postconf -c "$etc" smtpd_tls_security_level=may smtpd_tls_cert_file="$LAB/ca/shop.example.pem" \
    smtpd_tls_key_file="$LAB/ca/shop.example.key"
  run mail postfix -c "$etc" reload 2>/dev/null
  sleep 2
}

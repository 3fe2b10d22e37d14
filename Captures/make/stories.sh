# shellcheck shell=bash
# One function for each story: what somebody does through a proxy and without it, seen before our own servers. Which
# connections belong together, and which only look as if they did, stands in ../stories/stories.tsv.

PROXIED=(proxychains4 -q -f "$LAB/proxychains.conf")
CHAINED=(proxychains4 -q -f "$LAB/chain.conf")
SOCKS=(-x socks5://203.0.113.9:1080)

# person HOST NAME CURL-OPTION... — the browser of somebody who keeps cookies.
person() {
  local host=$1 jar=$LAB/jar-$2
  shift 2
  visit "$host" -b "$jar" -c "$jar" "$@"
}

# stranger ADDRESS CURL-OPTION... — somebody whom no list names.
stranger() {
  local address=$1
  shift
  visit clients --interface "$address" "$@"
}

# story NAME — nobody has cookies yet.
story() {
  rm -f "$LAB"/jar-*
  start_shop
  begin "stories/$1"
}

# A session of the site goes on without the proxy, and with it again.
make_stories_cookie() {
  story cookie
  stranger 203.0.113.210 "$SITE/index.html"
  person example7 alice "${SOCKS[@]}" "$SITE/index.html"
  person example7 alice "${SOCKS[@]}" -d "$(threat 1)" "$SITE/contact"
  sleep 2
  person example7 alice -d "$(threat 2)" "$SITE/contact"
  sleep 2
  person example7 alice "${SOCKS[@]}" -d "$(threat 3)" "$SITE/contact"
  stranger 203.0.113.211 "$SITE/orders.html"
  finish
}

# As cookie, but the direct connection speaks HTTP/2, where the cookie is compressed.
make_stories_cookie_http2() {
  story cookie-http2
  person example7 alice "${SOCKS[@]}" "$SITE/index.html"
  person example7 alice "${SOCKS[@]}" -d "$(threat 1)" "$SITE/contact"
  stranger 203.0.113.210 --http2-prior-knowledge "$SITE:81/index.html"
  sleep 2
  person example7 alice --http2-prior-knowledge -d "$(threat 2)" "$SITE:81/contact"
  finish
}

# secure_page COMMAND... — a page over TLS, with the session that $LAB/session holds, or the first of it.
secure_page() {
  local cookie
  cookie=$(secret)
  plant "$cookie"
  page_request "$cookie"
  run "$@" <"$LAB/page" >/dev/null 2>&1
}

# A ticket of TLS 1.2 is issued through the proxy and used without it.
make_stories_ticket() {
  local client=("${TLS[@]}" -tls1_2 -connect 192.0.2.90:443)
  story ticket
  stranger 203.0.113.210 -k https://192.0.2.90/index.html
  secure_page example7 "${PROXIED[@]}" "${client[@]}" -sess_out "$LAB/session"
  sleep 2
  secure_page example7 "${client[@]}" -sess_in "$LAB/session"
  finish
}

# A key of TLS 1.3, issued where nobody looked, is shown through the proxy and then without it.
make_stories_key() {
  local client=("${TLS[@]}" -tls1_3 -connect 192.0.2.90:443)
  start_shop
  page_request nothing
  run files "${client[@]}" -sess_out "$LAB/session" <"$LAB/page" >/dev/null 2>&1
  story key
  stranger 203.0.113.210 -k https://192.0.2.90/index.html
  secure_page example7 "${PROXIED[@]}" "${client[@]}" -sess_in "$LAB/session"
  sleep 2
  secure_page example7 "${client[@]}" -sess_in "$LAB/session"
  finish
}

# Mail of one account, through the proxy and without it; somebody else's mail between them.
make_stories_mail_login() {
  open_mail
  local with=(--auth PLAIN --auth-user carol@example.com --auth-password "$PASSWORD")
  story mail-login
  plant "$PASSWORD" "$(base64_of "\0carol@example.com\0$PASSWORD")" "$(base64_of not-a-secret)"
  run example7 "${PROXIED[@]}" swaks --silent 2 --server 192.0.2.25 --helo laptop.example.net --from carol@example.com \
    --to staff@example.com --header 'Subject: Orders (demonstration)' \
    --header 'Message-Id: <demonstration-301@example.com>' "${with[@]}"
  letter relay --header 'Message-Id: <demonstration-302@example.com>' --auth LOGIN --auth-user alice@example.com \
    --auth-password not-a-secret
  sleep 2
  letter example7 --header 'Message-Id: <demonstration-303@example.com>' "${with[@]}"
  finish
}

# A program's bearer token, through the proxy and without it.
make_stories_token() {
  local token other
  token=$(secret) other=$(secret)
  story token
  plant "$token" "$other"
  visit example7 "${SOCKS[@]}" -H "Authorization: Bearer $token" "$SITE/items/1"
  stranger 203.0.113.210 -H "Authorization: Bearer $other" "$SITE/items/1"
  sleep 2
  visit example7 -H "Authorization: Bearer $token" "$SITE/items/2"
  finish
}

# As cookie, through two proxies, of which the second is seen.
make_stories_chain() {
  start_proxies
  story chain
  run example7 "${CHAINED[@]}" curl -4 -sS -A "$BROWSER" -b "$LAB/jar-alice" -c "$LAB/jar-alice" \
    "$SITE/index.html" >/dev/null
  stranger 203.0.113.210 "$SITE/index.html"
  run example7 "${CHAINED[@]}" curl -4 -sS -A "$BROWSER" -b "$LAB/jar-alice" -c "$LAB/jar-alice" \
    -d "$(threat 1)" "$SITE/contact" >/dev/null
  sleep 2
  person example7 alice -d "$(threat 2)" "$SITE/contact"
  finish
}

# The slip comes first: the proxy is remembered afterwards.
make_stories_direct_first() {
  story direct-first
  person example7 alice "$SITE/index.html"
  stranger 203.0.113.210 "$SITE/index.html"
  sleep 2
  person example7 alice "${SOCKS[@]}" "$SITE/orders.html"
  person example7 alice "${SOCKS[@]}" -d "$(threat 1)" "$SITE/contact"
  finish
}

# One client certificate of TLS 1.2, through the proxy and without it.
make_stories_certificate() {
  local own=(-k --tlsv1.2 --tls-max 1.2 --cert "$LAB/ca/carol.pem" --key "$LAB/ca/carol.key")
  story certificate
  visit example7 "${SOCKS[@]}" "${own[@]}" https://192.0.2.90:444/index.html
  sleep 2
  visit example7 "${own[@]}" https://192.0.2.90:444/orders.html
  finish
}

# One account of Basic authentication, through the proxy and without it.
make_stories_basic() {
  story basic
  plant "$PASSWORD" "$(base64_of "carol:$PASSWORD")"
  visit example7 "${SOCKS[@]}" -u "carol:$PASSWORD" "$SITE/private"
  stranger 203.0.113.210 "$SITE/private"
  sleep 2
  visit example7 -u "carol:$PASSWORD" "$SITE/private"
  finish
}

# Decoys: nobody slips.

# Two people with one browser each, equal in all but the session.
make_stories_decoy_same_browser() {
  story decoy-same-browser
  person example7 alice "${SOCKS[@]}" "$SITE/index.html"
  person example9 bob "$SITE/index.html"
  person example7 alice "${SOCKS[@]}" -d "$(threat 1)" "$SITE/contact"
  person example9 bob -d 'name=bob&text=Opening+hours' "$SITE/contact"
  finish
}

# One account that two people use with two programs.
make_stories_decoy_shared_account() {
  local note
  start_shop
  start_ftp
  note=$(secret)
  printf 'Notes of the meeting: %s\n' "$note" >"$LAB/notes.txt"
  story decoy-shared-account
  plant "$PASSWORD" "$note"
  visit vpn -u "carol:$PASSWORD" -T "$LAB/notes.txt" ftp://192.0.2.21/notes.txt
  sleep 1
  run example9 python3 -c 'import ftplib, sys
files = ftplib.FTP("192.0.2.21")
files.login("carol", sys.argv[1])
files.retrlines("LIST", print)
files.quit()' "$PASSWORD" >/dev/null
  finish
}

# Several people behind one shared address, and one who is not.
make_stories_decoy_nat() {
  story decoy-nat
  person nat alice "$SITE/index.html"
  person nat bob "$SITE/index.html"
  person nat dave "$SITE/index.html"
  person example9 erin "$SITE/index.html"
  person nat bob -d 'name=bob&text=Opening+hours' "$SITE/contact"
  person example9 erin -d 'name=erin&text=Opening+hours' "$SITE/contact"
  person nat dave -d 'name=dave&text=Opening+hours' "$SITE/contact"
  finish
}

# A cookie that the site gives to everybody.
make_stories_decoy_public_cookie() {
  story decoy-public-cookie
  plant "$PUBLIC"
  person example7 alice "${SOCKS[@]}" "$SITE/public.html"
  stranger 203.0.113.210 -b "$LAB/jar-dave" -c "$LAB/jar-dave" "$SITE/public.html"
  person example9 bob "$SITE/public.html"
  stranger 203.0.113.211 -b "$LAB/jar-erin" -c "$LAB/jar-erin" "$SITE/public.html"
  # What the pages ask for: the same again, by each of them.
  sed -i '/\tsession\t/d' "$LAB"/jar-*
  person example7 alice "${SOCKS[@]}" "$SITE/public.html"
  stranger 203.0.113.210 -b "$LAB/jar-dave" -c "$LAB/jar-dave" "$SITE/public.html"
  person example9 bob "$SITE/public.html"
  stranger 203.0.113.211 -b "$LAB/jar-erin" -c "$LAB/jar-erin" "$SITE/public.html"
  finish
}

# Cookies of which there are only a few values.
make_stories_decoy_small_cookie() {
  story decoy-small-cookie
  visit vpn -b 'lang=en; consent=accepted; theme=dark' "$SITE/orders.html"
  visit example9 -b 'lang=en; consent=accepted; theme=dark' "$SITE/orders.html"
  visit vpn -b 'lang=en; consent=accepted; theme=dark' "$SITE/index.html"
  finish
}

# One program, one page, within a few seconds; no cookie comes back.
make_stories_decoy_same_program() {
  story decoy-same-program
  visit vpn "$SITE/orders.html"
  visit example9 "$SITE/orders.html"
  visit vpn "$SITE/orders.html"
  stranger 203.0.113.210 "$SITE/orders.html"
  finish
}

# The actor's host is a public web server that one of ours reads; meanwhile somebody visits us through a proxy.
make_stories_decoy_visited() {
  story decoy-visited
  person example7 alice "${SOCKS[@]}" "$SITE/index.html"
  visit web http://198.51.100.30/index.html
  person example7 alice "${SOCKS[@]}" -d "$(threat 1)" "$SITE/contact"
  finish
}

# A mail of the actor's, and the same mail, with the same Message-ID, as a forwarder sends it on.
make_stories_decoy_relay() {
  story decoy-relay
  letter example9 --header 'Message-Id: <demonstration-401@example.com>'
  sleep 2
  run relay swaks --silent 2 --server 192.0.2.25 --helo forward.example.org --from list@example.org \
    --to press@example.com --header 'Subject: Orders (demonstration)' \
    --header 'Message-Id: <demonstration-401@example.com>' --header-From carol@example.com --add-header \
    'Received: from laptop.example.net (unknown [198.51.100.9]) by forward.example.org; Sat, 28 Nov 2026 12:00:00 +0000'
  finish
}

# A ticket of a server that has since started anew: it is shown without the proxy, and not accepted.
make_stories_decoy_refused_ticket() {
  local client=("${TLS[@]}" -tls1_2 -connect 192.0.2.90:443)
  story decoy-refused-ticket
  secure_page example7 "${PROXIED[@]}" "${client[@]}" -sess_out "$LAB/session"
  restart_shop
  secure_page example9 "${client[@]}" -sess_in "$LAB/session"
  finish
}

# Two people, two programs, two pages, one minute.
make_stories_decoy_time() {
  story decoy-time
  run vpn curl -4 -sS -A 'Example Reader 2.0' "$SITE/orders.html" >/dev/null
  person example9 bob -d 'name=bob&text=Opening+hours' "$SITE/contact"
  run vpn curl -4 -sS -A 'Example Reader 2.0' "$SITE/index.html" >/dev/null
  finish
}

# A session that goes from one shared address to another; the actor's own host does something else.
make_stories_decoy_shared_only() {
  start_proxies
  story decoy-shared-only
  person example7 alice "${SOCKS[@]}" "$SITE/index.html"
  person example9 bob "$SITE/index.html"
  run example7 "${PROXIED[@]}" curl -4 -sS -A "$BROWSER" -b "$LAB/jar-alice" -c "$LAB/jar-alice" \
    -d "$(threat 1)" "$SITE/contact" >/dev/null
  run example7 "${CHAINED[@]}" curl -4 -sS -A "$BROWSER" -b "$LAB/jar-alice" -c "$LAB/jar-alice" \
    -d "$(threat 2)" "$SITE/contact" >/dev/null
  finish
}

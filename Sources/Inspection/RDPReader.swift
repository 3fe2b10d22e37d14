import Packets

/// Reads how a remote desktop is opened (MS-RDPBCGR); TLS, where it is chosen, is read as if it stood alone.
enum RDPReader {
  @Sendable static func read(client: RawSpan, server: RawSpan, _ collector: inout FactCollector) -> StreamReading {
    let request = RDPNegotiation(request: client)
    let confirm = RDPNegotiation(confirm: server)
    // Either side may be missing, but what is there must be of this form.
    guard request != nil || client.byteCount == 0, confirm != nil || server.byteCount == 0 else { return .other }
    let core = request.flatMap { RDPClientCore(client, at: $0.length) }
    let security = confirm.flatMap { RDPServerSecurity(server, at: $0.length) }
    guard request?.isPlain == false || confirm?.isPlain == false || core != nil else { return .other }
    collector.recognise(.rdp)
    let chosen = confirm?.failure == nil ? confirm?.protocols : nil
    let isEncrypted = (chosen ?? 0) != 0
    collector.note(
      "rdp",
      [
        ("cookie", (request?.cookie).map { .text($0) }),
        ("routing_token", request?.hasRoutingToken == true ? .flag(true) : nil),
        ("result", (confirm?.failure).map { .text(failure($0)) } ?? (isEncrypted ? .text("encrypted") : nil)),
        ("security_protocol", chosen.map { .text(name(of: $0)) }),
        ("requested_protocols", (request?.protocols).map { .texts(names(in: $0)) }),
        ("keyboard_layout", (core?.keyboard).map { .text(RDPNames.keyboard($0)) }),
        ("client_build", (core?.build).map { .text(RDPNames.build($0)) }),
        ("client_name", (core?.name).map { .text($0) }),
        ("desktop_width", (core?.width).map { .number(UInt64($0)) }),
        ("desktop_height", (core?.height).map { .number(UInt64($0)) }),
        ("encryption_level", (security?.level).map { .text($0) }),
        ("encryption_method", (security?.method).map { .text($0) }),
      ])
    guard let request, let confirm, confirm.failure == nil, client.byteCount > request.length,
      server.byteCount > confirm.length
    else { return .recognised }
    collector.act(.remoteDesktop)
    return isEncrypted ? .handover(client: request.length, server: confirm.length) : .recognised
  }

  /// The names of what a client offers; that of RDP's own security is always among them.
  private static func names(in offered: Int) -> [String] {
    ["RDP"] + [1, 2, 4, 8].filter { offered & $0 != 0 }.map { name(of: $0) }
  }

  private static func name(of chosen: Int) -> String {
    [0: "RDP", 1: "SSL", 2: "HYBRID", 4: "RDSTLS", 8: "HYBRID_EX", 16: "RDSAAD"][chosen] ?? "0x"
      + String(chosen, radix: 16)
  }

  /// Why a server refuses (MS-RDPBCGR section 2.2.1.2.2).
  private static func failure(_ code: Int) -> String {
    let names = [
      "SSL_REQUIRED_BY_SERVER", "SSL_NOT_ALLOWED_BY_SERVER", "SSL_CERT_NOT_ON_SERVER", "INCONSISTENT_FLAGS",
      "HYBRID_REQUIRED_BY_SERVER", "SSL_WITH_USER_AUTH_REQUIRED_BY_SERVER",
    ]
    return names.indices.contains(code - 1) ? names[code - 1] : "failure-\(code)"
  }
}

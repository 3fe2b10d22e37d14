import Packets

/// Reads SSH from its banners to where it is encrypted.
enum SSHReader {
  @Sendable static func read(client: RawSpan, server: RawSpan, _ collector: inout FactCollector) -> StreamReading {
    // A side that was captured must be SSH too; one that begins with other lines is sure only beside the other one.
    let one = SSHDirection(client)
    guard one != nil || client.byteCount == 0 else { return .other }
    let other = SSHDirection(server)
    guard one != nil || other?.hasPreface == false, other != nil || server.byteCount == 0 && one?.hasPreface == false,
      !isReversed(one?.role, other?.role)
    else { return .other }
    collector.recognise(.ssh)
    if let one, let other, one.hasEncrypted, other.hasEncrypted { collector.act(.remoteShell) }
    let hassh = one?.offer?.fingerprint(isClient: true)
    if let one { collector.software(.sshBanner, one.banner) }
    if let hassh { collector.software(.hassh, hassh) }
    let agreement = one?.offer.flatMap { client in
      other?.offer.map { SSHKeyExchange.Agreement(client: client, server: $0) }
    }
    collector.note(
      "ssh",
      [
        ("version", version(one?.version, other?.version).map { .number($0) }),
        ("client", one.map { .text($0.banner) }), ("server", other.map { .text($0.banner) }),
        ("kex_alg", agreement?.keyExchange.map { .text($0) }), ("host_key_alg", agreement?.hostKey.map { .text($0) }),
        ("cipher_alg", agreement?.cipher.map { .text($0) }),
        ("mac_alg", agreement?.authentication.map { .text($0) }),
        ("compression_alg", agreement?.compression.map { .text($0) }), ("hassh", hassh.map { .text($0) }),
        ("hassh_server", other?.offer?.fingerprint(isClient: false).map { .text($0) }),
      ])
    return .recognised
  }

  /// Whether the sides are the other way round, as far as one of them says so and the other one does not object.
  private static func isReversed(_ client: SSHDirection.Role?, _ server: SSHDirection.Role?) -> Bool {
    client == .server && server != .server || server == .client && client != .client
  }

  /// The version that both speak; 1.99 is 2 for those that know it (RFC 4253 section 5).
  private static func version(_ client: String?, _ server: String?) -> UInt64? {
    let known = [client, server].compactMap(\.self).filter { !$0.isEmpty }
    if known.contains(where: { $0 != "2.0" && $0 != "1.99" }) { return 1 }
    return known.contains("2.0") ? 2 : nil
  }
}

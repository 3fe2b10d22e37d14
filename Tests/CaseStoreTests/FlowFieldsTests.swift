import Catalog
import Flows
import Inspection
import Packets
import TestSupport
import Testing

@testable import CaseStore

/// Records at rest are the records that were.
@Suite struct FlowFieldsTests {
  @Test func everyFieldComesBack() throws {
    let catalog = try Recorded.catalog()
    let records = try Recorded.flows(catalog)
    #expect(records.count > 300)
    for record in records {
      var copy = try Recorded.reread(record)
      copy.cover(by: catalog.prefixes, wasWatched: record.isWatched)
      #expect(Recorded.text(copy) == Recorded.text(record))
    }
    // What the captures must hold for this to say anything.
    #expect(records.contains { $0.content?.facts.hops.isEmpty == false })
    #expect(records.contains { $0.content?.facts.tokens.isEmpty == false })
    #expect(records.contains { $0.syn != nil && $0.stream != nil })
    #expect(records.contains { $0.continuedFrom != nil })
    #expect(records.contains { $0.vlan != .none })
    #expect(records.contains { !$0.originator.address.isIPv4 })
  }

  @Test func rareFieldsComeBack() throws {
    let host = IPAddress(v4: 0xC633_6407)
    var record = FlowRecord(
      originator: Endpoint(address: host, port: 65_535),
      responder: Endpoint(address: IPAddress(high: .max, low: 1), port: 0), ipProtocol: IPProtocol(rawValue: 255),
      firstPacket: Timestamp(nanoseconds: .min), lastPacket: Timestamp(nanoseconds: .max))
    record.ordinal = .max
    record.missedBytes = .max
    record.originatorCounts.ipBytes = .max
    record.activeUntil = Timestamp(nanoseconds: .min)
    record.continuedFrom = Timestamp(nanoseconds: .max)
    record.history = "^ShA\u{202E}"
    record.sensor = 7
    record.originatorIsLocal = false
    record.responderIsLocal = true
    record.notes = EvidenceNotes(rawValue: .max)
    record.attested = AttestedAddress(address: host, header: "X-Forwarded-For", covers: .empty)
    let copy = try Recorded.reread(record)
    // The lines of a record that was begun by `init` differ in nothing but its own first time.
    #expect(copy.fields == record.fields)
    #expect(copy.continuedFrom == record.continuedFrom && copy.activeUntil == record.activeUntil)
    #expect(copy.attested == record.attested && copy.ordinal == record.ordinal && copy.notes == record.notes)
    #expect(copy.history == record.history && copy.sensor == 7)
    #expect(copy.originatorIsLocal == false && copy.responderIsLocal == true)
  }

  /// A damaged file ends in an error, never in a trap.
  @Test func damagedFieldsAreRefusedOrRead() throws {
    var random = SeededGenerator(seed: 1)
    let records = try Recorded.flows(Recorded.catalog())
    var refused = 0
    for _ in 0..<2_000 {
      let record = records[Int.random(in: records.indices, using: &random)]
      var fields = record.fields
      switch Int.random(in: 0..<3, using: &random) {
      case 0: fields.removeLast(Int.random(in: 1...fields.count, using: &random))
      case 1: fields[Int.random(in: fields.indices, using: &random)] = .random(in: .min ... .max, using: &random)
      default: fields.append(.random(in: .min ... .max, using: &random))
      }
      do { _ = try Recorded.reread(record, fields: fields) } catch { refused += 1 }
    }
    #expect(refused > 1_000)
  }

  /// Cases are stored by their place: a new one goes to the end, or older cases are misread.
  @Test func placesOfCasesStay() {
    #expect(
      GradeReason.allCases.map(\.rawValue) == [
        "key_exchange", "two_way_verified", "connect_only", "data_in_only", "midstream", "nonce_echo",
        "two_way_unverified", "reset_answer", "one_way", "half_open", "response_only", "backscatter", "isn_guessing",
        "flood", "malformed", "silent",
      ])
    #expect(
      ConnectionState.allCases.map(\.rawValue) == [
        "S0", "S1", "SF", "REJ", "S2", "S3", "RSTO", "RSTR", "RSTOS0", "RSTRH", "SH", "SHR", "OTH",
      ])
    #expect(
      Activity.allCases.map(\.rawValue) == [
        "data-two-way", "data-in", "data-out", "connect-only", "probe", "response-only",
      ])
    #expect(OriginatorBasis.allCases.map(\.rawValue) == ["syn", "simultaneous", "first_packet", "hint"])
    #expect(FlowEndReason.allCases.map(\.rawValue) == [1, 2, 3, 4, 5])
    #expect(EvidenceGrade.allCases.map(\.rawValue) == [0, 1, 2, 3, 4, 5])
    #expect(
      Service.allCases.map(\.rawValue) == [
        "dns", "ftp", "http", "http2", "imap", "krb", "krb_tcp", "ntlm", "pop3", "proxy", "quic", "rdp", "smb", "smtp",
        "socks", "ssh", "ssl", "websocket",
      ])
    #expect(
      LinkToken.Kind.allCases.map(\.rawValue) == [
        "tls_session_ticket", "tls_session_id", "tls_psk_identity", "mptcp_token", "http_cookie", "http_bearer_token",
        "account", "message_id", "tls_client_certificate", "upload", "ipv6_eui64", "joint_fingerprint",
      ])
    #expect(
      SoftwareMark.Kind.allCases.map(\.rawValue) == [
        "ja4", "hassh", "ssh_banner", "user_agent", "header_order", "mailer", "helo", "command_order",
      ])
    #expect(ForwardedHop.Trust.allCases.map(\.rawValue) == ["claimed", "attested", "trusted_proxy"])
  }
}

import CPcap
import Glibc
import Packets

/// A BPF filter in libpcap's language, compiled for each link type.
///
/// libpcap looks for addresses and ports behind an untagged link header only, unless the filter says `vlan`. Here a
/// filter `F` that does not say `vlan` means what stands behind the tags of a frame: a frame with one tag is held
/// against `vlan and (F)`, one with two or more against `vlan and vlan and (F)`, so that `host H` finds the tagged
/// frames of H and `not host H` leaves them out. A filter that says `vlan` is taken as libpcap takes it.
///
/// All unsafe code about libpcap stands in this file.
@safe
final class PacketFilter {
  private let text: String
  private var programs: [LinkType: Programs] = [:]
  /// Those of the last frame's link type.
  private var current: (linkType: LinkType, programs: Programs)?

  /// What frames of one link type are held against.
  private struct Programs {
    /// The filter, and whether it can match at all: one that does not compile for the link type cannot.
    var plain: Program?
    /// Which frames carry at least one and two tags, and the filter behind them; not for every link type.
    var tagged: [(condition: Program, filter: Program)] = []

    /// The program for a frame: the filter behind as many tags as it has.
    func program(for content: RawSpan, wireLength: UInt32) -> Program? {
      for (condition, filter) in tagged.reversed() where condition.matches(content, wireLength: wireLength) {
        return filter
      }
      return plain
    }
  }

  /// Compiles a filter.
  ///
  /// - Parameters:
  ///   - text: The filter.
  ///   - linkTypes: The link types known so far.
  /// - Throws: `CaptureError` with code `filter` if it compiles for none of them, nor for Ethernet. Of a link type for
  ///   which it does not compile, no frame can match.
  init(_ text: String, linkTypes: [LinkType]) throws(CaptureError) {
    self.text = text
    var failure: String?
    var compiles = false
    for linkType in linkTypes + [.ethernet] where programs[linkType] == nil {
      do throws(Failure) {
        programs[linkType] = try Self.compile(text, linkType)
        compiles = true
      } catch {
        programs[linkType] = Programs()
        failure = failure ?? error.message
      }
    }
    if let failure, !compiles {
      throw CaptureError(.filter, "The filter '\(text)' does not compile: \(failure). See pcap-filter(7).")
    }
  }

  /// Whether a frame matches.
  ///
  /// - Parameters:
  ///   - frame: The frame.
  ///   - bytes: The bytes into which its offset points.
  /// - Returns: False also where the filter does not compile for the frame's link type.
  func matches(_ frame: Frame, in bytes: RawSpan) -> Bool {
    if current?.linkType != frame.linkType { current = (frame.linkType, programs(for: frame.linkType)) }
    // The walk saw that the frame lies inside the window; `extracting` checks it again.
    let content = bytes.extracting(frame.range)
    if let own = Self.withOwnFamily(content, frame.linkType) {
      // Bytes have no padding, the only hazard of viewing elements as raw bytes.
      return unsafe matches(own.span.bytes, wireLength: frame.wireLength)
    }
    return matches(content, wireLength: frame.wireLength)
  }

  private func matches(_ content: RawSpan, wireLength: UInt32) -> Bool {
    guard let program = current?.programs.program(for: content, wireLength: wireLength) else { return false }
    return program.matches(content, wireLength: wireLength)
  }

  /// A loopback frame with the address family of this host, for which libpcap compiles; nothing where it has that.
  ///
  /// Each system has a number of its own for IPv6, and writes it into NULL frames in its own byte order.
  private static func withOwnFamily(_ content: RawSpan, _ linkType: LinkType) -> [UInt8]? {
    guard linkType == .null || linkType == .loop, content.byteCount >= 4 else { return nil }
    let family = content.uint32BE(at: 0)
    let own: UInt32
    switch min(family, family.byteSwapped) {
    case UInt32(AF_INET): own = UInt32(AF_INET)
    // As the decoder has them: of Linux, of NetBSD and OpenBSD, of FreeBSD, of Darwin.
    case 10, 24, 28, 30: own = UInt32(AF_INET6)
    default: return nil
    }
    let wanted = linkType == .loop ? own : own.bigEndian
    guard family != wanted else { return nil }
    var bytes = [UInt8](copying: content)
    for place in 0..<4 { bytes[place] = UInt8(truncatingIfNeeded: wanted >> UInt32(24 - 8 * place)) }
    return bytes
  }

  private func programs(for linkType: LinkType) -> Programs {
    if let known = programs[linkType] { return known }
    let compiled = (try? Self.compile(text, linkType)) ?? Programs()
    programs[linkType] = compiled
    return compiled
  }

  private static func compile(_ text: String, _ linkType: LinkType) throws(Failure) -> Programs {
    var programs = Programs(plain: try Program(text, linkType))
    let words = text.split { !$0.isLetter && !$0.isNumber }
    guard !text.isEmpty, !words.contains("vlan") else { return programs }
    for tags in ["vlan", "vlan and vlan"] {
      // Not every link type knows tags.
      guard let condition = try? Program(tags, linkType), let filter = try? Program("\(tags) and (\(text))", linkType)
      else { break }
      programs.tagged.append((condition, filter))
    }
    return programs
  }
}

/// libpcap's words why a filter does not compile.
private struct Failure: Error {
  var message: String
}

/// One compiled BPF program.
@safe
private final class Program {
  /// The longest captured length that libpcap itself allows; programs return it for a match.
  private static let snapLength: Int32 = 262_144

  private let program: UnsafeMutablePointer<bpf_program>

  init(_ text: String, _ linkType: LinkType) throws(Failure) {
    // A handle that is only compiled with; libpcap checks the number itself.
    guard let handle = unsafe pcap_open_dead(Self.dataLink(linkType), Self.snapLength) else {
      throw Failure(message: "libpcap has no memory")
    }
    defer { unsafe pcap_close(handle) }
    unsafe program = UnsafeMutablePointer<bpf_program>.allocate(capacity: 1)
    unsafe program.initialize(to: bpf_program())
    // Optimized; no netmask is known.
    guard unsafe pcap_compile(handle, program, text, 1, UInt32.max) == 0 else {
      // The message ends with a zero byte and lives as long as the handle.
      throw Failure(message: unsafe String(cString: pcap_geterr(handle)))
    }
    guard !asksTheKernel else {
      throw Failure(message: "it asks which way or by which interface packets went, which no such file holds")
    }
  }

  /// Whether it reads what only the kernel knows of a packet, and would match nothing here: `inbound`, `ifindex`.
  private var asksTheKernel: Bool {
    let instructions = unsafe UnsafeBufferPointer(
      start: program.pointee.bf_insns, count: Int(program.pointee.bf_len))
    // BPF_LD | BPF_ABS of any size, from a place below 0: SKF_AD_OFF of linux/filter.h.
    return unsafe instructions.contains { $0.code & 0xE7 == 0x20 && Int32(bitPattern: $0.k) < 0 }
  }

  deinit {
    // Compiled or still zero: pcap_freecode accepts both.
    unsafe pcap_freecode(program)
    unsafe program.deallocate()
  }

  func matches(_ frame: RawSpan, wireLength: UInt32) -> Bool {
    unsafe frame.withUnsafeBytes { buffer in
      var header = pcap_pkthdr(ts: timeval(), caplen: UInt32(buffer.count), len: wireLength)
      // The program reads nothing behind `caplen`, which is the length of the buffer.
      guard let base = buffer.baseAddress else {
        var none: UInt8 = 0
        return unsafe pcap_offline_filter(program, &header, &none) != 0
      }
      return unsafe pcap_offline_filter(program, &header, base.assumingMemoryBound(to: UInt8.self)) != 0
    }
  }

  /// The number by which libpcap on Linux knows a link type: most are the same in files (pcap-common.c lists the rest).
  private static func dataLink(_ linkType: LinkType) -> Int32 {
    switch linkType {
    case .raw, .rawOpenBSD: 12
    case LinkType(rawValue: 100): 11
    case LinkType(rawValue: 102): 15
    case LinkType(rawValue: 103): 16
    case LinkType(rawValue: 106): 19
    default: Int32(linkType.rawValue)
    }
  }
}

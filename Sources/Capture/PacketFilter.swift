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

  /// What frames of one link type are held against.
  private final class Programs {
    /// The filter; nothing where it does not compile, so that no frame can match.
    let plain: Program?
    /// Which frames have a tag, and the filter behind it; not for every link type.
    let behindOne: (condition: Program, filter: Program)?
    /// The same of a second tag; only frames with one can have it.
    let behindTwo: (condition: Program, filter: Program)?

    init(plain: Program?, tagged: [(condition: Program, filter: Program)]) {
      self.plain = plain
      behindOne = tagged.first
      behindTwo = tagged.count > 1 ? tagged[1] : nil
    }

    deinit {
      for program in [plain, behindOne?.condition, behindOne?.filter, behindTwo?.condition, behindTwo?.filter] {
        program?.free()
      }
    }

    /// Whether a frame matches: the filter behind as many tags as it has.
    func matches(_ frame: Frame, in bytes: RawSpan) -> Bool {
      // The walk saw that the frame lies inside the window; `extracting` checks it again.
      let content = bytes.extracting(frame.range)
      if let own = PacketFilter.withOwnFamily(content, frame.linkType) {
        // Bytes have no padding, the only hazard of viewing elements as raw bytes.
        return unsafe matches(own.span.bytes, wireLength: frame.wireLength)
      }
      return matches(content, wireLength: frame.wireLength)
    }

    private func matches(_ content: RawSpan, wireLength: UInt32) -> Bool {
      guard let behindOne, behindOne.condition.matches(content, wireLength: wireLength) else {
        return plain?.matches(content, wireLength: wireLength) ?? false
      }
      guard let behindTwo, behindTwo.condition.matches(content, wireLength: wireLength) else {
        return behindOne.filter.matches(content, wireLength: wireLength)
      }
      return behindTwo.filter.matches(content, wireLength: wireLength)
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
        programs[linkType] = Programs(plain: nil, tagged: [])
        failure = failure ?? error.message
      }
    }
    if let failure, !compiles {
      throw CaptureError(.filter, "The filter '\(text)' does not compile: \(failure). See pcap-filter(7).")
    }
  }

  /// Takes out the frames that do not match.
  ///
  /// - Parameters:
  ///   - frames: The frames.
  ///   - places: Which of them are looked at; those that match stand at their beginning afterwards.
  ///   - bytes: The bytes into which their offsets point.
  /// - Returns: Where those that match end.
  func keep(_ frames: inout MutableSpan<Frame>, _ places: Range<Int>, in bytes: RawSpan) -> Int {
    var (place, end) = (places.lowerBound, places.lowerBound)
    while place < places.upperBound {
      // Asked once for a run of frames: to ask for each costs as much as the filter.
      let linkType = frames[place].linkType
      let programs = programs(for: linkType)
      repeat {
        let frame = frames[place]
        if programs.matches(frame, in: bytes) {
          frames[end] = frame
          end &+= 1
        }
        place &+= 1
      } while place < places.upperBound && frames[place].linkType == linkType
    }
    return end
  }

  /// Whether a frame matches.
  ///
  /// - Parameters:
  ///   - frame: The frame.
  ///   - bytes: The bytes into which its offset points.
  /// - Returns: False also where the filter does not compile for the frame's link type.
  func matches(_ frame: Frame, in bytes: RawSpan) -> Bool { programs(for: frame.linkType).matches(frame, in: bytes) }

  /// A loopback frame with the address family of this host, for which libpcap compiles; nothing where it has that.
  ///
  /// Each system has a number of its own for IPv6, and writes it into NULL frames in its own byte order.
  fileprivate static func withOwnFamily(_ content: RawSpan, _ linkType: LinkType) -> [UInt8]? {
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
    let compiled = (try? Self.compile(text, linkType)) ?? Programs(plain: nil, tagged: [])
    programs[linkType] = compiled
    return compiled
  }

  private static func compile(_ text: String, _ linkType: LinkType) throws(Failure) -> Programs {
    let plain = try Program(text, linkType)
    var tagged: [(condition: Program, filter: Program)] = []
    let words = text.split { !$0.isLetter && !$0.isNumber }
    for tags in text.isEmpty || words.contains("vlan") ? [] : ["vlan", "vlan and vlan"] {
      // Not every link type knows tags.
      guard let condition = try? Program(tags, linkType) else { break }
      guard let filter = try? Program("\(tags) and (\(text))", linkType) else {
        condition.free()
        break
      }
      tagged.append((condition, filter))
    }
    return Programs(plain: plain, tagged: tagged)
  }
}

/// libpcap's words why a filter does not compile.
private struct Failure: Error {
  var message: String
}

/// One compiled BPF program, which whoever holds it frees; trivial, so that none of what holds it is counted per frame.
@safe
private struct Program: BitwiseCopyable {
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
      let message = unsafe String(cString: pcap_geterr(handle))
      free()
      throw Failure(message: message)
    }
    guard !asksTheKernel else {
      free()
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

  /// Frees it; nobody may use it any more.
  func free() {
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

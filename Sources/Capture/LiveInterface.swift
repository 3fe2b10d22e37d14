import CPcap
import Glibc
import Packets
import SystemPackage

/// A capture on an interface: libpcap's mapped ring of the kernel (TPACKET_V3).
///
/// Used by one thread at a time. All unsafe code about live handles stands in this file.
@safe
final class LiveInterface {
  /// What the kernel counted, since the capture began.
  struct Counts {
    /// Packets that the filter let through, those that were dropped included.
    var received: UInt64 = 0
    /// Packets for which the ring had no room.
    var dropped: UInt64 = 0
    /// Packets that the interface itself dropped.
    var droppedByInterface: UInt64 = 0
  }

  /// What a look at the ring gave.
  enum Outcome {
    case packet
    /// No packet is there.
    case nothing
    /// The interface is gone; why.
    case lost(String)
  }

  /// A fanout group of the handles of one interface.
  enum Group {
    /// One that the kernel is to found, under a number that no other program on its network uses.
    case new
    case number(UInt16)
  }

  /// The interface's link type.
  let linkType: LinkType
  /// Whether timestamps have nanoseconds; else microseconds.
  let hasNanoseconds: Bool

  private let name: String
  private let isPromiscuous: Bool
  /// What kind of link it had when it was opened.
  private let linkKind: Int32
  private let handle: OpaquePointer
  private let descriptor: Int32
  /// The group that the handle is in.
  private(set) var group: Group?
  private var seen = pcap_stat()
  private(set) var counts = Counts()

  /// Opens an interface.
  ///
  /// - Parameters:
  ///   - name: Its name, or `any`.
  ///   - options: How to capture.
  ///   - group: The fanout group of its threads; nothing for one thread.
  /// - Throws: `CaptureError` with code `permission`, `unreadable` or `filter`.
  init(_ name: String, _ options: LiveOptions, group: Group?) throws(CaptureError) {
    var message = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
    // The buffer is as long as libpcap demands.
    guard let handle = unsafe pcap_create(name, &message) else {
      throw CaptureError(.unreadable, "'\(name)' cannot be captured: \(Self.text(message)).")
    }
    if let type = options.timestampType, let problem = unsafe Self.setTimestampType(type, of: handle, name) {
      unsafe pcap_close(handle)
      throw problem
    }
    unsafe self.handle = handle
    unsafe pcap_set_snaplen(handle, Int32(clamping: options.snapLength))
    unsafe pcap_set_promisc(handle, options.isPromiscuous && name != "any" ? 1 : 0)
    unsafe pcap_set_buffer_size(handle, Int32(clamping: options.ringLength))
    // How long the kernel may hold a block of packets back, in milliseconds.
    unsafe pcap_set_timeout(handle, 50)
    hasNanoseconds = unsafe pcap_set_tstamp_precision(handle, PCAP_TSTAMP_PRECISION_NANO) == 0
    let status = unsafe pcap_activate(handle)
    guard status >= 0 else {
      let error = unsafe Self.error(of: handle, status, name)
      unsafe pcap_close(handle)
      throw error
    }
    // libpcap's own numbers are those of files, but for raw IP.
    let number = unsafe pcap_datalink(handle)
    linkType = number == DLT_RAW ? .raw : LinkType(rawValue: UInt16(truncatingIfNeeded: number))
    descriptor = unsafe pcap_get_selectable_fd(handle)
    self.name = name
    isPromiscuous = options.isPromiscuous && name != "any"
    linkKind = unsafe packet_link_kind(descriptor, name)
    // From here on the instance is whole, and closes the handle itself.
    try unsafe Self.set(handle, name, options)
    if let group { self.group = try Self.join(group, descriptor, name) }
  }

  deinit { unsafe pcap_close(handle) }

  /// The text in one of libpcap's buffers for messages.
  private static func text(_ message: [CChar]) -> String {
    String(decoding: message.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// Asks for times of a type.
  ///
  /// - Returns: Why the interface has none.
  private static func setTimestampType(_ type: String, of handle: OpaquePointer, _ name: String) -> CaptureError? {
    var list: UnsafeMutablePointer<Int32>?
    let count = unsafe pcap_list_tstamp_types(handle, &list)
    defer { unsafe pcap_free_tstamp_types(list) }
    // The list has as many elements as libpcap says; of an interface that cannot be asked, there is none.
    let offered = unsafe UnsafeBufferPointer(start: list, count: max(0, Int(count)))
    // Where libpcap offers no choice, the host stamps.
    let names =
      unsafe offered.isEmpty
      ? ["host"]
      : offered.compactMap { unsafe pcap_tstamp_type_val_to_name($0) }
        .map { unsafe String(cString: $0) }
    if names.contains(type),
      unsafe pcap_set_tstamp_type(handle, pcap_tstamp_type_name_to_val(type)) == 0 || names == ["host"]
    {
      return nil
    }
    return CaptureError(
      .unreadable,
      "'\(name)' does not stamp packets as '\(type)'. It has: \(names.joined(separator: ", ")) (pcap-tstamp(7)).")
  }

  private static func set(_ handle: OpaquePointer, _ name: String, _ options: LiveOptions) throws(CaptureError) {
    var message = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
    unsafe pcap_setnonblock(handle, 1, &message)
    let direction =
      switch options.direction {
      case .both: PCAP_D_INOUT
      case .in: PCAP_D_IN
      case .out: PCAP_D_OUT
      }
    if options.direction != .both, unsafe pcap_setdirection(handle, direction) != 0 {
      throw CaptureError(
        .unreadable, "'\(name)' does not tell directions: \(unsafe String(cString: pcap_geterr(handle))).")
    }
    guard !options.filter.allSatisfy(\.isWhitespace) else { return }
    var program = unsafe bpf_program()
    // Optimized; no netmask is known.
    guard unsafe pcap_compile(handle, &program, options.filter, 1, UInt32.max) == 0 else {
      throw CaptureError(
        .filter,
        "The filter '\(options.filter)' does not compile for '\(name)': \(unsafe String(cString: pcap_geterr(handle))). "
          + "See pcap-filter(7).")
    }
    defer { unsafe pcap_freecode(&program) }
    guard unsafe pcap_setfilter(handle, &program) == 0 else {
      throw CaptureError(.filter, "The kernel refuses the filter: \(unsafe String(cString: pcap_geterr(handle))).")
    }
  }

  private static func error(of handle: OpaquePointer, _ status: Int32, _ name: String) -> CaptureError {
    let detail = unsafe String(cString: pcap_geterr(handle))
    let reason = detail.isEmpty ? unsafe String(cString: pcap_statustostr(status)) : detail
    switch status {
    case PCAP_ERROR_PERM_DENIED, PCAP_ERROR_PROMISC_PERM_DENIED:
      return CaptureError(
        .permission,
        "'\(name)' may not be captured: \(reason). Run as root, or grant the program the right once: "
          + "setcap cap_net_raw=ep PATH.")
    case PCAP_ERROR_NO_SUCH_DEVICE:
      return CaptureError(.unreadable, "There is no interface '\(name)'. 'ip link' lists those there are.")
    default:
      return CaptureError(.unreadable, "'\(name)' cannot be captured: \(reason).")
    }
  }

  /// Lets the kernel spread the flows of an interface over the handles of a group (packet(7), PACKET_FANOUT).
  ///
  /// - Returns: The group, with its number.
  private static func join(_ group: Group, _ descriptor: Int32, _ name: String) throws(CaptureError) -> Group {
    // PACKET_FANOUT = 18; PACKET_FANOUT_HASH = 0 with PACKET_FANOUT_FLAG_DEFRAG = 0x8000, and for a group of a number of
    // its own PACKET_FANOUT_FLAG_UNIQUEID = 0x2000.
    var value: UInt32 =
      switch group {
      case .new: 0xA000 << 16
      case .number(let number): UInt32(number) | 0x8000 << 16
      }
    var length = socklen_t(MemoryLayout<UInt32>.size)
    // The option takes and gives an integer of this size. A handle outside of the group would see all packets again.
    guard unsafe setsockopt(descriptor, 263, 18, &value, length) == 0,
      unsafe getsockopt(descriptor, 263, 18, &value, &length) == 0
    else {
      throw CaptureError(
        .unreadable,
        "'\(name)' cannot be read by several threads: \(Errno(rawValue: errno)). Leave --capture-threads away.")
    }
    return .number(UInt16(truncatingIfNeeded: value))
  }

  /// Takes the interface up again after it was gone: the socket and its ring are bound to what bears its name now.
  ///
  /// Needs no right, unlike a new socket. A socket of a fanout group cannot be bound again (packet(7)).
  ///
  /// - Returns: Whether packets can come again.
  func bindAgain() -> Bool {
    // The name is a string that lives through the calls.
    guard unsafe packet_link_kind(descriptor, name) == linkKind else { return false }
    return unsafe packet_bind_again(descriptor, name, isPromiscuous ? 1 : 0) == 0
  }

  /// Whether the interface is set down: the socket stays bound, and packets come once it is up.
  var isDown: Bool {
    // The name is a string that lives through the call.
    unsafe packet_is_down(descriptor, name) != 0
  }

  /// Waits until packets may be there.
  ///
  /// - Parameter milliseconds: How long at most.
  func wait(milliseconds: Int32) {
    var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    // One entry, which lives through the call.
    _ = unsafe Glibc.poll(&poll, 1, milliseconds)
  }

  /// Takes the next packet out of the ring, if one is there.
  ///
  /// - Parameter body: Receives its time in nanoseconds since the epoch, its length on the wire, and its bytes, which do
  ///   not outlive the call.
  /// - Returns: What came.
  @inline(__always)
  func next(_ body: (_ time: Int64, _ wireLength: UInt32, _ bytes: RawSpan) -> Void) -> Outcome {
    var header: UnsafeMutablePointer<pcap_pkthdr>?
    var bytes: UnsafePointer<UInt8>?
    switch unsafe pcap_next_ex(handle, &header, &bytes) {
    case 1:
      // Both are valid until the next call, and the header says how many bytes there are.
      guard let header = unsafe header?.pointee, let bytes = unsafe bytes else { return .nothing }
      let fraction = Int64(header.ts.tv_usec) &* (hasNanoseconds ? 1 : 1_000)
      unsafe body(
        Int64(header.ts.tv_sec) &* 1_000_000_000 &+ fraction, header.len,
        UnsafeRawBufferPointer(start: bytes, count: Int(header.caplen)).bytes)
      return .packet
    case 0, -2: return .nothing
    default: return .lost(unsafe String(cString: pcap_geterr(handle)))
    }
  }

  /// Reads what the kernel counted.
  ///
  /// - Returns: False if it does not say.
  func readCounts() -> Bool {
    var now = pcap_stat()
    guard unsafe pcap_stats(handle, &now) == 0 else { return false }
    // The counters are 32 bits wide and go round.
    counts.received += UInt64(now.ps_recv &- seen.ps_recv)
    counts.dropped += UInt64(now.ps_drop &- seen.ps_drop)
    // An interface that was made anew counts from zero.
    let drops = now.ps_ifdrop &- seen.ps_ifdrop
    if drops < 1 << 31 { counts.droppedByInterface += UInt64(drops) }
    seen = now
    return true
  }
}

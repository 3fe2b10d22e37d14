public import Packets

/// Writes frames of other captures as a pcapng file (draft-ietf-opsawg-pcapng): one section, little-endian, an interface
/// for each input and link type, times in nanoseconds, bytes and lengths as they were captured.
///
/// A value that collects bytes; `take` hands them over. Nothing in it depends on the machine or the clock.
public struct PcapngWriter: Sendable {
  /// An interface of the file: where its frames come from.
  public struct Interface: Sendable, Hashable {
    /// The link type of its frames.
    public var linkType: LinkType
    /// Its name (`if_name`).
    public var name: String
    /// What it stands for (`if_description`).
    public var about: String

    /// Makes an interface.
    ///
    /// - Parameters:
    ///   - linkType: The link type of its frames.
    ///   - name: Its name.
    ///   - about: What it stands for.
    public init(linkType: LinkType, name: String, about: String) {
      self.linkType = linkType
      self.name = name
      self.about = about
    }
  }

  private enum Block: UInt32 {
    case section = 0x0A0D_0D0A
    case interface = 1
    case packet = 6
  }

  /// Option codes of the blocks that are written.
  private enum Option {
    static let comment: UInt16 = 1
    static let application: UInt16 = 4
    static let interfaceName: UInt16 = 2
    static let interfaceDescription: UInt16 = 3
    static let timestampResolution: UInt16 = 9
  }

  private var bytes: [UInt8] = []
  private var interfaces: [Interface: UInt32] = [:]

  /// Starts a file.
  ///
  /// - Parameters:
  ///   - application: The program that writes it (`shb_userappl`).
  ///   - comment: What the file is.
  public init(application: String, comment: String) {
    append(.section) { block in
      block.append(UInt32(0x1A2B_3C4D))
      block.append(UInt16(1))
      block.append(UInt16(0))
      // The length of the section is not stated.
      block.append(UInt64.max)
      block.append(text: comment, option: Option.comment)
      block.append(text: application, option: Option.application)
      block.endOptions()
    }
  }

  /// Adds a frame; its interface is described before its first one.
  ///
  /// - Parameters:
  ///   - frame: Its bytes, as captured.
  ///   - wireLength: Its length on the wire.
  ///   - timestamp: When it was captured.
  ///   - interface: Where it comes from.
  ///   - comments: Comments on it, each an `opt_comment`.
  public mutating func add(
    _ frame: [UInt8], wireLength: UInt32, timestamp: Timestamp, interface: Interface, comments: [String] = []
  ) {
    let number = number(of: interface)
    // Times before 1970 wrap, as readers with signed times take them.
    let time = UInt64(bitPattern: timestamp.nanoseconds)
    append(.packet) { block in
      block.append(number)
      block.append(UInt32(time >> 32))
      block.append(UInt32(truncatingIfNeeded: time))
      block.append(UInt32(frame.count))
      block.append(wireLength)
      block.append(padded: frame)
      for comment in comments { block.append(text: comment, option: Option.comment) }
      if !comments.isEmpty { block.endOptions() }
    }
  }

  /// Hands over what was written since the last call.
  ///
  /// - Returns: The next bytes of the file.
  public mutating func take() -> [UInt8] {
    defer { bytes.removeAll(keepingCapacity: true) }
    return bytes
  }

  private mutating func number(of interface: Interface) -> UInt32 {
    if let number = interfaces[interface] { return number }
    append(.interface) { block in
      block.append(interface.linkType.rawValue)
      block.append(UInt16(0))
      // No limit: the frames have the lengths that they were captured with.
      block.append(UInt32(0))
      block.append(text: interface.name, option: Option.interfaceName)
      block.append(text: interface.about, option: Option.interfaceDescription)
      block.append(UInt16(Option.timestampResolution))
      block.append(UInt16(1))
      // A negative power of ten: nanoseconds.
      block.append(padded: [9])
      block.endOptions()
    }
    let number = UInt32(interfaces.count)
    interfaces[interface] = number
    return number
  }

  private mutating func append(_ block: Block, _ fill: (inout [UInt8]) -> Void) {
    var body: [UInt8] = []
    fill(&body)
    let length = UInt32(body.count + 12)
    bytes.append(block.rawValue)
    bytes.append(length)
    bytes += body
    bytes.append(length)
  }
}

extension [UInt8] {
  /// The longest text of an option; its length has 16 bits.
  private static var longestText: Int { 4_096 }

  fileprivate mutating func append(_ value: some FixedWidthInteger) {
    for shift in stride(from: 0, to: value.bitWidth, by: 8) { append(UInt8(truncatingIfNeeded: value >> shift)) }
  }

  fileprivate mutating func append(padded content: [UInt8]) {
    self += content
    self += repeatElement(0, count: -content.count & 3)
  }

  /// Appends an option of text; without controls, which a reader may show to a terminal, and cut where it is too long.
  fileprivate mutating func append(text: String, option: UInt16) {
    let safe = text.unicodeScalars.map { scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator: scalar.escaped(asASCII: true)
      default: String(scalar)
      }
    }
    var content: [UInt8] = []
    for piece in safe where content.count + piece.utf8.count <= Self.longestText { content += piece.utf8 }
    append(option)
    append(UInt16(content.count))
    append(padded: content)
  }

  fileprivate mutating func endOptions() { append(UInt32(0)) }
}

/// One end of a flow: an address and a transport port.
///
/// For ICMP the port holds the type on the originator's side and the code on the responder's, as Zeek writes them; for
/// protocols without ports it is 0.
@frozen
public struct Endpoint: Hashable, Comparable, Sendable, BitwiseCopyable {
  /// The address.
  public var address: IPAddress
  /// The port, in machine order.
  public var port: UInt16

  /// Makes an endpoint.
  ///
  /// - Parameters:
  ///   - address: The address.
  ///   - port: The port, in machine order.
  @inlinable
  public init(address: IPAddress, port: UInt16) {
    self.address = address
    self.port = port
  }

  /// Orders endpoints by address, then port: the whole endpoint, as Community ID does.
  @inlinable
  public static func < (lhs: Endpoint, rhs: Endpoint) -> Bool {
    lhs.address != rhs.address ? lhs.address < rhs.address : lhs.port < rhs.port
  }
}

/// The VLAN identifiers of a frame (IEEE 802.1Q, 802.1ad), outermost first.
@frozen
public struct VLANTags: Hashable, Sendable, BitwiseCopyable {
  /// The value of a tag that is not there; no VLAN identifier has it, they are 12 bits wide.
  @inlinable public static var absent: UInt16 { 0xFFFF }
  /// No tag at all.
  @inlinable public static var none: VLANTags { VLANTags(outer: absent, inner: absent) }

  /// The identifier of the outermost tag that names a VLAN, 1–4095, or `absent`.
  public var outer: UInt16
  /// The identifier of the second such tag, 1–4095, or `absent`.
  ///
  /// Tags further in are walked, not kept.
  public var inner: UInt16

  /// Makes a pair of tags.
  ///
  /// - Parameters:
  ///   - outer: The outermost identifier, or `absent`.
  ///   - inner: The second identifier, or `absent`.
  @inlinable
  public init(outer: UInt16, inner: UInt16) {
    self.outer = outer
    self.inner = inner
  }

  /// Takes the identifier of the next tag, outermost first.
  ///
  /// The null identifier only lends a frame a priority, and names no VLAN (IEEE 802.1Q table 9-2): it counts as no tag.
  @inlinable
  public mutating func add(_ identifier: UInt16) {
    guard identifier != 0 else { return }
    if outer == Self.absent {
      outer = identifier
    } else if inner == Self.absent {
      inner = identifier
    }
  }
}

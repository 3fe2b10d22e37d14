import Catalog
import Packets
import TestSupport
import Testing

@testable import Flows

/// Which frames are written where only watched flows are.
@Suite struct RecordingTests {
  private let ends = (IPAddress(v4: 0x0A00_0001), IPAddress(v4: 0x0A00_0002))

  /// The numbers of the frames that are told, in the order in which they are.
  private func told(_ frames: [[UInt8]], apart seconds: Double = 0.01) -> [Int] {
    var options = plainOptions
    options.tellsWatchedFrames = true
    var table = FlowTable(options: options, prefixes: documentationPrefixes, captureStart: Timestamp(nanoseconds: 0))
    var batch = table.makeBatch(decoder: Decoder())
    let (bytes, places) = Self.buffer(frames)
    table.bufferStart = 1_000
    var numbers: [Int] = []
    for (number, place) in places.enumerated() {
      let time = Timestamp(nanoseconds: Int64(Double(number + 1) * seconds * 1e9))
      // Bytes have no padding, the only hazard of viewing elements as raw bytes.
      let span = unsafe bytes.span.bytes
      let length = UInt32(frames[number].count)
      let frame = Frame(
        timestamp: time, offset: place, number: UInt64(number + 1), capturedLength: length, wireLength: length, file: 0,
        linkType: .ethernet)
      _ = batch.fill([frame], from: span)
      table.observe(batch, bytes: span)
      table.takeWatchedFrames { place in numbers.append(places.lastIndex(of: Int(place) - 1_000) ?? -1) }
    }
    return numbers
  }

  /// The numbers of the frames that a search finds.
  private func found(_ frames: [[UInt8]]) -> [Int] {
    var search = FrameSearch(prefixes: documentationPrefixes)
    for (number, frame) in frames.enumerated() {
      let time = Timestamp(nanoseconds: Int64(number + 1) * 10_000_000)
      unsafe search.look(at: frame.span.bytes, linkType: .ethernet, time, place: UInt64(number))
    }
    return search.places().map(Int.init)
  }

  private static func buffer(_ frames: [[UInt8]]) -> (bytes: [UInt8], places: [Int]) {
    var (bytes, places): ([UInt8], [Int]) = ([], [])
    for frame in frames {
      places.append(bytes.count)
      bytes += frame
    }
    return (bytes, places)
  }

  private func datagram(_ source: Endpoint, _ destination: Endpoint, id: UInt16, length: Int = 200) -> [UInt8] {
    var builder = FrameBuilder(
      from: source, to: destination, transport: .udp, payload: Array(repeating: 7, count: length))
    builder.identification = id
    builder.fragmentField = 0
    return builder.bytes
  }

  /// Cuts an Ethernet frame with an IPv4 packet into fragments.
  private func fragments(_ frame: [UInt8], length: Int = 64) -> [[UInt8]] {
    let (head, content) = (Array(frame[..<34]), Array(frame[34...]))
    return stride(from: 0, to: content.count, by: length).map { start in
      let piece = content[start..<min(start + length, content.count)]
      let more: UInt16 = start + length < content.count ? 0x2000 : 0
      var head = head
      head.replaceSubrange(16..<18, with: bytes(of: UInt16(20 + piece.count)))
      head.replaceSubrange(20..<22, with: bytes(of: more | UInt16(start / 8)))
      return head + piece
    }
  }

  @Test func `fragments of covered addresses are told whatever their order`() {
    let pieces = fragments(datagram(bob, alice, id: 5))
    #expect(pieces.count == 4)
    #expect(told(pieces) == [0, 1, 2, 3])
    #expect(told(pieces.reversed()) == [0, 1, 2, 3])
    #expect(found(pieces.reversed()) == [0, 1, 2, 3])
    #expect(told(fragments(datagram(alice, Endpoint(address: ends.1, port: 9), id: 5))).isEmpty)
  }

  @Test(arguments: [false, true])
  func `fragments of a tunnel are told if its first one holds a watched flow`(isBackwards: Bool) {
    var outer = Encapsulation.gre.wrap(datagram(bob, alice, id: 1), from: ends.0, to: ends.1)
    (outer.identification, outer.fragmentField) = (77, 0)
    var other = Encapsulation.gre.wrap(
      datagram(alice, Endpoint(address: ends.0, port: 9), id: 1), from: ends.0, to: ends.1)
    (other.identification, other.fragmentField) = (78, 0)
    let (watched, unwatched) = (fragments(outer.bytes), fragments(other.bytes))
    let mixed = zip(watched, unwatched).flatMap { [$0, $1] }
    let frames = isBackwards ? Array(mixed.reversed()) : mixed
    let expected = frames.indices.filter { watched.contains(frames[$0]) }
    // Fragments that came before the first one are told with it.
    #expect(told(frames).sorted() == expected)
    #expect(found(frames) == expected)
    if isBackwards { #expect(told(frames).last == frames.count - 1 || told(frames).last == frames.count - 2) }
  }

  @Test func `fragments inside a whole tunnel packet are told`() {
    let inside = fragments(datagram(bob, alice, id: 3)).map {
      Encapsulation.vxlan.wrap($0, from: ends.0, to: ends.1).bytes
    }
    #expect(told(inside.reversed()) == [0, 1, 2, 3] && found(inside) == [0, 1, 2, 3])
  }

  @Test func `fragments of IPv6 tunnels are known by their fragment header`() {
    let (low, high) = (IPAddress(high: 0x2001_0DB8 << 32, low: 1), IPAddress(high: 0x2001_0DB8 << 32, low: 2))
    var first = Encapsulation.ip.wrap(datagram(bob, alice, id: 3), from: low, to: high)
    first.extensionHeaders = [.fragment(offset: 0, more: true)]
    var later = first
    later.extensionHeaders = [.fragment(offset: 30, more: false)]
    #expect(told([later.bytes, first.bytes, later.bytes]).sorted() == [0, 1, 2])
    #expect(told([later.bytes]).isEmpty)
  }

  @Test func `fragments of one number a minute apart are of two datagrams`() {
    var outer = Encapsulation.gre.wrap(datagram(bob, alice, id: 1), from: ends.0, to: ends.1)
    (outer.identification, outer.fragmentField) = (77, 0)
    let pieces = fragments(outer.bytes)
    #expect(told([pieces[1], pieces[0]], apart: 59) == [0, 1])
    #expect(told([pieces[1], pieces[0]], apart: 61) == [1])
  }

  @Test func `a flood of fragments is remembered in bounded space`() {
    var ledger = FragmentLedger()
    let outer = Encapsulation.gre.wrap(datagram(bob, alice, id: 1), from: ends.0, to: ends.1)
    func id(_ number: UInt16) -> DatagramID? {
      var outer = outer
      (outer.identification, outer.fragmentField) = (number, 0x2000)
      return unsafe DatagramID(outer.bytes.span.bytes, at: 14)
    }
    guard let first = id(0) else { return #expect(Bool(false)) }
    let early = (0..<UInt64(200)).filter { ledger.takeLater(first, at: $0, Timestamp(nanoseconds: 1)) }
    let waiting = ledger.takeFirst(first, Timestamp(nanoseconds: 2))
    let isKnown = ledger.takeLater(first, at: 9, Timestamp(nanoseconds: 3))
    #expect(early.isEmpty && waiting.count == FragmentLedger.fragmentLimit && isKnown)
    for number in 1...UInt16(FragmentLedger.capacity) {
      if let other = id(number) { _ = ledger.takeLater(other, at: 0, Timestamp(nanoseconds: 4)) }
    }
    // It made room for others.
    let isKnownStill = ledger.takeLater(first, at: 9, Timestamp(nanoseconds: 5))
    #expect(!isKnownStill)
  }

  @Test(arguments: 1...UInt64(8))
  func `a search finds what the table tells`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    func below(_ bound: Int) -> Int { Int(generator.next() % UInt64(bound)) }
    let hosts = (0..<6).map { Endpoint(address: IPAddress(v4: 0xC000_0201 + UInt32($0)), port: UInt16(5_000 + $0)) }
    var frames: [[UInt8]] = []
    for number in 0..<120 {
      let far = below(4) == 0 ? bob : hosts[below(6)]
      var frame = datagram(hosts[below(6)], far, id: UInt16(number), length: 8 + below(300))
      if below(3) == 0 { frame = Encapsulation.gre.wrap(frame, from: ends.0, to: ends.1).bytes }
      if below(3) == 0 { frame = Encapsulation.vxlan.wrap(frame, from: ends.1, to: ends.0).bytes }
      if below(3) == 0 {
        frame.replaceSubrange(18..<20, with: bytes(of: UInt16(number)))
        frames += fragments(frame, length: 160).shuffled(using: &generator)
      } else if below(10) == 0 {
        frames.append(Array(frame.prefix(below(frame.count))))
      } else {
        frames.append(frame)
      }
    }
    let found = found(frames)
    #expect(told(frames).sorted() == found && !found.isEmpty)
  }
}

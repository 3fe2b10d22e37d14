import Catalog
import Foundation
import Packets

/// Looks addresses up in a `PrefixTable`, as `dpdk_fib.c` does in DPDK's tables; `run` drives both.
///
/// usage: prefix_table PREFIXES
/// Reads lines `packed|addresses 4|6 FILE` from standard input, answers each with the sum of the line numbers of the longest
/// prefixes and with lookups per second: of the file's bytes as they are, as DPDK is given them, or of an array of
/// `IPAddress`, which has 16 bytes for IPv4 too.
@main
enum PrefixTableLookup {
  static func main() {
    guard CommandLine.arguments.count == 2 else { fatalError("usage: prefix_table PREFIXES") }
    // The entry of a prefix is the number of its line, the next hop of the other tables.
    let items: [(prefix: IPPrefix, entry: PrefixTable.Entry)] =
      bytes(CommandLine.arguments[1]).split(separator: UInt8(ascii: "\n")).enumerated().compactMap { line, text in
        IPPrefix(String(decoding: text, as: UTF8.self)).map { ($0, .overlay(line + 1)) }
      }
    var tables: [PrefixTable] = []
    for family in [4, 6] {
      let items = items.filter { $0.prefix.address.isIPv4 == (family == 4) }
      let (held, began) = (memory(), clock())
      tables.append(PrefixTable(items))
      // The input is not to be freed in between.
      withExtendedLifetime(items) { print("table", family, items.count, clock() - began, memory() - held) }
    }
    fflush(nil)
    while let words = readLine()?.split(separator: " "), words.count == 3 {
      let file = bytes(String(words[2]))
      let table = tables[words[1] == "4" ? 0 : 1]
      let addresses = words[1] == "4" ? ipv4Addresses(file) : ipv6Addresses(file)
      var found = [PrefixTable.CoverSet](repeating: .empty, count: addresses.count)
      // Once for the result, which also warms the caches.
      var places = found.mutableSpan
      look(table, addresses.span, into: &places)
      let sum = found.reduce(0) { sum, set in
        guard case .overlay(let line)? = table.entries(of: set).first?.entry else { return sum }
        return sum + line
      }
      let isPacked = words[0] == "packed"
      let ipv4 = isPacked && words[1] == "4" ? addresses.map(\.v4) : []
      let ipv6 =
        isPacked && words[1] == "6" ? addresses.map { Wire(high: $0.high.bigEndian, low: $0.low.bigEndian) } : []
      let began = clock()
      var check: UInt64 = 0
      // The number of the pass is used, lest the passes be taken for one.
      for pass in 0..<passes {
        if !isPacked {
          check &+= singles(table, addresses.span, pass)
        } else {
          check &+= words[1] == "4" ? packed(table, ipv4.span, pass) : packed(table, ipv6.span, pass)
        }
      }
      let took = clock() - began
      let expected = found.reduce(0) { $0 + UInt64($1.rawValue) } * UInt64(passes) + UInt64((0..<passes).reduce(0, +))
      guard check == expected else { fatalError("the passes differ") }
      print(sum, Int(Double(addresses.count * passes) / took))
      fflush(nil)
    }
  }

  static let passes = 4

  static func look(
    _ table: PrefixTable, _ addresses: Span<IPAddress>, into sets: inout MutableSpan<PrefixTable.CoverSet>
  ) {
    for index in addresses.indices { sets[index] = table.covers(of: addresses[index]) }
  }

  @inline(never)
  static func singles(_ table: PrefixTable, _ addresses: Span<IPAddress>, _ pass: Int) -> UInt64 {
    var sum = UInt64(pass)
    for index in addresses.indices { sum &+= UInt64(table.covers(of: addresses[index]).rawValue) }
    return sum
  }

  @inline(never)
  static func packed(_ table: PrefixTable, _ addresses: Span<UInt32>, _ pass: Int) -> UInt64 {
    var sum = UInt64(pass)
    for index in addresses.indices { sum &+= UInt64(table.covers(of: IPAddress(v4: addresses[index])).rawValue) }
    return sum
  }

  @inline(never)
  static func packed(_ table: PrefixTable, _ addresses: Span<Wire>, _ pass: Int) -> UInt64 {
    var sum = UInt64(pass)
    for index in addresses.indices {
      let wire = addresses[index]
      let address = IPAddress(high: UInt64(bigEndian: wire.high), low: UInt64(bigEndian: wire.low))
      sum &+= UInt64(table.covers(of: address).rawValue)
    }
    return sum
  }

  /// The sixteen bytes of an address as on the wire.
  struct Wire: BitwiseCopyable {
    let high: UInt64
    let low: UInt64
  }

  static func bytes(_ path: String) -> [UInt8] {
    guard let data = FileManager.default.contents(atPath: path) else { fatalError("cannot read \(path)") }
    return [UInt8](data)
  }

  /// Addresses as `uint32_t` of the machine, which is little-endian.
  static func ipv4Addresses(_ bytes: [UInt8]) -> [IPAddress] {
    stride(from: 0, to: bytes.count, by: 4).map { start in
      IPAddress(v4: (0..<4).reduce(0) { $0 | UInt32(bytes[start + $1]) << UInt32(8 * $1) })
    }
  }

  /// Addresses as the sixteen bytes of the wire.
  static func ipv6Addresses(_ bytes: [UInt8]) -> [IPAddress] {
    stride(from: 0, to: bytes.count, by: 16).map { start in
      IPAddress(bits: (0..<16).reduce(0) { $0 << 8 | UInt128(bytes[start + $1]) })
    }
  }

  /// CPU time of this thread in seconds.
  static func clock() -> Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// Resident bytes of anonymous memory.
  static func memory() -> Int {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("RssAnon:") }
    return (line.flatMap { Int($0.filter(\.isNumber)) } ?? 0) * 1024
  }
}
